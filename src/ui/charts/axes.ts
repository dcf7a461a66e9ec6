// Axes of the accuracy plot: titles, ticks on a scale of doublings, and how values are written.

import { KB, sizeInWords } from '../../graph/size';
import type { Axis } from '../../store/desk';
import { prefixed } from '../numbers';

interface AxisWords {
  readonly option: string;
  readonly title: string;
  /** Ticks are `unit` times powers of two. */
  readonly unit: number;
  format(value: number): string;
  /** The same at a tick of the axis, where values are round. */
  tick(value: number): string;
}

/** Names, units and ticks of the three costs. */
export const AXES: Readonly<Record<Axis, AxisWords>> = {
  memory: {
    option: 'memory',
    title: 'memory of the packed file (scale of doublings)',
    unit: KB,
    format: sizeInWords,
    tick: (value) => sizeInWords(value).replace('.0 ', ' '),
  },
  bitOps: {
    option: 'BitOps',
    title: 'bit operations an image (scale of doublings)',
    unit: 1e6,
    format: (value) => prefixed(value),
    tick: (value) => prefixed(value).replace('.0', ''),
  },
  averageBits: {
    option: 'average bits',
    title: 'average bits of a weight (scale of doublings)',
    unit: 1,
    format: (value) => `${Number(value.toFixed(2))}`,
    tick: (value) => `${value}`,
  },
};

/** Pixels between the edge of the chart and its plotted area. */
export const PLOT_INSETS = { top: 14, right: 10, bottom: 52, left: 56 } as const;

/** Ticks within a range: `unit` times powers of two, at most `limit` of them. */
export function doublings([min, max]: readonly [number, number], unit: number, limit: number): number[] {
  const first = Math.ceil(Math.log2(min / unit) - 1e-9);
  const last = Math.floor(Math.log2(max / unit) + 1e-9);
  const step = Math.max(1, Math.ceil((last - first + 1) / limit));
  const ticks: number[] = [];
  for (let k = first; k <= last; k += step) ticks.push(unit * 2 ** k);
  return ticks;
}

/** The range with room at both ends, on a scale of doublings; at the right for the name of the float network. */
export function roomy([min, max]: readonly [number, number]): [number, number] {
  return [min / (max / min) ** 0.04, max * (max / min) ** 0.16];
}
