// BinaryConnect with one learned scale: the signs of the weights, times a number that is trained with them.
// MetaQuantNet calls this baseline "Binary" (BinaryConnect itself has no scale).
import type { Quantizer } from './quantizer';
import { type SignParams, signLevels } from './signs';

export const binary: Quantizer<SignParams> = {
  ...signLevels,
  id: 'binary',
  label: 'BinaryConnect',
  summary: 'Only the signs, times one learned scale.',
  granularities: ['tensor', 'channel'],
  bits: [1, 1],
  activations: 'uniform',
  madeForTraining: true,
  learned: ['scale'],
  reference: 'BinaryConnect, arXiv 1511.00363; its scale: MetaQuantNet, arXiv 2004.11506',
  /**
   * Surrogate `s clip(x, -1, 1)` for the weights: BinaryConnect clips them to [-1, 1], which stops the gradient of
   * weights outside. The scale's gradient is that of `s sign(x)`.
   */
  backward(x, dy, { scale }) {
    let sum = 0;
    const dx = dy.map((g, i) => {
      sum += x[i] >= 0 ? g : -g;
      return Math.abs(x[i]) <= 1 ? g * scale : 0;
    });
    return { dx, dp: { scale: sum } };
  },
};
