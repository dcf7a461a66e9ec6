// Zoom and pan of the plot: what a rectangle of the drawn plot shows becomes all that is shown.
import type { PlotGeometry, PlotRanges } from './plotScales';

/** A place on the drawn plot, in pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

type Range = readonly [from: number, to: number];

/** The least that is shown: a factor of costs, and points of percent. */
const LEAST = { factor: 1.05, points: 0.5 } as const;

/** What two opposite corners enclose; the axis stays broken where the break is among it. */
export function windowOf(plot: PlotGeometry, a: Place, b: Place): PlotRanges {
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
  const low = plot.percentAt(Math.max(a.y, b.y));
  const high = plot.percentAt(Math.min(a.y, b.y));
  const { breakAt } = plot.accuracy;
  const isBroken = breakAt !== undefined && low < breakAt && breakAt + LEAST.points < high;
  return {
    cost: [plot.costAt(left), plot.costAt(right)],
    accuracy: { low, high, ...(isBroken && { breakAt }) },
  };
}

/** What is shown once what was at `from` is at `to`, and all is `factor` times as large. */
export function moved(plot: PlotGeometry, from: Place, to: Place, factor = 1): PlotRanges {
  const was = (x: number, y: number): Place => ({ x: from.x + (x - to.x) / factor, y: from.y + (y - to.y) / factor });
  return windowOf(plot, was(plot.left, plot.top), was(plot.right, plot.bottom));
}

/** The range of at least `least`, and no more than the bounds, that is nearest to a range. */
function fitted([from, to]: Range, [min, max]: Range, least: number): Range {
  const span = Math.min(Math.max(to - from, least), max - min);
  const start = Math.max(min, Math.min(max - span, (from + to - span) / 2));
  return [start, start + span];
}

/** A window moved and grown until it is within all that there is; null where it shows no less than `home` does. */
export function bounded(wanted: PlotRanges, home: PlotRanges, all: PlotRanges): PlotRanges | null {
  const logs = ({ cost: [from, to] }: PlotRanges): Range => [Math.log(from), Math.log(to)];
  const percents = ({ accuracy: { low, high } }: PlotRanges): Range => [low, high];
  const around = (of: (ranges: PlotRanges) => Range): Range => [
    Math.min(of(home)[0], of(all)[0]),
    Math.max(of(home)[1], of(all)[1]),
  ];
  const cost = fitted(logs(wanted), around(logs), Math.log(LEAST.factor));
  const accuracy = fitted(percents(wanted), around(percents), LEAST.points);
  const covers = ([from, to]: Range, [least, most]: Range) => from <= least + 1e-9 && to >= most - 1e-9;
  if (covers(cost, logs(home)) && covers(accuracy, percents(home))) return null;
  const { breakAt } = wanted.accuracy;
  const isBroken = breakAt !== undefined && accuracy[0] < breakAt && breakAt < accuracy[1];
  return {
    cost: [Math.exp(cost[0]), Math.exp(cost[1])],
    accuracy: { low: accuracy[0], high: accuracy[1], ...(isBroken && { breakAt }) },
  };
}

const STEP = 1.4;
const PAN = 0.15;

/** What a key shows: + and - zoom about a place, Shift and an arrow pan; undefined for other keys. */
export function windowByKey(plot: PlotGeometry, key: string, shift: boolean, about: Place): PlotRanges | undefined {
  if (key === '+' || key === '=') return moved(plot, about, about, STEP);
  if (key === '-' || key === '_') return moved(plot, about, about, 1 / STEP);
  const way = { ArrowRight: [-1, 0], ArrowLeft: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key];
  if (way === undefined || !shift) return undefined;
  const [x, y] = [way[0] * PAN * (plot.right - plot.left), way[1] * PAN * (plot.bottom - plot.top)];
  return moved(plot, about, { x: about.x + x, y: about.y + y });
}
