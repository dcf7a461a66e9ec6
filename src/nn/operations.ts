// One tfjs call (or a few) for each node that is no layer, and the padding in tfjs' form.
import * as tf from '@tensorflow/tfjs-core';
import { ACTIVATIONS, type NetworkNode, type Padding, type PoolNode } from '../graph/network';
import { runActivation } from './elementwise';

type ExplicitPadding = tf.backend_util.ExplicitPadding;

/** Explicit padding of rows and columns, or `valid` if there is none. */
export function tfPadding([top, bottom, left, right]: Padding): ExplicitPadding | 'valid' {
  const none = top + bottom + left + right === 0;
  return none
    ? 'valid'
    : [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ];
}

/**
 * Every s-th row and column. Composed of reshape and slice, because tfjs has no gradient for stridedSlice and XNNPACK
 * no 1x1 pooling.
 */
function subsample(x: tf.Tensor4D, [sh, sw]: readonly [number, number]): tf.Tensor4D {
  const missing = (size: number, stride: number) => (stride - (size % stride)) % stride;
  const bottom = missing(x.shape[1], sh);
  const right = missing(x.shape[2], sw);
  const whole =
    bottom + right > 0
      ? tf.pad(x, [
          [0, 0],
          [0, bottom],
          [0, right],
          [0, 0],
        ])
      : x;
  const [n, h, w, c] = whole.shape;
  const rows = tf.slice(tf.reshape(whole, [(n * h) / sh, sh * w * c]), [0, 0], [(n * h) / sh, w * c]);
  const columns = tf.slice(tf.reshape(rows, [-1, sw * c]), [0, 0], [(n * h * w) / (sh * sw), c]);
  return tf.reshape(columns, [n, h / sh, w / sw, c]);
}

/** Each row and column several times. Composed, because tfjs' own has no gradient on every backend. */
function upsample(x: tf.Tensor4D, [sh, sw]: readonly [number, number]): tf.Tensor4D {
  const [n, h, w, c] = x.shape;
  const tall = tf.tile(tf.reshape(x, [n * h, 1, w * c]), [1, sh, 1]);
  const wide = tf.tile(tf.reshape(tall, [n * h * sh * w, 1, c]), [1, sw, 1]);
  return tf.reshape(wide, [n, h * sh, w * sw, c]);
}

/** Shape of [n, c] that broadcasts over images [n, h, w, c]. */
const perChannel = ({ shape: [n, c = 1] }: tf.Tensor): [number, number, number, number] => [n, 1, 1, c];

/**
 * Averages of windows. Padded by hand: tfjs' own padded average uses the gradient of one that counts the padding
 * (AvgPoolGrad divides by the whole window, 4.22). Where padding is not counted, the averages are scaled up instead.
 */
function averagePool(x: tf.Tensor4D, { size, strides, padding, countPadding }: PoolNode): tf.Tensor4D {
  const [top, bottom, left, right] = padding;
  if (top + bottom + left + right === 0) return tf.avgPool(x, [...size], [...strides], 'valid');
  const pads: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  const average = (image: tf.Tensor4D) => tf.avgPool(tf.pad(image, pads), [...size], [...strides], 'valid');
  if (countPadding === true) return average(x);
  const share = average(tf.ones([1, x.shape[1], x.shape[2], 1])); // the share of each window that is on the image
  return tf.div(average(x), share);
}

/**
 * Result of a node that is no layer and no batch norm; `parameter` gives its own parameters, which only `prelu` has.
 * Call inside `tf.tidy`; the caller owns the result.
 */
export function runPlainNode(
  node: NetworkNode,
  inputs: readonly tf.Tensor[],
  parameter: (part: 'alpha') => tf.Tensor,
): tf.Tensor {
  const x = inputs[0] as tf.Tensor4D;
  if (ACTIVATIONS.has(node.op)) return runActivation(node, x, parameter);
  switch (node.op) {
    case 'add':
      // A sum whose branches are skipped has one input left.
      return inputs.length === 1 ? tf.clone(x) : inputs.reduce((sum, input) => tf.add(sum, input));
    case 'mul': {
      const rank = Math.max(...inputs.map((input) => input.rank));
      const [a, b] = inputs.map((input) => (input.rank < rank ? tf.reshape(input, perChannel(input)) : input));
      return tf.mul(a, b);
    }
    case 'concat':
      return tf.concat([...inputs], 3);
    case 'channelSlice':
      return tf.slice(x, [0, 0, 0, node.from], [-1, -1, -1, node.to - node.from]);
    case 'channelShuffle': {
      const groups = tf.reshape(x, [-1, node.groups, x.shape[3] / node.groups]);
      return tf.reshape(tf.transpose(groups, [0, 2, 1]), x.shape);
    }
    case 'upsample':
      return upsample(x, node.scale);
    case 'pad': {
      const [top, bottom, left, right] = node.padding;
      return tf.pad(x, [[0, 0], [top, bottom], [left, right], [...node.channels]]);
    }
    case 'subsample':
      return subsample(x, node.strides);
    case 'maxPool':
      return tf.maxPool(x, [...node.size], [...node.strides], tfPadding(node.padding));
    case 'avgPool':
      return averagePool(x, node);
    case 'globalAvgPool':
      return tf.mean(x, [1, 2]);
    case 'flatten':
      return tf.reshape(x, [x.shape[0], -1]);
    case 'softmax':
      return tf.softmax(x);
    default:
      throw new Error(`"${node.id}" (${node.op}) is not an operation without weights.`);
  }
}
