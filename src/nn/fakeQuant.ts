// Fake quantization of tensors with its straight-through gradient: the tensor twin of quant/uniformGrid.ts. One kernel
// on cpu, wasm and webgpu, composed operations on webgl.
import * as tf from '@tensorflow/tfjs-core';
import { inverseScale, type UniformGrid } from '../quant/uniformGrid';
import { fakeQuantBackward, fakeQuantForward } from './kernels/fakeQuantHeap';

/** Grids of one tensor on the device: [1] for the whole tensor, or [c], one per index of the last dimension. */
export interface TensorGrid {
  readonly scale: tf.Tensor1D;
  /** 1 / scale, or 0 if the scale is 0. */
  readonly inverse: tf.Tensor1D;
  readonly offset: tf.Tensor1D;
  readonly minCode: number;
  readonly maxCode: number;
  /** Numbers outside the grid keep their gradient (binary weights). */
  readonly passAll?: boolean;
}

/** Uploads grids with equal codes. The caller disposes the three tensors (`tf.dispose(grid)`). */
export function tensorGrid(grids: readonly UniformGrid[]): TensorGrid {
  const upload = (pick: (grid: UniformGrid) => number) => tf.tensor1d(grids.map(pick), 'float32');
  return {
    scale: upload((grid) => grid.scale),
    inverse: upload((grid) => inverseScale(grid.scale)),
    offset: upload((grid) => grid.offset),
    minCode: grids[0].minCode,
    maxCode: grids[0].maxCode,
  };
}

/** The grid whose levels are the codes of `grid`, which must have offset 0. */
export function codeGrid(grid: UniformGrid): TensorGrid {
  const { scale: unused, ...rest } = tensorGrid([grid]);
  unused.dispose();
  return { ...rest, scale: tf.tensor1d([1]) };
}

function hasKernel(): boolean {
  return tf.getKernel(fakeQuantForward.name, tf.getBackend()) !== undefined;
}

function unclampedCodes(x: tf.Tensor, grid: TensorGrid): tf.Tensor {
  return tf.round(tf.mul(tf.sub(x, grid.offset), grid.inverse));
}

/** Nearest grid level of every number of `x`, without a gradient. */
export function gridLevels(x: tf.Tensor, grid: TensorGrid): tf.Tensor {
  const { scale, inverse, offset, minCode, maxCode } = grid;
  if (hasKernel())
    return tf.engine().runKernel(fakeQuantForward.name, { x, scale, inverse, offset }, { minCode, maxCode });
  return tf.tidy(() => tf.add(tf.mul(tf.clipByValue(unclampedCodes(x, grid), minCode, maxCode), scale), offset));
}

function backward(x: tf.Tensor, dy: tf.Tensor, grid: TensorGrid): tf.Tensor {
  const { inverse, offset, minCode, maxCode } = grid;
  if (grid.passAll) return tf.clone(dy);
  if (hasKernel())
    return tf.engine().runKernel(fakeQuantBackward.name, { x, dy, inverse, offset }, { minCode, maxCode });
  return tf.tidy(() => {
    const codes = unclampedCodes(x, grid);
    const inside = tf.logicalAnd(tf.greaterEqual(codes, minCode), tf.lessEqual(codes, maxCode));
    return tf.mul(dy, tf.cast(inside, 'float32'));
  });
}

/**
 * Nearest grid level of every number of `x`, with the same shape; the gradient passes straight through inside the grid.
 * The caller owns arguments and result.
 */
export function fakeQuantize<T extends tf.Tensor>(x: T, grid: TensorGrid): T {
  const operation = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    // Saved, not captured: a grid made in the forward pass is disposed before the backward pass runs.
    save([input, grid.inverse, grid.offset]);
    return {
      value: gridLevels(input, grid),
      gradFunc: (dy: tf.Tensor, [x, inverse, offset]: tf.Tensor[]) =>
        backward(x, dy, { ...grid, inverse, offset } as TensorGrid),
    };
  });
  return operation(x) as T;
}
