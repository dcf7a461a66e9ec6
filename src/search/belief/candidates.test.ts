import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layerCosts } from '../../graph/cost';
import { FLOAT } from '../../graph/policy';
import { tiesOf } from '../../graph/ties';
import { law } from '../../math/law.testing';
import { createRng } from '../../math/rng';
import { keyOf } from '../../optim/feasible';
import type { QuantScheme } from '../../quant/registry';
import { networks } from '../../zoo/registry';
import { type Allowed, createSpace, fits, policyOf, type Space } from '../space';
import { curveEncoding, type Encoding, layerEncoding } from './candidates';
import { curves } from './curves';

const resnet = networks.resnet20.build([32, 32, 3], 10);
const scheme: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
const weights = layerCosts(resnet).reduce((sum, layer) => sum + layer.weights, 0);

function spaceOf(averageBits: number, activations: Allowed['activations'] = [FLOAT]): Space {
  const locks = { '2.1a': { weights: 4, activations: FLOAT } } as const;
  const limit = { measure: 'weights', most: averageBits * weights } as const;
  return createSpace(resnet, scheme, { weights: [1, 2, 3, 4, 8], activations, locks }, [limit]);
}

const encodings: Readonly<Record<string, (space: Space) => Encoding>> = {
  layers: layerEncoding,
  linear: (space) => curveEncoding(space, curves.linear, false),
  quadratic: (space) => curveEncoding(space, curves.quadratic, true),
  chebyshev: (space) => curveEncoding(space, curves.chebyshev, true),
};

describe.each(Object.keys(encodings))('%s', (name) => {
  test.each<Allowed['activations']>([[FLOAT], 'asWeights', [4, 8]])(
    'distinct candidates within the limits, at most as many as requested, inputs in [0, 1]: activations %s',
    (activations) => {
      law(
        [fc.double({ min: 1.2, max: 8, noNaN: true }), fc.integer({ min: 1, max: 80 }), fc.nat()],
        (averageBits, most, seed) => {
          const space = spaceOf(averageBits, activations);
          const encoding = encodings[name](space);
          const first = encoding.candidates([], most, createRng(seed));
          const best = first.slice(0, 3).map(({ vector }) => vector);
          const all = encoding.candidates(best, most, createRng(seed + 1));
          expect(all.length).toBeLessThanOrEqual(most);
          expect(new Set(all.map(({ vector }) => keyOf(vector))).size).toBe(all.length);
          expect(all.slice(0, best.length).map(({ vector }) => vector)).toEqual(best);
          for (const candidate of all) {
            expect(fits(space, candidate.vector)).toBe(true);
            expect(policyOf(space, candidate.vector)['2.1a']).toEqual({ weights: 4, activations: FLOAT });
            expect(candidate.input).toHaveLength(first[0].input.length);
            for (const x of candidate.input) expect(x >= 0 && x <= 1).toBe(true);
            expect(encoding.encode(candidate.vector)).toEqual(candidate);
          }
          expect(encoding.candidates(best, most, createRng(seed + 1))).toEqual(all);
        },
        4,
      );
    },
  );
});

test('layer inputs halve the remaining distance per bit and leave out fixed widths', () => {
  const space = spaceOf(32, [4, FLOAT]);
  const encode = layerEncoding(space).encode;
  const [widest] = [space.layers.map(({ choices }) => choices.length - 1)];
  // The stem reads the image, which stays float; 2.1a is locked: 20 + 18 widths.
  expect(encode(widest)?.input).toHaveLength(space.layers.length - 1 + space.layers.length - 2);
  const { input } = encode(space.layers.map(() => 0)) ?? { input: [] };
  expect(input.slice(0, 3)).toEqual([0, 0, 1 - 1 / 8]);
  expect(encode(widest)?.input.slice(0, 3)).toEqual([1 - 1 / 128, 1 - 1 / 128, 1 - 2 ** -31]);
});

test('without a limit all curves of the grid are candidates, more than there are widths', () => {
  const space = createSpace(resnet, scheme, { weights: [1, 2, 3, 4, 8], activations: [FLOAT], locks: {} }, []);
  const counts = (['linear', 'quadratic', 'chebyshev'] as const).map(
    (name) => curveEncoding(space, curves[name], false).candidates([], 1e6, createRng(1)).length,
  );
  expect(counts[0]).toBeGreaterThan(300);
  expect(counts[1]).toBeGreaterThan(counts[0]);
  expect(curveEncoding(space, curves.linear, true).encode(space.layers.map((_, l) => l % 5))).toBeUndefined();
});

test('released rules: NUQ\u2019s policies of ResNet-18\u2019s form, a shortcut with its block, the last layer fixed', () => {
  // Two stages with projections: 6 layers on the curve, of which 2a and 3a have their shortcuts with them.
  const small = networks.resnet8.build([32, 32, 3], 10);
  const locks = { fc: { weights: 32, activations: FLOAT } } as const;
  const allowed: Allowed = { weights: [1, 2, 3, 4, 5, 6, 7, 8], activations: [FLOAT], locks };
  const ties = tiesOf(small, 'shortcuts');
  const space = createSpace(small, scheme, { ...allowed, ties }, []);
  const all = curveEncoding(space, curves.linear, true).candidates([], 1e6, createRng(1));
  const bits = all.map(({ vector }) => Object.entries(policyOf(space, vector)));
  const expected = (p: readonly number[]) =>
    Array.from({ length: 7 }, (_, l) => 1 + Math.floor(6 * Math.min(1, p[0] + (l / 6) * (p[1] - p[0]))));
  for (const [i, policy] of bits.entries()) {
    const own = Object.fromEntries(policy.map(([id, { weights }]) => [id, weights]));
    expect([own['2s'], own['3s'], own.fc]).toEqual([own['2a'], own['3a'], 32]);
    const onCurve = ['stem', '1a', '1b', '2a', '2b', '3a', '3b'].map((id) => own[id]);
    expect(onCurve).toEqual(expected(all[i].input));
  }
  expect(new Set(bits.map((policy) => JSON.stringify(policy))).size).toBe(all.length);
});
