// TensorFlow's windows and averages of images, for Keras, TF.js and TensorFlow Lite.
import type { ActivationShape, Padding } from '../../graph/network';
import type { GraphBuilder, Value } from './graphBuilder';

type Pair = readonly [h: number, w: number];

interface Taps {
  readonly size: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
}

/** Attributes of a window; without `dilations` if they are 1. */
export function dilatedWindow({ size, strides, dilations }: Taps, padding: Padding) {
  return { size, strides, padding, ...(dilations.some((d) => d !== 1) && { dilations }) };
}

/**
 * A window with TensorFlow's padding: `same` gives ceil(size / stride) positions; an odd row or column of padding goes to
 * the bottom or right.
 */
export function tensorflowWindow(kind: 'same' | 'valid', shape: ActivationShape, taps: Taps) {
  const { size, strides, dilations } = taps;
  if (kind === 'valid' || shape.length !== 3) return dilatedWindow(taps, [0, 0, 0, 0]);
  const around = (axis: 0 | 1) => {
    const extent = (size[axis] - 1) * dilations[axis] + 1;
    const total = Math.max(0, (Math.ceil(shape[axis] / strides[axis]) - 1) * strides[axis] + extent - shape[axis]);
    return [total >> 1, total - (total >> 1)] as const;
  };
  return dilatedWindow(taps, [...around(0), ...around(1)]);
}

/**
 * A global average [c] that the file makes an image [1, 1, c] of, as that image: layers of squeeze-and-excitation read it.
 * Undefined for anything else.
 */
export function averageAsImage(net: GraphBuilder, name: string, x: Value, shape: readonly number[]): Value | undefined {
  const source = net.node(x.id);
  if (source.op !== 'globalAvgPool' || shape.join() !== [1, 1, ...x.shape].join()) return undefined;
  const image = net.value(source.inputs[0]);
  const size = [image.shape[0], image.shape[1] as number] as const;
  return net.add('avgPool', name, [image], { size, strides: size, padding: [0, 0, 0, 0] });
}
