// Activations: functions of one number, of tfjs operations that every backend has, with their gradients.
import * as tf from '@tensorflow/tfjs-core';
import type { NetworkNode } from '../graph/network';

/** `alpha x + beta`, clipped to 0 and 1. */
function hardSigmoid(x: tf.Tensor, alpha: number, beta: number): tf.Tensor {
  return tf.clipByValue(tf.add(tf.mul(x, alpha), beta), 0, 1);
}

/** Plus or minus `scale`. Its gradient is that of `x` clipped to both (I. Hubara et al., 2016, straight through). */
function sign(x: tf.Tensor, scale: number): tf.Tensor {
  const run: Parameters<typeof tf.customGrad>[0] = (of, save) => {
    (save as (tensors: readonly unknown[]) => void)([of]);
    const value = tf.sub(tf.mul(tf.cast(tf.greaterEqual(of as tf.Tensor, 0), 'float32'), 2 * scale), scale);
    const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) =>
      tf.mul(dy, tf.cast(tf.lessEqual(tf.abs(saved), Math.abs(scale)), 'float32'));
    return { value, gradFunc };
  };
  return tf.customGrad(run)(x);
}

/** `x` after an activation; `parameter` gives the slope of `prelu`. Call inside `tf.tidy`; the caller owns the result. */
export function runActivation(node: NetworkNode, x: tf.Tensor, parameter: (part: 'alpha') => tf.Tensor): tf.Tensor {
  switch (node.op) {
    case 'relu':
      return tf.relu(x);
    case 'relu6':
      return tf.relu6(x);
    case 'leakyRelu':
      return tf.leakyRelu(x, node.alpha);
    case 'prelu':
      return tf.prelu(x, parameter('alpha'));
    case 'elu': // tfjs' own has no alpha
      return tf.add(tf.relu(x), tf.mul(tf.expm1(tf.minimum(x, 0)), node.alpha));
    case 'sigmoid':
      return tf.sigmoid(x);
    case 'hardSigmoid':
      return hardSigmoid(x, node.alpha, node.beta);
    case 'tanh':
      return tf.tanh(x);
    case 'sign':
      return sign(x, node.scale);
    case 'silu':
      return tf.mul(x, tf.sigmoid(x));
    case 'hardSwish':
      return tf.mul(x, hardSigmoid(x, 1 / 6, 0.5));
    case 'gelu':
      return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
    case 'geluTanh': {
      const cubic = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI));
      return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(cubic), 1));
    }
    default:
      throw new Error(`"${node.id}" (${node.op}) is no activation.`);
  }
}
