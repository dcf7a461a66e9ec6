// Axes of the small charts that are drawn by hand: where values lie, and round ticks.

/** An axis: its range, ticks, title with the unit, and how a tick is written. */
export interface FrameScale {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  readonly title: string;
  /** Doublings take equal room. */
  readonly log?: boolean;
  format(value: number): string;
}

/** Place of a value on an axis: 0 at its beginning, 1 at its end. An axis of one value has it in the middle. */
export function shareOf({ from, to, log }: Pick<FrameScale, 'from' | 'to' | 'log'>, value: number): number {
  const at = log ? Math.log : (v: number) => v;
  return from === to ? 0.5 : (at(value) - at(from)) / (at(to) - at(from));
}

/** At most `most` round numbers (1, 2 or 5 times a power of ten apart) within a range. */
export function roundTicks(from: number, to: number, most: number): number[] {
  if (!(to > from)) return [from];
  const rough = (to - from) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough - 1e-12 * rough) as number) * power;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The axis of bars over depth, one unit a layer; at most twelve of them are named. */
export function layerScale(names: readonly string[]): FrameScale {
  const every = Math.ceil(names.length / 12);
  return {
    from: 0,
    to: names.length,
    ticks: names.map((_, l) => l + 0.5).filter((_, l) => l % every === 0),
    title: 'layer, input to output',
    format: (l) => names[Math.floor(l)],
  };
}

/** The smallest range with round ends that holds all values, at least `least` wide; [0, 1] for none. */
export function roundRange(values: readonly number[], least = 0): [from: number, to: number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const middle = (Math.min(...finite) + Math.max(...finite)) / 2;
  const half = Math.max((Math.max(...finite) - Math.min(...finite)) / 2, least / 2, Math.abs(middle) * 1e-6, 1e-9);
  const ticks = roundTicks(middle - half, middle + half, 5);
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : half;
  const to = (value: number, round: (v: number) => number) => Number((round(value / step) * step).toPrecision(12));
  return [to(middle - half + 1e-9 * step, Math.floor), to(middle + half - 1e-9 * step, Math.ceil)];
}
