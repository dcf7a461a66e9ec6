// The scales of the accuracy plot. Up: percent, linear over the best points; all worse ones share a strip below a marked
// break. Across: a cost on a logarithmic axis, whose range leaves out the float network, which is far to the right of all
// others. Both follow the points and not YOU, so that nothing moves under a hand.
import type { Box } from '../parts/scale';
import { roundTicks } from '../parts/scale';

/** Points of percent below the best that are drawn linearly. */
const TOP = 9;
/** Room above the best point and below the worst, in points of percent. */
const ROOM = 0.5;

/** The shown range of accuracy in percent. With a break, what is below it shares the strip from `low` to `breakAt`. */
export interface AccuracyRange {
  readonly low: number;
  readonly high: number;
  readonly breakAt?: number;
}

/** `top` breaks the axis nine points below the best one, if any point is worse; `all` shows every point on one scale. */
export function accuracyRange(values: readonly number[], shown: 'top' | 'all'): AccuracyRange {
  if (values.length === 0) return { low: 0, high: 100 };
  const [least, best] = [Math.min(...values), Math.max(...values)];
  const high = Math.min(100, Math.ceil(best + ROOM));
  const tens = Math.max(0, Math.floor((least - ROOM) / 10) * 10);
  if (shown === 'all') return { low: tens, high };
  const breakAt = high - TOP;
  if (least - ROOM >= breakAt) return { low: Math.max(0, breakAt), high };
  return { low: Math.min(tens, Math.max(0, breakAt - 1)), high, breakAt };
}

/** A range of a cost, both ends positive. */
export type CostRange = readonly [from: number, to: number];

/** What is shown. */
export interface PlotRanges {
  readonly cost: CostRange;
  readonly accuracy: AccuracyRange;
}

/** The range of costs that holds all values, with room at both ends; at least a factor of two. */
export function costRange(values: readonly number[], least: number): CostRange {
  const positive = values.filter((value) => value > 0);
  const [min, max] = positive.length > 0 ? [Math.min(...positive), Math.max(...positive)] : [least, 2 * least];
  const spread = Math.max(2, max / min);
  return [min / spread ** 0.12, Math.max(max, min * 2) * spread ** 0.1];
}

/** Where values are drawn, in pixels; y grows downward. */
export interface PlotGeometry extends Box {
  readonly cost: CostRange;
  readonly accuracy: AccuracyRange;
  /** Middle of the gap that marks the break; undefined without one. */
  readonly breakY: number | undefined;
  /** True where only a part of all is shown: what costs more is not marked at the edge. */
  readonly zoomed?: boolean;
  /** Size of the words in pixels; 12 if absent. */
  readonly type?: number;
  x(cost: number): number;
  y(percent: number): number;
  costAt(x: number): number;
  percentAt(y: number): number;
}

/** By how much words are larger than at their usual size. */
export const enlarged = ({ type = 12 }: { readonly type?: number }): number => type / 12;

const GAP = 8;

/** Height of the strip below the break, for a plot that is `height` high. */
const stripOf = (height: number) => Math.max(22, Math.min(60, height * 0.15));

/** The geometry of a plot in a box. */
export function plotGeometry(cost: CostRange, accuracy: AccuracyRange, box: Box): PlotGeometry {
  const { left, right, top, bottom } = box;
  const { low, high, breakAt } = accuracy;
  const logs = Math.log(cost[1] / cost[0]);
  const floor = breakAt === undefined ? bottom : bottom - stripOf(bottom - top);
  const topLow = breakAt ?? low;
  const perPoint = (floor - (breakAt === undefined ? 0 : GAP) - top) / (high - topLow);
  const inStrip = breakAt === undefined ? 0 : (bottom - floor) / (breakAt - low);
  return {
    ...{ left, right, top, bottom, cost, accuracy },
    breakY: breakAt === undefined ? undefined : floor - GAP / 2,
    x: (value) => left + (Math.log(value / cost[0]) / logs) * (right - left),
    y: (percent) =>
      percent >= topLow || inStrip === 0 ? top + (high - percent) * perPoint : bottom - (percent - low) * inStrip,
    costAt: (x) => cost[0] * Math.exp(((x - left) / (right - left)) * logs),
    percentAt(y) {
      if (inStrip === 0 || y <= floor - GAP) return high - (y - top) / perPoint;
      return y >= floor ? low + (bottom - y) / inStrip : topLow;
    },
  };
}

/** Ticks of the accuracy axis: round percents above the break, and the ends of what is below it where there is room. */
export function accuracyTicks({ accuracy, y, top, bottom, breakY, ...plot }: PlotGeometry): number[] {
  const by = enlarged(plot);
  const { low, high, breakAt } = accuracy;
  const floor = breakY ?? bottom;
  const above = roundTicks(
    [breakAt ?? low, high],
    Math.max(2, Math.min(6, Math.floor((floor - top) / (27 * by)))),
  ).filter((tick) => breakAt === undefined || floor - y(tick) >= 12 * by);
  if (breakAt === undefined) return above;
  const middle = Math.round((low + breakAt) / 20) * 10;
  // The lowest word stands on the floor, four pixels over its tick.
  const spread = y(low) - y(middle) >= 18 * by && y(middle) - floor >= 10 * by && middle > low;
  return [low, ...(spread ? [middle] : []), ...above];
}

/** Round values for a logarithmic axis, the densest first: a unit times these times powers of the base. */
const STEPS: Readonly<Record<2 | 10, readonly (readonly number[])[]>> = {
  2: [[1, 1.25, 1.5, 1.75], [1, 1.25, 1.5], [1, 1.5], [1]],
  10: [[1, 1.5, 2, 3, 4, 5, 6, 8], [1, 2, 3, 5], [1, 2, 5], [1, 3], [1]],
};

/** The most round values within a range that are at least `gap` pixels apart. */
export function costTicks(
  { cost: [from, to], x }: Pick<PlotGeometry, 'cost' | 'x'>,
  base: 2 | 10,
  unit: number,
  gap: number,
): number[] {
  const power = (value: number) => Math.log(value / unit) / Math.log(base);
  const exponents = Array.from(
    { length: Math.ceil(power(to)) - Math.floor(power(from)) + 1 },
    (_, i) => Math.floor(power(from)) + i,
  );
  const candidates = [1, 2, 4, 8].flatMap((every) =>
    (every === 1 ? STEPS[base] : [[1]]).map((steps) =>
      exponents
        .filter((exponent) => exponent % every === 0)
        .flatMap((exponent) => steps.map((step) => unit * step * base ** exponent))
        .filter((tick) => tick >= from && tick <= to),
    ),
  );
  const apart = (ticks: readonly number[]) => ticks.every((tick, i) => i === 0 || x(tick) - x(ticks[i - 1]) >= gap);
  const found = candidates.find(apart) ?? [];
  // Within a narrow range, powers of the base are too far apart.
  return found.length > 1 ? found : roundTicks([from / unit, to / unit], 4).map((tick) => tick * unit);
}
