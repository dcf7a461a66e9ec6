// The gradient of levels from zero whose end or step is learned (PACT's clip or LSQ's step), in one pass over the heap.
import { type HeapKernel, sizeOf } from './heap';

const fround = Math.fround;
// 1.5 * 2^52: see math/rounding.ts; inlined here because the loop is hot.
const MAGIC = 6755399441055744;

/**
 * With `t = x * inverse`: `dx = dy` where 0 < t < limit, else 0; and [1, 1], the sum of `dy * slope`, where slope is
 * `beyond` for t >= limit, `error * (round(t) - t)` for 0 < t < limit, and 0 below. `inverse` and `limit` have one
 * number each.
 */
export const learnedInputGrad: HeapKernel = {
  name: 'FewbitsLearnedInputGrad',
  inputs: ['x', 'dy', 'inverse', 'limit'],
  outputs: ({ shapes }) => [shapes[0], [1, 1]],
  loop([x, dy, inverse, limit], [dx, sum], { attrs }) {
    const { beyond, error } = attrs as { beyond: number; error: number };
    const [inv] = inverse;
    const [high] = limit;
    let total = 0;
    for (let i = 0; i < x.length; i++) {
      const t = fround(x[i] * inv);
      const inside = t > 0 && t < high;
      dx[i] = inside ? dy[i] : 0;
      if (inside) total += fround(dy[i] * fround(fround(t + MAGIC - MAGIC - t) * error));
      else if (t >= high) total += fround(dy[i] * beyond);
    }
    sum[0] = total;
  },
  wasm: {
    run({ learnedInputGrad }, inputs, outputs, { shapes: [shape], attrs }) {
      const { beyond, error } = attrs as { beyond: number; error: number };
      learnedInputGrad(...inputs, ...outputs, sizeOf(shape), beyond, error);
    },
  },
};
