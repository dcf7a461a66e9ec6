// Lays out constants of one shape in another: repeated, sliced, transposed.
import { refuse } from '../refusal';
import { CHECK, SIMPLIFY } from './nextSteps';
import type { Tensor } from './tensor';
import { sizeWithin } from './tensorProto';

/** Size limit of one folded constant; PyTorch folds shapes and transposed weights. */
const MAX_NUMBERS = 27_000_000;

const MAX_RANK = 16;

/** Zeros of a shape, of float32 or, for integers, float64. */
export const arrayFor = (dims: readonly number[], float: boolean): Float32Array | Float64Array => {
  if (dims.length > MAX_RANK) refuse(`It makes a constant of ${dims.length} axes.`, SIMPLIFY);
  const size = sizeWithin(dims, MAX_NUMBERS, (count) => refuse(`It makes a constant of ${count} numbers.`, SIMPLIFY));
  return float ? new Float32Array(size) : new Float64Array(size);
};

/** Strides from one position to the next along each axis. */
export const stepsOf = (dims: readonly number[]): number[] => {
  const steps = dims.map(() => 1);
  for (let i = dims.length - 2; i >= 0; i--) steps[i] = steps[i + 1] * dims[i + 1];
  return steps;
};

/**
 * A tensor of `dims` whose value at a position is found in `x` at `start` plus, for each axis, position times `steps`.
 */
export function walk(x: Tensor, dims: readonly number[], start: number, steps: readonly number[]): Tensor {
  const values = arrayFor(dims, x.float);
  const place = dims.map(() => 0);
  for (let i = 0, from = start; i < values.length; i++) {
    values[i] = x.values[from];
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++place[axis] < dims[axis]) break;
      from -= steps[axis] * dims[axis];
      place[axis] = 0;
    }
  }
  return { dims, values, float: x.float };
}

/** Common shape of two shapes under broadcasting. */
export function broadcastDims(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [da, db] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    if (da !== db && da !== 1 && db !== 1) refuse(`[${a.join(', ')}] and [${b.join(', ')}] do not go together.`, CHECK);
    return da === 1 ? db : da;
  });
}

/** The tensor repeated along axes of 1 up to `dims`. */
export function broadcast(x: Tensor, dims: readonly number[]): Tensor {
  const padded = [...Array(Math.max(0, dims.length - x.dims.length)).fill(1), ...x.dims] as number[];
  if (padded.length !== dims.length || padded.some((d, i) => d !== 1 && d !== dims[i]))
    refuse(`[${x.dims.join(', ')}] does not fit [${dims.join(', ')}].`, CHECK);
  return walk(
    x,
    dims,
    0,
    stepsOf(padded).map((step, i) => (padded[i] === 1 ? 0 : step)),
  );
}
