// The scales of all charts: where values lie, round ticks, how they are written, and what is said of them to those who do
// not see the chart. Drawn by `Frame`, by recharts through `rechartsAxes.ts`, or by a component of its own.
import { parts } from '../../words/en/parts';

/** Where a scale begins and ends, and what takes equal room on it: differences, doublings, or doublings of 1 + value. */
export interface Extent {
  readonly from: number;
  readonly to: number;
  readonly kind?: 'linear' | 'log' | 'log1p';
}

/** An axis: its extent, ticks, title with the unit, and how a tick is written. */
export interface Scale extends Extent {
  readonly ticks: readonly number[];
  readonly title: string;
  format(value: number): string;
}

type Range = readonly [from: number, to: number];

const KINDS = { linear: (v: number) => v, log: Math.log, log1p: Math.log1p } as const;

/** Place of a value on a scale: 0 at its beginning, 1 at its end. A scale of one value has it in the middle. */
export function positionOf({ from, to, kind = 'linear' }: Extent, value: number): number {
  const at = KINDS[kind];
  return from === to ? 0.5 : (at(value) - at(from)) / (at(to) - at(from));
}

/** The rectangle that values are drawn in, in pixels or any other unit; y grows downward. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where values lie in a box: the first axis from left to right, the second from bottom to top. */
export interface PlotArea extends Box {
  x(value: number): number;
  y(value: number): number;
}

/** The area of a box whose sides are two scales. */
export function plotArea(x: Extent, y: Extent, box: Box): PlotArea {
  const { left, right, top, bottom } = box;
  return {
    ...{ left, right, top, bottom },
    x: (value) => left + positionOf(x, value) * (right - left),
    y: (value) => bottom - positionOf(y, value) * (bottom - top),
  };
}

const FACTORS = [1, 2, 5, 10] as const;

/** The smallest of 1, 2 or 5 times a power of ten that is at least `value`. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (FACTORS.find((factor) => factor * power >= value - 1e-12 * value) as number) * power;
}

/** The largest of 1, 2 or 5 times a power of ten that is at most `value`. */
export function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (FACTORS.findLast((factor) => factor * power <= value) as number) * power;
}

/** At most `most` round numbers (1, 2 or 5 times a power of ten apart) within a range. */
export function roundTicks([from, to]: Range, most: number): number[] {
  if (!(to > from)) return [from];
  const step = roundUp((to - from) / most);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** `unit` times powers of two within a range, at most `most` of them. */
export function doublings([from, to]: Range, unit: number, most: number): number[] {
  const first = Math.ceil(Math.log2(from / unit) - 1e-9);
  const last = Math.floor(Math.log2(to / unit) + 1e-9);
  const step = Math.max(1, Math.ceil((last - first + 1) / most));
  const ticks: number[] = [];
  for (let k = first; k <= last; k += step) ticks.push(unit * 2 ** k);
  return ticks;
}

/** The smallest range with round ends that holds all values, at least `least` wide; [0, 1] for none. */
export function roundRange(values: readonly number[], least = 0): [from: number, to: number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const middle = (Math.min(...finite) + Math.max(...finite)) / 2;
  const half = Math.max((Math.max(...finite) - Math.min(...finite)) / 2, least / 2, Math.abs(middle) * 1e-6, 1e-9);
  const ticks = roundTicks([middle - half, middle + half], 5);
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : half;
  const to = (value: number, round: (v: number) => number) => Number((round(value / step) * step).toPrecision(12));
  return [to(middle - half + 1e-9 * step, Math.floor), to(middle + half - 1e-9 * step, Math.ceil)];
}

interface ScaleOptions {
  /** At most so many, where they are not given. */
  readonly most?: number;
  readonly ticks?: readonly number[];
  readonly format?: (value: number) => string;
}

/** A linear scale over a range, with round ticks. */
export function linearScale(title: string, range: Range, options: ScaleOptions = {}): Scale {
  const { most = 5, ticks = roundTicks(range, most), format = String } = options;
  return { from: range[0], to: range[1], ticks, title, format };
}

/** A logarithmic scale over a positive range, with doublings as ticks unless others are given. */
export function logScale(title: string, range: Range, options: ScaleOptions = {}): Scale {
  const { most = 8, ticks = doublings(range, 1, most), format = String } = options;
  return { from: range[0], to: range[1], kind: 'log', ticks, title: parts.logScale(title), format };
}

/** The scale of layers over depth, as bars one unit wide or as points one unit apart; at most twelve are named. */
export function layerScale(names: readonly string[], as: 'bars' | 'points' = 'bars'): Scale {
  const every = Math.ceil(names.length / 12);
  const [from, to, middle] = as === 'bars' ? [0, names.length, 0.5] : [0, Math.max(1, names.length - 1), 0];
  return {
    ...{ from, to, title: parts.layerAxis },
    ticks: names.map((_, l) => l + middle).filter((_, l) => l % every === 0),
    format: (l) => names[Math.floor(l)],
  };
}

const ends = ({ title, from, to, ticks, format }: Scale) =>
  parts.axis(title, format(ticks[0] ?? from), format(ticks[ticks.length - 1] ?? to));

/** The accessible name of a chart: what it says, then its axes with their first and last ticks. */
export function chartLabel(says: string, x: Scale, ...ys: readonly Scale[]): string {
  return parts.chart(says, ends(x), ys.map(ends).join('; '));
}
