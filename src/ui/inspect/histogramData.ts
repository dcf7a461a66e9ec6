// The numbers behind the picture of a layer's weights: where things stand, how high bars are, and the same in words.
import type { WeightInspection } from '../../engine/protocol/inspecting';
import { parseGranularity } from '../../quant/granularity';
import { binEdges, type Tread, type WeightReport } from '../../quant/weightReport';
import { layer as words } from '../../words/en/layer';
import { count, significant } from '../../words/numbers';
import { type Extent, positionOf, roundDown } from '../parts/scale';

export type BarScale = 'linear' | 'log';

/** The scale of values, symmetric around zero. */
const valuesUpTo = (span: number): Extent => ({ from: -span, to: span });

/** More levels than these are drawn as a comb along the range: full lines would hide the bars. */
export const MOST_LINES = 33;

/** Half the width of the value axis: everything that is drawn, and a little room. */
export function spanOf({ peak, pictured }: WeightReport): number {
  const { levels = [] } = pictured ?? {};
  return 1.03 * levels.reduce((most, level) => Math.max(most, Math.abs(level)), peak);
}

/** Where a value between -span and span lies, from 0 (left) to 100 (right). */
export function percentAt(value: number, span: number): number {
  return 100 * positionOf(valuesUpTo(span), value);
}

/** Height of a bar of `n` among bars up to `most`, in [0, 1]. */
export function barHeight(n: number, most: number, scale: BarScale): number {
  if (most === 0) return 0;
  return positionOf({ from: 0, to: most, kind: scale === 'log' ? 'log1p' : 'linear' }, n);
}

/** SVG path of the bars, 100 wide and 100 high, y downwards. */
export function barsPath(report: WeightReport, scale: BarScale): string {
  const span = spanOf(report);
  const edges = binEdges(report).map((edge) => percentAt(edge, span));
  const most = Math.max(...report.bins);
  const gap = (edges[1] - edges[0]) * 0.07;
  return report.bins
    .map((n, i) => {
      const top = (100 * (1 - barHeight(n, most, scale))).toFixed(2);
      return n === 0 ? '' : `M${(edges[i] + gap).toFixed(3)},100V${top}H${(edges[i + 1] - gap).toFixed(3)}V100Z`;
    })
    .join('');
}

/** Round numbers on the value axis, zero among them, with their text. */
export function valueTicks(span: number): { value: number; text: string }[] {
  const step = roundDown(span / 2);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const most = Math.floor(span / step + 1e-9);
  return Array.from({ length: 2 * most + 1 }, (_, i) => {
    const value = (i - most) * step;
    return { value, text: digits > 4 ? signed(value) : value.toFixed(digits).replace('-', '−') };
  });
}

/** Round numbers of weights on the axis of the bars. */
export function countTicks(most: number, scale: BarScale): number[] {
  if (most < 1) return [];
  const powers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6].filter((n) => n <= most);
  const step = Math.max(1, roundDown(most / 2));
  return scale === 'log' ? powers : Array.from({ length: Math.floor(most / step) }, (_, i) => (i + 1) * step);
}

/** SVG path of the staircase in a square of 100, inputs in [-peak, peak], outputs in [-out, out]. */
export function staircasePath(treads: readonly Tread[], peak: number, out: number): string {
  return treads
    .map(({ from, to, value }, i) => {
      const y = (100 - percentAt(value, out)).toFixed(2);
      return `${i === 0 ? `M${percentAt(from, peak).toFixed(2)},${y}` : `V${y}`}H${percentAt(to, peak).toFixed(2)}`;
    })
    .join('');
}

/** A number with two digits that count, e.g. "−0.41" or "1.2e-6". */
export function signed(value: number): string {
  return String(Number(value.toPrecision(2))).replace('-', '−');
}

/** Signal to noise in dB; "no error" where there is none. */
export function decibels(sqnr: number): string {
  return sqnr === Number.POSITIVE_INFINITY ? words.exact : words.sqnr(sqnr);
}

/** Mean squared error, e.g. "MSE 1.2e-4" or "MSE 0.31". */
export function squaredError(mse: number): string {
  const isPlain = mse >= 0.1 && mse < 100;
  return words.mse(mse === 0 ? count(0) : isPlain ? significant(mse, 2) : mse.toExponential(1));
}

/** Which levels are drawn, and which are not. */
export function levelsInWords({ scheme, report }: WeightInspection): string {
  const { pictured, groups } = report;
  if (pictured === undefined) return words.levels.float;
  const n = pictured.levels.length;
  if (groups === 1) return words.levels.tensor(n);
  const { kind, size } = parseGranularity(scheme.granularity);
  const channel = pictured.channel + 1;
  return kind === 'channel'
    ? words.levels.channel(n, channel, groups)
    : words.levels.block(n, channel, groups, size ?? Number.NaN);
}

/** The picture in one sentence. */
export function pictureInWords({ layer, bits, report }: WeightInspection): string {
  const { pictured, peak, clipped, sqnr, mse } = report;
  const about = words.histogram.about(layer, report.count, signed(peak), bits);
  if (pictured === undefined) return words.histogram.float(about);
  const { levels } = pictured;
  const [from, to] = [signed(levels[0]), signed(levels[levels.length - 1])];
  const errors = `${decibels(sqnr)}, ${squaredError(mse)}`;
  // Its first letter alone: German nouns keep theirs.
  const share = words.clipped(clipped).replace(/^./, (letter) => letter.toLowerCase());
  return words.histogram.says(about, levels.length, from, to, share, errors);
}
