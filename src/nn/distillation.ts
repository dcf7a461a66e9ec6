// The loss of imitating another network's answers.
import * as tf from '@tensorflow/tfjs-core';

/**
 * `T^2 mean_n sum_c p_c (log p_c - log q_c)` with `p = softmax(teacher / T)`, `q = softmax(student / T)`, logits [n,
 * classes]: the Kullback-Leibler divergence in nats, 0 if both outputs are equal. `T^2` keeps the gradient's scale as
 * `T` grows (Hinton et al., arXiv 1503.02531, section 2). The caller owns arguments and result.
 */
export function distillationLoss(teacher: tf.Tensor2D, student: tf.Tensor2D, temperature: number): tf.Scalar {
  return tf.tidy(() => {
    const wanted = tf.logSoftmax(tf.div<tf.Tensor2D>(teacher, temperature));
    const given = tf.logSoftmax(tf.div<tf.Tensor2D>(student, temperature));
    const divergence = tf.sum(tf.mul(tf.exp(wanted), tf.sub(wanted, given)), 1);
    return tf.mul(tf.mean(divergence), temperature * temperature) as tf.Scalar;
  });
}
