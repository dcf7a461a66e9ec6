// Block floating point as one loop over the heap. The twin of quant/bfp.ts, for blocks of neighboring channels.
import { bfpStep } from '../../quant/bfp';
import { type HeapKernel, sizeOf } from './heap';

// 1.5 * 2^52: see math/rounding.ts; inlined here because the loop is hot.
const MAGIC = 6755399441055744;

/**
 * `y = clamp(round(x / step), 1 - 2^bits, 2^bits - 1) * step` with one step per `block` neighbors of the last
 * dimension. NaN stays NaN and does not affect its block's exponent.
 */
export const blockFloatForward: HeapKernel = {
  name: 'FewbitsBlockFloat',
  inputs: ['x'],
  outputs: ({ shapes }) => [shapes[0]],
  loop([x], [y], { shapes: [shape], attrs }) {
    const { block, bits } = attrs as { block: number; bits: number };
    const channels = shape[shape.length - 1];
    const largest = 2 ** bits - 1;
    for (let place = 0; place < x.length; place += channels)
      for (let from = place; from < place + channels; from += block) {
        const to = Math.min(place + channels, from + block);
        let magnitude = 0;
        for (let i = from; i < to; i++) if (Math.abs(x[i]) > magnitude) magnitude = Math.abs(x[i]);
        const step = bfpStep(magnitude, bits);
        const inverse = 1 / step;
        for (let i = from; i < to; i++) {
          const code = x[i] * inverse + MAGIC - MAGIC;
          y[i] = (code < -largest ? -largest : code > largest ? largest : code) * step;
        }
      }
  },
  wasm: {
    run({ blockFloat }, inputs, outputs, { shapes: [shape], attrs }) {
      const { block, bits } = attrs as { block: number; bits: number };
      blockFloat(...inputs, ...outputs, sizeOf(shape), shape[shape.length - 1], block, bits);
    },
  },
};
