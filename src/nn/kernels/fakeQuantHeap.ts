// Fake quantization as one loop over the heap. The twin of quant/uniformGrid.ts, with channels last.
import { type HeapCall, type HeapKernel, sizeOf } from './heap';

const fround = Math.fround;
// 1.5 * 2^52: see math/rounding.ts; inlined here because the loop is hot.
const MAGIC = 6755399441055744;

function sizes({ shapes: [x], attrs }: HeapCall, grid: readonly number[]): number[] {
  return [sizeOf(x), sizeOf(grid), attrs.minCode as number, attrs.maxCode as number];
}

/**
 * `y = clamp(round((x - offset) * inverse), minCode, maxCode) * scale + offset`. `scale`, `inverse` and `offset` have
 * one number, or one per index of x's last dimension.
 */
export const fakeQuantForward: HeapKernel = {
  name: 'FewbitsFakeQuant',
  inputs: ['x', 'scale', 'inverse', 'offset'],
  outputs: ({ shapes }) => [shapes[0]],
  loop([x, scale, inverse, offset], [y], { attrs }) {
    const { minCode, maxCode } = attrs as { minCode: number; maxCode: number };
    const groups = scale.length;
    for (let g = 0; g < groups; g++) {
      const s = scale[g];
      const inv = inverse[g];
      const o = offset[g];
      for (let i = g; i < x.length; i += groups) {
        const code = fround(fround(x[i] - o) * inv) + MAGIC - MAGIC;
        const clamped = code < minCode ? minCode : code > maxCode ? maxCode : code;
        y[i] = fround(clamped * s) + o;
      }
    }
  },
  wasm: {
    run: ({ fakeQuant }, inputs, outputs, call) => fakeQuant(...inputs, ...outputs, ...sizes(call, call.shapes[1])),
  },
};

/** Straight-through gradient: `dy` where the unclamped code lies in [minCode, maxCode], else 0. */
export const fakeQuantBackward: HeapKernel = {
  name: 'FewbitsFakeQuantGrad',
  inputs: ['x', 'dy', 'inverse', 'offset'],
  outputs: ({ shapes }) => [shapes[0]],
  loop([x, dy, inverse, offset], [dx], { attrs }) {
    const { minCode, maxCode } = attrs as { minCode: number; maxCode: number };
    const groups = inverse.length;
    for (let g = 0; g < groups; g++) {
      const inv = inverse[g];
      const o = offset[g];
      for (let i = g; i < x.length; i += groups) {
        const code = fround(fround(x[i] - o) * inv) + MAGIC - MAGIC;
        dx[i] = code >= minCode && code <= maxCode ? dy[i] : 0;
      }
    }
  },
  wasm: {
    run: ({ fakeQuantGrad }, inputs, outputs, call) =>
      fakeQuantGrad(...inputs, ...outputs, ...sizes(call, call.shapes[2])),
  },
};
