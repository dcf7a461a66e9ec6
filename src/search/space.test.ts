import { expect, test } from 'vitest';
import { packedBytes } from '../formats/packed';
import { policyCost } from '../graph/cost';
import { layersOf } from '../graph/network';
import { type BitPolicy, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import type { QuantScheme } from '../quant/registry';
import { networks } from '../zoo/registry';
import { type Allowed, costsOfVector, createSpace, fits, LimitError, policyOf, vectorOf } from './space';

const resnet = networks.resnet20.build([32, 32, 3], 10);
const scheme: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
const allowed: Allowed = { weights: [2, 3, 4, 8, 32], activations: [2, 8, 32], locks: {} };

test.each<QuantScheme>([scheme, { quantizer: 'dsconv', granularity: 'block:32', activations: 'bfp' }])(
  'costs of vectors are those of the policy, memory never understated: $quantizer',
  (scheme) => {
    const limits = (['memory', 'weights', 'bitOps'] as const).map((measure) => ({ measure, most: 1e12 }));
    const space = createSpace(resnet, scheme, allowed, limits);
    const rng = createRng(1);
    for (let i = 0; i < 100; i++) {
      const vector = space.layers.map(({ choices }) => rng.integer(choices.length));
      const policy = policyOf(space, vector);
      const [memory, weights, bitOps] = costsOfVector(space, vector).map((cost, k) => cost + 1e12 - space.room[k]);
      const exact = packedBytes(resnet, policy, scheme);
      expect(memory).toBeGreaterThanOrEqual(exact);
      expect(memory).toBeLessThan(exact * 1.02);
      expect(weights / 8).toBe(policyCost(resnet, policy).weightBytes);
      expect(bitOps).toBe(policyCost(resnet, policy).bitOps);
      expect(vectorOf(space, policy)).toEqual(vector);
    }
  },
);

test('locks leave one choice, and the image stays float', () => {
  const locks: Partial<BitPolicy> = { [Object.keys(uniformPolicy(resnet, 8, 8))[3]]: { weights: 8, activations: 4 } };
  const { layers } = createSpace(resnet, scheme, { ...allowed, locks }, []);
  expect(layers[3].choices).toEqual([{ weights: 8, activations: 4 }]);
  expect(layers[0].choices.every(({ activations }) => activations === 32)).toBe(true);
  expect(layers[1].choices).toHaveLength(15);
  const same = createSpace(resnet, scheme, { weights: [1, 4], activations: 'asWeights', locks: {} }, []);
  expect(same.layers[1].choices).toEqual([
    { weights: 1, activations: 2 },
    { weights: 4, activations: 4 },
  ]);
});

test('an unreachable limit reports the reachable range', () => {
  const most = policyCost(resnet, uniformPolicy(resnet, 2, 32)).weightBytes * 8;
  const limit = (bits: number) => [{ measure: 'weights' as const, most: bits }];
  const space = createSpace(resnet, scheme, allowed, limit(most));
  expect(fits(space, vectorOf(space, uniformPolicy(resnet, 2, 32)) as number[])).toBe(true);
  expect(fits(space, vectorOf(space, uniformPolicy(resnet, 3, 32)) as number[])).toBe(false);
  expect(() => createSpace(resnet, scheme, allowed, limit(most / 2))).toThrow(LimitError);
  expect(() => createSpace(resnet, scheme, allowed, limit(most / 2))).toThrow(
    /32.0x cannot be met.*16.0x to 1.0x \(compression of the weights\)/,
  );
  expect(() => createSpace(resnet, scheme, { ...allowed, weights: [] }, [])).toThrow(/No width is allowed/);
});

test.each([
  ['uniform', uniformPolicy(resnet, 4, 32)],
  ['mixed', Object.fromEntries(layersOf(resnet).map(({ id }, l) => [id, { weights: l % 2 ? 3 : 8, activations: 32 }]))],
] as [string, BitPolicy][])('a limit of a file’s size admits the file, and one byte less does not: %s', (_, policy) => {
  const most = packedBytes(resnet, policy, scheme);
  const wide = { weights: [1, 2, 3, 4, 8, 32], activations: [32], locks: {} } as const;
  const admits = (bytes: number) => {
    const space = createSpace(resnet, scheme, wide, [{ measure: 'memory', most: bytes }]);
    return fits(space, vectorOf(space, policy) as number[]);
  };
  expect(admits(most)).toBe(true);
  expect(admits(most - 1)).toBe(false);
});

test('a limit of the smallest file’s size admits only that file', () => {
  const most = packedBytes(resnet, uniformPolicy(resnet, 2, 32), scheme);
  const asked = { weights: [2, 3], activations: [32], locks: {} } as const;
  const space = createSpace(resnet, scheme, asked, [{ measure: 'memory', most }]);
  const least = vectorOf(space, uniformPolicy(resnet, 2, 32)) as number[];
  expect(fits(space, least)).toBe(true);
  expect(costsOfVector(space, least)).toEqual(space.room);
  for (const l of least.keys()) expect(fits(space, least.with(l, 1))).toBe(false);
  const bytes = (value: number) => `${value.toLocaleString('en-US')} bytes`;
  expect(() => createSpace(resnet, scheme, asked, [{ measure: 'memory', most: most - 1 }])).toThrow(
    `The limit of ${bytes(most - 1)} cannot be met: with the allowed bits and locks this network takes ${bytes(most)} to`,
  );
});
