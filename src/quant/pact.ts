// PACT activations: clipped to [0, clip] with a learned clip, then 2^b evenly spaced levels. The weights it pairs with
// are DoReFa's.
import type { ActivationQuantizer } from './quantizer';
import { fakeQuantize, MAX_RANGE, type UniformGrid } from './uniformGrid';

export interface PactParams {
  /** The largest level, learned. If it is not above 0, every number becomes 0. */
  readonly clip: number;
}

/** The grid for a clip: `0, clip / (2^bits - 1) ... clip`. */
export function pactGrid({ clip }: PactParams, bits: number): UniformGrid {
  const maxCode = 2 ** bits - 1;
  return { scale: Math.fround(Math.max(0, Math.min(clip, MAX_RANGE)) / maxCode), offset: 0, minCode: 0, maxCode };
}

export const pact: ActivationQuantizer<PactParams> = {
  id: 'pact',
  label: 'PACT',
  summary: 'Evenly spaced levels from zero to a learned clip.',
  granularities: ['tensor'],
  bits: [2, 8],
  learned: ['clip'],
  reference: 'PACT, arXiv 1805.06085',
  /** The largest observed activation: nothing is clipped before training. */
  init: (x) => ({ clip: x.reduce((max, v) => Math.max(max, v), 0) }),
  forward: (x, params, { bits }) => fakeQuantize(x, pactGrid(params, bits)),
  /** `dx = dy` on (0, clip); the clip gets the sum of dy over clipped numbers, x >= clip. */
  backward(x, dy, { clip }) {
    let sum = 0;
    const dx = dy.map((g, i) => {
      if (x[i] >= clip) sum += g;
      return x[i] > 0 && x[i] < clip ? g : 0;
    });
    return { dx, dp: { clip: sum } };
  },
};
