// The numbers of a layer under a rounding, as its kernel reads them from one buffer (layerKernel.ts): two rows for the
// rounding of its input, factor and bias, what sums start from, then weights, four output channels per row. Plain numbers.

import { inverseScale, type UniformGrid } from '../../../quant/uniformGrid';
import type { RoundedLayer } from '../../../rounding/layers';
import { fitsByte } from '../../kernels/packCodes';

/**
 * What a layer adds: products of floats; of a rounded input and floats; of codes, as floats; or of codes of 8 bits, four at a
 * time.
 */
export type Arithmetic = 'float' | 'grid' | 'codes' | 'bytes';

export interface PackedLayer {
  readonly arithmetic: Arithmetic;
  readonly words: Uint32Array<ArrayBuffer>;
}

/** Rows before the factors: the grid of the input. */
export const GRID_ROWS = 2;

/** First row of each part, for padded numbers of output channels. */
export function tableRows(channels: number) {
  const quads = Math.ceil(channels / 4);
  const factor = GRID_ROWS;
  return { factor, bias: factor + quads, start: factor + 2 * quads, weights: factor + 3 * quads };
}

/** The two rows of a grid: 1 / scale, offset, least and greatest code; scale, 0, the code that is byte 0. */
export function gridRows({ scale, offset, minCode, maxCode }: UniformGrid): number[] {
  return [inverseScale(scale), offset, minCode, maxCode, scale, 0, byteShift(minCode), 0];
}

/** Codes are stored as `code - shift`, so that they fit signed bytes. */
const byteShift = (minCode: number) => Math.max(0, minCode + 128);

const fitsSigned = (codes: Float32Array) => codes.every((code) => code >= -128 && code <= 127);

/**
 * Packs a layer with kernel [kh, kw, cin, cout], [in, out], or if `depthwise` [kh, kw, c, 1]. `bytes` allows codes of 8 bits.
 * Undefined for inputs in block floating point.
 */
export function packLayer(layer: RoundedLayer, depthwise: boolean, bytes: boolean): PackedLayer | undefined {
  const { shape, layout, bias, integers, input } = layer;
  if (input?.quantizer === 'bfp') return undefined;
  const { channels } = layout;
  const grid = integers?.input ?? input?.grid;
  const values = integers?.codes ?? layer.values;
  const taps = shape.length === 2 ? 1 : shape[0] * shape[1];
  const depth = depthwise ? 1 : values.length / channels / taps;
  const packs = bytes && !depthwise && integers !== undefined && fitsByte(integers.input) && fitsSigned(values);
  const arithmetic = packs ? 'bytes' : integers ? 'codes' : grid ? 'grid' : 'float';
  const rows = tableRows(channels);
  const wide = 4 * Math.ceil(channels / 4);
  const deep = depthwise ? 1 : 4 * Math.ceil(depth / 4);
  const words = new Uint32Array(4 * rows.weights + (taps * deep * wide) / (packs ? 4 : 1));
  const floats = new Float32Array(words.buffer);
  const ints = new Int32Array(words.buffer);
  if (grid !== undefined) floats.set(gridRows(grid));
  if (integers) floats.set(integers.multiplier, 4 * rows.factor);
  if (bias) floats.set(bias, 4 * rows.bias);
  const first = 4 * rows.weights;
  const lanes = new Int8Array(words.buffer);
  const shift = grid ? byteShift(grid.minCode) : 0;
  for (let tap = 0, i = 0; tap < taps; tap++)
    for (let d = 0; d < depth; d++)
      for (let c = 0; c < channels; c++, i++) {
        if (!packs) floats[first + (tap * deep + d) * wide + c] = values[i];
        else {
          lanes[4 * (first + ((tap * deep) / 4 + (d >> 2)) * wide + c) + (d & 3)] = values[i];
          ints[4 * rows.start + c] += shift * values[i];
        }
      }
  return { arithmetic, words };
}
