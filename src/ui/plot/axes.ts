// Axes of the accuracy plot: titles, ticks on a scale of doublings, and how values are written.
import { KB, sizeInWords } from '../../graph/size';
import type { Axis } from '../../store/state/desk';
import { prefixed } from '../parts/numbers';

interface AxisWords {
  readonly option: string;
  readonly title: string;
  /** At most `limit` round values within a range. */
  ticks(range: readonly [number, number], limit: number): number[];
  format(value: number): string;
  /** The same at a tick of the axis, where values are round. */
  tick(value: number): string;
}

/** Names, units and ticks of the three costs. */
export const AXES: Readonly<Record<Axis, AxisWords>> = {
  memory: {
    option: 'memory',
    title: 'memory of the packed file (log scale)',
    ticks: (range, limit) => doublings(range, KB, limit),
    format: sizeInWords,
    tick: (value) => sizeInWords(value).replace('.0 ', ' '),
  },
  bitOps: {
    option: 'BitOps',
    title: 'bit operations per image (log scale)',
    ticks: decimalTicks,
    format: (value) => prefixed(value),
    tick: (value) => prefixed(value).replace('.0', ''),
  },
  averageBits: {
    option: 'average bits',
    title: 'average bits per weight (log scale)',
    ticks: (range, limit) => doublings(range, 1, limit),
    format: (value) => `${Number(value.toFixed(2))}`,
    tick: (value) => `${value}`,
  },
};

/** Pixels between the edge of the chart and its plotted area. */
export const PLOT_INSETS = { top: 14, right: 10, bottom: 52, left: 66 } as const;

/** Ticks within a range: `unit` times powers of two, at most `limit` of them. */
export function doublings([min, max]: readonly [number, number], unit: number, limit: number): number[] {
  const first = Math.ceil(Math.log2(min / unit) - 1e-9);
  const last = Math.floor(Math.log2(max / unit) + 1e-9);
  const step = Math.max(1, Math.ceil((last - first + 1) / limit));
  const ticks: number[] = [];
  for (let k = first; k <= last; k += step) ticks.push(unit * 2 ** k);
  return ticks;
}

/** Ticks within a range on a log scale: 1, 2 and 5 times powers of ten, or fewer of them where those are more than `limit`. */
export function decimalTicks([min, max]: readonly [number, number], limit: number): number[] {
  const first = Math.floor(Math.log10(min));
  const decades = Array.from({ length: Math.ceil(Math.log10(max)) - first + 1 }, (_, i) => 10 ** (first + i));
  const within = (factors: readonly number[]) =>
    decades.flatMap((decade) => factors.map((factor) => factor * decade)).filter((x) => x >= min && x <= max);
  return [[1, 2, 5], [1, 3], [1]].map(within).find((ticks) => ticks.length <= limit) ?? [];
}

/** The range with room at both ends, on a scale of doublings; at the right for the name of the float network. */
export function roomy([min, max]: readonly [number, number]): [number, number] {
  return [min / (max / min) ** 0.04, max * (max / min) ** 0.16];
}
