// Binary weight network (BWN): the signs of a filter's weights times their mean magnitude. Not here: XNOR-Net's binary
// activations.
import type { Quantizer } from './quantizer';
import { type SignParams, signLevels } from './signs';

export const bwn: Quantizer<SignParams> = {
  ...signLevels,
  id: 'bwn',
  label: 'BWN',
  summary: 'Only the signs, times the mean magnitude of the filter.',
  granularities: ['channel', 'tensor'],
  bits: [1, 1],
  activations: 'uniform',
  madeForTraining: true,
  reference: 'XNOR-Net, arXiv 1603.05279, eq. 6',
  /**
   * `dx = dy (1 / n + s [|x| <= 1])` for n numbers per group: the second term is the surrogate of sign, the first that
   * of the mean.
   */
  backward: (x, dy, { scale }) => ({
    dx: dy.map((g, i) => g * (1 / x.length + (Math.abs(x[i]) <= 1 ? scale : 0))),
  }),
};
