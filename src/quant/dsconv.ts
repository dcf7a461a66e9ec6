// DSConv weights: an integer variable quantized kernel (VQK) and one real per block, the kernel distribution shift
// (KDS), fitted to the float weights by least squares. Paired with block floating point activations (bfp.ts). Not here:
// the KDS bias and the channel-wise shift (CDS) of the paper's first versions, which are off in its code.
import { roundHalfToEven } from '../math/rounding';
import { MAX_FLOAT16, roundToFloat16 } from './floats';
import type { Quantizer, QuantSpec } from './quantizer';
import { MAX_FLOAT32, MAX_RANGE } from './uniformGrid';

/** Parameters of a block. */
export interface DsconvParams {
  /**
   * Factor applied to weights before rounding: `-2^(bits-1) / m`, where m is the weight with the largest magnitude,
   * with its sign. So that weight always gets the most negative code, and its sign moves into `scale`.
   */
  readonly inverse: number;
  /** The KDS: `<w, q> / <q, q>`, which minimizes `|w - scale q|^2`. 0 for a block of zeros. */
  readonly scale: number;
}

const fround = Math.fround;

function code(x: number, inverse: number, lowest: number): number {
  const rounded = roundHalfToEven(fround(x * inverse));
  return rounded < lowest ? lowest : rounded > -1 - lowest ? -1 - lowest : rounded;
}

/** The stored scale: finite for every code, and in half precision if requested. */
function keptScale(scale: number, { bits, scaleBits }: QuantSpec): number {
  const limit = scaleBits === 16 ? MAX_FLOAT16 : MAX_RANGE / 2 ** (bits - 1);
  const clipped = Math.max(-limit, Math.min(limit, scale));
  return scaleBits === 16 ? roundToFloat16(clipped) : fround(clipped);
}

export const dsconv: Quantizer<DsconvParams> = {
  id: 'dsconv',
  label: 'DSConv',
  summary: 'Integers with one least-squares scale for each block of input channels.',
  granularities: ['block', 'channel', 'tensor'],
  bits: [1, 8],
  activations: 'bfp',
  reference: 'DSConv, arXiv 1901.01928 (ICCV 2019)',
  init(x, spec) {
    const lowest = -(2 ** (spec.bits - 1));
    let extreme = 0;
    for (const w of x) if (Math.abs(w) > Math.abs(extreme)) extreme = w;
    if (extreme === 0) return { inverse: 0, scale: 0 };
    // A subnormal extreme has no reciprocal: its block may lose its codes, but stays finite.
    const inverse = Math.max(-MAX_FLOAT32, Math.min(MAX_FLOAT32, fround(lowest / extreme)));
    let wq = 0;
    let qq = 0;
    for (const w of x) {
      const q = code(w, inverse, lowest);
      wq += w * q;
      qq += q * q;
    }
    return { inverse, scale: qq === 0 ? 0 : keptScale(wq / qq, spec) };
  },
  forward(x, { inverse, scale }, { bits }) {
    const lowest = -(2 ** (bits - 1));
    return x.map((w) => fround(code(w, inverse, lowest) * scale));
  },
  // The float weights get the gradient of the quantized ones unclipped, as in the authors' code.
  backward: (_x, dy) => ({ dx: dy.slice() }),
  halfScales: true,
  numbersPerGroup: () => 1,
  encode(x, { inverse }, { bits }) {
    const lowest = -(2 ** (bits - 1));
    return Uint8Array.from(x, (w) => code(w, inverse, lowest) - lowest);
  },
  numbers: ({ scale }) => [scale],
  decode: (codes, [scale], { bits }) => Float32Array.from(codes, (c) => fround((c - 2 ** (bits - 1)) * scale)),
  lines: (bits, [scale]) => [{ scale, zero: 2 ** (bits - 1), offset: 0 }],
  python: 'f32((c - 2 ** (bits - 1)) * n[0])',
};
