// TensorFlow's padding, for Keras and for TF.js.
import type { ActivationShape, Padding } from '../../graph/network';

/** `same` gives ceil(size / stride) positions; an odd row or column of padding goes to the bottom or right. */
export function tensorflowPadding(
  kind: 'same' | 'valid',
  shape: ActivationShape,
  size: readonly [number, number],
  strides: readonly [number, number],
): Padding {
  if (kind === 'valid' || shape.length !== 3) return [0, 0, 0, 0];
  const around = (axis: 0 | 1) => {
    const total = Math.max(0, (Math.ceil(shape[axis] / strides[axis]) - 1) * strides[axis] + size[axis] - shape[axis]);
    return [total >> 1, total - (total >> 1)] as const;
  };
  return [...around(0), ...around(1)];
}
