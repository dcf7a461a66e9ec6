// DoReFa weights: squeezed by tanh into [-1, 1], then 2^b evenly spaced levels symmetric around zero, which is not a
// level. Not here: its gradient quantization. The activations that DNAS pairs with it are PACT's (pact.ts). It changes
// the magnitude of the weights, so it needs training or re-estimated batch norms.
import { roundHalfToEven } from '../math/rounding';
import type { Quantizer } from './quantizer';
import { signScale } from './signs';
import { MIN_NORMAL } from './uniformGrid';

export interface DorefaParams {
  /** `max |tanh x|`, the divisor of the tanh; not used at 1 bit. */
  readonly peak: number;
  /** The largest level: 1; at 1 bit the mean magnitude; 0 for a group of zeros. */
  readonly amplitude: number;
}

const fround = Math.fround;

/** Code 0 ... 2^bits - 1 of a weight: `round((2^b - 1) (tanh(x) / (2 peak) + 1/2))`, at 1 bit its sign, sign(0) = 1. */
function code(x: number, { peak }: DorefaParams, bits: number): number {
  if (bits === 1) return x >= 0 ? 1 : x < 0 ? 0 : x;
  const last = 2 ** bits - 1;
  return roundHalfToEven(last * (peak === 0 ? 0.5 : Math.max(0, Math.min(1, Math.tanh(x) / (2 * peak) + 0.5))));
}

/** `amplitude (2 code / (2^bits - 1) - 1)`. */
function level(c: number, amplitude: number, bits: number): number {
  return fround(amplitude * fround((2 * c) / (2 ** bits - 1) - 1));
}

export const dorefa: Quantizer<DorefaParams> = {
  id: 'dorefa',
  label: 'DoReFa',
  summary: 'Weights squeezed by tanh into −1 to 1, then evenly spaced; made for training.',
  granularities: ['tensor', 'channel'],
  bits: [1, 8],
  activations: 'pact',
  madeForTraining: true,
  reference: 'DoReFa-Net, arXiv 1606.06160',
  init(x, { bits }) {
    const largest = x.reduce((max, v) => Math.max(max, Math.abs(Math.tanh(v))), 0);
    const peak = largest < MIN_NORMAL ? 0 : largest; // a subnormal peak has no reciprocal, which the gradient needs
    return { peak, amplitude: bits === 1 ? signScale(x).scale : peak === 0 ? 0 : 1 };
  },
  forward: (x, params, { bits }) => x.map((v) => level(code(v, params, bits), params.amplitude, bits)),
  /**
   * Straight through the rounding, and the exact gradient of tanh: `dx = dy (1 - tanh(x)^2) / peak`, with the peak held
   * constant.
   */
  backward: (x, dy, { peak }, { bits }) => ({
    dx: bits === 1 ? dy.slice() : dy.map((g, i) => (peak === 0 ? 0 : (g * (1 - Math.tanh(x[i]) ** 2)) / peak)),
  }),
  numbersPerGroup: () => 1,
  encode: (x, params, { bits }) => Uint8Array.from(x, (v) => code(v, params, bits)),
  numbers: ({ amplitude }) => [amplitude],
  decode: (codes, [amplitude], { bits }) => Float32Array.from(codes, (c) => level(c, amplitude, bits)),
  lines(bits, [amplitude]) {
    const last = 2 ** bits - 1;
    return [{ scale: (2 * amplitude) / last, zero: last / 2, offset: 0 }];
  },
  python: 'f32(n[0] * f32(2 * c / (2 ** bits - 1) - 1))',
};
