// The costs that accuracy is plotted against: how values are written, and the scales of the plot.
import { KB } from '../../graph/size';
import type { Axis } from '../../store/state/desk';
import { plot } from '../../words/en/plot';
import { prefixed, sizeInWords, upTo } from '../../words/numbers';
import { X_AXIS_HEIGHT, Y_AXIS_WIDTH } from '../parts/rechartsAxes';
import { type Box, decimalTicks, doublings, linearScale, logScale, type Scale } from '../parts/scale';

interface Cost {
  /** At most `most` round values within a range. */
  ticks(range: readonly [number, number], most: number): number[];
  format(value: number): string;
  /** The same at a tick of the axis, where values are round. */
  tick(value: number): string;
}

/** Units and ticks of the three costs. */
export const COSTS: Readonly<Record<Axis, Cost>> = {
  memory: {
    ticks: (range, most) => doublings(range, KB, most),
    format: sizeInWords,
    tick: (value) => sizeInWords(value).replace(/[.,]0 /, ' '),
  },
  bitOps: {
    ticks: decimalTicks,
    format: prefixed,
    tick: (value) => prefixed(value).replace(/[.,]0 /, ' '),
  },
  averageBits: {
    ticks: (range, most) => doublings(range, 1, most),
    format: (value) => upTo(value, 2),
    tick: (value) => upTo(value, 2),
  },
};

/** The horizontal scale: a range of costs with room at both ends, at the right for the name of the float network. */
export function costScale(axis: Axis, [least, most]: readonly [number, number], ticks: number): Scale {
  const cost = COSTS[axis];
  const room = most / least;
  return logScale(plot.costTitle[axis], [least / room ** 0.04, most * room ** 0.16], {
    ticks: cost.ticks([least, most], ticks),
    format: cost.tick,
  });
}

/** The vertical scale, in percent. */
export function accuracyScale(range: readonly [low: number, high: number], title: string): Scale {
  const [low, high] = range;
  const ticks = Array.from({ length: Math.floor((high - low) / 10) + 1 }, (_, i) => low + i * 10);
  return linearScale(title, range, { ticks });
}

const INSETS = { top: 14, right: 10, bottom: 52, left: 66 } as const;

/** Margins of the recharts chart around its axes. */
export const PLOT_MARGIN = {
  ...INSETS,
  bottom: INSETS.bottom - X_AXIS_HEIGHT,
  left: INSETS.left - Y_AXIS_WIDTH,
} as const;

/** The plotted area of a chart of a size, in its pixels. */
export function plotBox({ width, height }: { readonly width: number; readonly height: number }): Box {
  return { left: INSETS.left, right: width - INSETS.right, top: INSETS.top, bottom: height - INSETS.bottom };
}
