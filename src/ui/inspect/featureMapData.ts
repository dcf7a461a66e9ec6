// The numbers behind the pictures of activations: colors, the order of channels, and the same in words.
import type { ActivationInspection } from '../../engine/protocol/inspecting';
import type { ActivationReport } from '../../quant/activationReport';
import { layer as words } from '../../words/en/layer';
import { decibels, signed, squaredError } from './histogramData';

export type ChannelOrder = 'given' | 'changed';

/** Points of viridis (S. van der Walt, N. Smith), evenly spaced; its lightness grows steadily, for every kind of sight. */
const VIRIDIS = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
] as const;
/** Less than float, and more: orange and blue that stand out on light and dark ground. */
const LESS = [232, 112, 26] as const;
const MORE = [38, 139, 214] as const;

/** CSS gradients of the two scales, from left to right. */
export const SEQUENCE = `linear-gradient(to right, ${VIRIDIS.map((color) => `rgb(${color.join(' ')})`).join(', ')})`;
export const DIVERGENCE = `linear-gradient(to right, rgb(${LESS.join(' ')}), transparent, rgb(${MORE.join(' ')}))`;

/** Color of a share in [0, 1] of the scale. */
export function viridis(share: number): [r: number, g: number, b: number] {
  const at = Math.max(0, Math.min(1, share)) * (VIRIDIS.length - 1);
  const low = Math.min(VIRIDIS.length - 2, Math.floor(at));
  const mix = (i: 0 | 1 | 2) => Math.round(VIRIDIS[low][i] + (VIRIDIS[low + 1][i] - VIRIDIS[low][i]) * (at - low));
  return [mix(0), mix(1), mix(2)];
}

type Shape = ActivationInspection['shape'];

/** RGBA of one channel, row by row; `min` is dark and `max` bright. */
export function mapPixels(
  values: Float32Array,
  [h, w, c]: Shape,
  channel: number,
  { min, max }: Pick<ActivationReport, 'min' | 'max'>,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(h * w * 4).fill(255);
  for (let p = 0; p < h * w; p++)
    pixels.set(viridis(max === min ? 0 : (values[p * c + channel] - min) / (max - min)), p * 4);
  return pixels;
}

/** RGBA of `rounded - float` in one channel: orange for less, blue for more, the more opaque the nearer to `reach`. */
export function differencePixels(
  { float, rounded, shape: [h, w, c], report: { reach } }: ActivationInspection,
  channel: number,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(h * w * 4);
  for (let p = 0; p < h * w; p++) {
    const difference = rounded[p * c + channel] - float[p * c + channel];
    const share = reach === 0 ? 0 : Math.abs(difference) / reach;
    pixels.set([...(difference < 0 ? LESS : MORE), 255 * share], p * 4);
  }
  return pixels;
}

/** The channels as they come, or those with the largest error first. */
export function orderedChannels({ channels }: ActivationReport, order: ChannelOrder): number[] {
  const indices = channels.map((_, c) => c);
  return order === 'given' ? indices : indices.sort((a, b) => channels[b].mse - channels[a].mse);
}

/** What a layer gives, e.g. "32 maps of 16×16" or "10 values". */
export function shapeInWords([h, w, c]: Shape): string {
  return words.shape(h, w, c);
}

/** Share of zeros before and after, e.g. "zeros 41.0 % → 43.5 %". */
export function zerosInWords({ zeros }: ActivationReport): string {
  return words.zeros(zeros.float, zeros.rounded);
}

/** One channel in words, e.g. "Channel 3, SQNR 20.1 dB". */
export function channelInWords({ channels }: ActivationReport, channel: number): string {
  const { mse, sqnr } = channels[channel];
  return words.channel(channel + 1, decibels(sqnr), squaredError(mse));
}

/** What is drawn: where in the network, and what is rounded. */
export function scopeInWords({ layer, folded, policy }: ActivationInspection): string {
  const { weights, activations } = policy[layer];
  const after = folded.map((name) => words.after[name]);
  return words.scope(layer, after, weights, activations);
}

/** The picture in one sentence. */
export function activationsInWords(inspection: ActivationInspection, className: string): string {
  const { layer, image, shape, report } = inspection;
  const { min, max, reach, mse, sqnr } = report;
  const errors = [decibels(sqnr), squaredError(mse), zerosInWords(report)];
  const [from, to] = [signed(min), signed(max)];
  return words.activationsSay(layer, image.index, className, shapeInWords(shape), from, to, signed(reach), errors);
}
