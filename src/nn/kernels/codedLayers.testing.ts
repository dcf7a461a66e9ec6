// Random layers of integers and their results in plain numbers, for tests.
import { fc } from '../../math/law.testing';
import { createRng } from '../../math/rng';
import type { UniformGrid } from '../../quant/uniformGrid';
import type { Activation } from './codesWasm';
import { sizeOf } from './heap';

/** A grid of codes of 1 to 8 bits, none, some or all of them below zero. */
export const grids = fc
  .record({
    bits: fc.integer({ min: 1, max: 8 }),
    share: fc.constantFrom(0, 0, 0.4, 1),
    scale: fc.constantFrom(0.01, 0.3),
  })
  .map(({ bits, share, scale }): UniformGrid => {
    const below = Math.floor(share * (2 ** bits - 1));
    return { scale: Math.fround(scale), offset: 0, minCode: -below, maxCode: 2 ** bits - 1 - below };
  });

/** What a random layer is drawn from. */
export const layers = fc.record({
  op: fc.constantFrom('conv2d', 'depthwise', 'dense'),
  n: fc.constantFrom<number>(1, 3),
  size: fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })),
  inChannels: fc.constantFrom<number>(1, 2, 3, 8, 13, 16),
  outChannels: fc.constantFrom<number>(1, 3, 8, 12),
  kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 5 })),
  strides: fc.constantFrom<[number, number]>([1, 1], [2, 2], [2, 1]),
  padding: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
  input: grids,
  output: grids,
  /** Largest weight; 1 draws from -1 and 1 only. */
  weight: fc.constantFrom<number>(1, 3, 15, 63, 127, 128, 255),
  /** Share of the inputs that are as large as possible, and of the weights that are, or as small in every second channel. */
  extreme: fc.constantFrom<number>(0, 0.5, 1),
  activation: fc.constantFrom<Activation>(undefined, 'relu', 'relu6'),
  seed: fc.integer({ min: 1, max: 1e6 }),
});
/** One draw. */
export type Drawn = ReturnType<typeof layers.generate>['value'];

/** A layer and its input. Kernel, input and output have the shapes that the layers of a network have. */
export interface Case {
  readonly shape: readonly number[];
  readonly xShape: readonly number[];
  readonly outShape: readonly number[];
  readonly codes: Float32Array;
  readonly weights: Float32Array;
  readonly multiplier: Float32Array;
  readonly bias: Float32Array;
  readonly window: { strides: [number, number]; pad: 'valid' } | undefined;
  /** Results before they become codes. */
  readonly expected: Float32Array;
}

/** Smallest and largest result of each activation. */
export const clampTo = { linear: [-Infinity, Infinity], relu: [0, Infinity], relu6: [0, 6] } as const;

/** Random numbers for what was drawn, and the layer's results in plain numbers. */
export function build({
  op,
  n,
  size: [h, w],
  inChannels,
  outChannels,
  kernel,
  strides,
  padding,
  ...drawn
}: Drawn): Case {
  const rng = createRng(drawn.seed);
  const [top, bottom, left, right] = padding;
  const depthwise = op === 'depthwise';
  const [kh, kw] =
    op === 'dense' ? [1, 1] : [Math.min(kernel[0], h + top + bottom), Math.min(kernel[1], w + left + right)];
  const [sh, sw] = strides;
  const out = depthwise ? inChannels : outChannels;
  const [oh, ow] = [Math.floor((h + top + bottom - kh) / sh) + 1, Math.floor((w + left + right - kw) / sw) + 1];
  const draw = (min: number, max: number, end = max) =>
    rng.uniform() < drawn.extreme ? end : min + rng.integer(max - min + 1);
  const { minCode, maxCode } = drawn.input;
  const dense = op === 'dense';
  const xShape = dense ? [n, inChannels] : [n, h, w, inChannels];
  const shape = dense ? [inChannels, out] : depthwise ? [kh, kw, inChannels, 1] : [kh, kw, inChannels, out];
  const codes = Float32Array.from({ length: sizeOf(xShape) }, () => draw(minCode, maxCode));
  const [least, most] = [-drawn.weight, drawn.weight === 128 ? 127 : drawn.weight];
  const weights = Float32Array.from({ length: sizeOf(shape) }, (_, i) =>
    drawn.weight === 1 ? 2 * rng.integer(2) - 1 : draw(least, most, (i % out) % 2 === 0 ? most : least),
  );
  const multiplier = Float32Array.from({ length: out }, () => Math.exp(2 * rng.normal() - 6));
  const bias = Float32Array.from({ length: out }, () => 0.5 * rng.normal());
  const outShape = dense ? [n, out] : [n, oh, ow, out];
  const expected = new Float32Array(sizeOf(outShape));
  const [low, high] = clampTo[drawn.activation ?? 'linear'];
  const [height, width] = dense ? [1, 1] : [h, w];
  expected.forEach((_, i) => {
    const c = i % out;
    const [image, y, x] = dense
      ? [Math.floor(i / out), 0, 0]
      : [Math.floor(i / (oh * ow * out)), Math.floor(i / (ow * out)) % oh, Math.floor(i / out) % ow];
    let sum = 0;
    for (let ky = 0; ky < kh; ky++)
      for (let kx = 0; kx < kw; kx++)
        for (let k = depthwise ? c : 0; k < (depthwise ? c + 1 : inChannels); k++) {
          const [row, column] = dense ? [0, 0] : [y * sh + ky - top, x * sw + kx - left];
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          const code = codes[((image * height + row) * width + column) * inChannels + k];
          const tap = ky * kw + kx;
          sum += code * weights[depthwise ? tap * inChannels + c : (tap * inChannels + k) * out + c];
        }
    const value = Math.fround(Math.fround(sum * multiplier[c]) + bias[c]);
    expected[i] = Math.min(Math.max(value, low), high) + 0;
  });
  const pad = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ] as unknown as 'valid';
  const window = dense ? undefined : { strides: [sh, sw] as [number, number], pad };
  return { shape, xShape, outShape, codes, weights, multiplier, bias, window, expected };
}
