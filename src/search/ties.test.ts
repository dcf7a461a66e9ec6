import { beforeAll, describe, expect, test } from 'vitest';
import { layerCosts } from '../graph/cost';
import { FLOAT } from '../graph/policy';
import { tiesOf } from '../graph/ties';
import { createRng } from '../math/rng';
import { useBackend } from '../nn/backends.testing';
import { randomFeasible } from '../optim/feasible';
import type { QuantScheme } from '../quant/registry';
import { networks } from '../zoo/registry';
import { bestByTable, harmTable } from './allocation/byTable';
import { greedyWithin, programOf } from './allocation/program';
import { curveEncoding, layerEncoding } from './belief/candidates';
import { curves } from './belief/curves';
import { uniformVectors } from './methods/uniform';
import type { SearchId } from './registry';
import { type Allowed, createSpace, feasibleSetOf, fits, policyOf, type Space, vectorOf, withoutSkips } from './space';
import { keepsTies } from './ties.testing';

beforeAll(() => useBackend('wasm'));

const network = networks.resnet8.build([32, 32, 3], 10);
const scheme: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
const ties = tiesOf(network, 'blocks');
const allowed: Allowed = { weights: [0, 1, 2, 4, 8], activations: [4, FLOAT], locks: {}, ties };
const all = layerCosts(network).reduce((sum, { weights }) => sum + weights, 0);
const space = createSpace(network, scheme, allowed, [{ measure: 'weights', most: 3 * all }]);

/** Whether the layers of each block have one width. */
const isTied = (vector: readonly number[], own: Space = space) => {
  const policy = policyOf(own, vector);
  return ties.every((group) => new Set(group.map((id) => JSON.stringify(policy[id]))).size === 1);
};

describe('layers that share a width', () => {
  test('have the same choices in the same order, and only common ones', () => {
    const { groups, layers } = space;
    expect(groups.map((group) => group.map((l) => layers[l].id))).toEqual([['stem'], ...ties, ['fc']]);
    for (const group of groups.slice(1, -1))
      for (const l of group) expect(layers[l].choices).toEqual(layers[group[0]].choices);
    // Only the first block can be skipped.
    expect(layers.map(({ choices }) => choices.some(({ weights }) => weights === 0))).toEqual(
      layers.map(({ id }) => id.startsWith('1')),
    );
    const policy = policyOf(space, randomFeasible(feasibleSetOf(space), createRng(1)));
    expect(vectorOf(space, { ...policy, '2s': { weights: policy['2s'].weights === 8 ? 4 : 8, activations: 4 } })).toBe(
      undefined,
    );
  });

  test('are so in every policy drawn, bred or solved for, within the limits', () => {
    const rng = createRng(2);
    const program = programOf(space);
    const harms = space.layers.map(({ choices }) => choices.map(() => rng.uniform()));
    const table = harmTable('any', space, harms);
    const drawn = Array.from({ length: 30 }, () => randomFeasible(feasibleSetOf(space), rng));
    const encodings = [layerEncoding(space), curveEncoding(space, curves.linear, true)];
    const asked = encodings.flatMap((encoding) =>
      encoding.candidates(drawn.slice(0, 2), 40, rng).map(({ vector }) => vector),
    );
    const solved = [greedyWithin(program, harms, program.room), vectorOf(space, bestByTable(table, space).policy)];
    for (const vector of [...drawn, ...asked, ...solved] as number[][]) {
      expect(isTied(vector)).toBe(true);
      expect(fits(space, vector)).toBe(true);
    }
    const kept = withoutSkips(space);
    for (const vector of uniformVectors(kept)) expect(isTied(vector, kept)).toBe(true);
  });

  test('follow a lock of one of them; other locks, unknown layers and second groups are refused', () => {
    const lock = { '2b': { weights: 8, activations: 4 } } as const;
    const { layers } = createSpace(network, scheme, { ...allowed, locks: lock }, []);
    expect(layers.filter(({ id }) => id.startsWith('2')).map(({ choices }) => choices)).toEqual(
      Array(3).fill([lock['2b']]),
    );
    const made = (more: Partial<Allowed>) => () => createSpace(network, scheme, { ...allowed, ...more }, []);
    expect(made({ locks: { ...lock, '2s': { weights: 4, activations: 4 } } })).toThrow(
      'Layers "2b" and "2s" share one width, but are locked at 8 and 4 bits',
    );
    expect(made({ ties: [['2a', '2x']] })).toThrow('No layer "2x" can be tied');
    expect(made({ ties: [...ties, ['2a', '3a']] })).toThrow('tied twice');
    // The activations of the layer that reads the image stay; its weights follow.
    const first = createSpace(network, scheme, { ...allowed, weights: [2, 4], ties: [['stem', '3b']] }, []);
    const { stem, '3b': last } = policyOf(
      first,
      first.layers.map(() => 1),
    );
    expect([stem, last]).toEqual([
      { weights: 2, activations: FLOAT },
      { weights: 2, activations: FLOAT },
    ]);
  });
});

// Those that train run in ties.long.test.ts.
test.each<SearchId>(['uniform', 'random', 'greedy', 'hessian', 'amp', 'mtgp', 'squaredSteps', 'outputError'])(
  '%s measures and chooses only policies whose tied layers have one width',
  keepsTies,
);
