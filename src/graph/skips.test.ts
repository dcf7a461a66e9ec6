// Branches that can be skipped, in the zoo's networks and in awkward ones, and the network that remains without them.
import { describe, expect, test } from 'vitest';
import { fc, law } from '../math/law.testing';
import { createRng } from '../math/rng';
import { ArchitectureBuilder, initialize } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { branchesOf, branchOf } from './branches';
import { policyCost } from './cost';
import { type Architecture, layersOf } from './network';
import { type BitPolicy, checkPolicy, uniformPolicy } from './policy';
import { checkNetwork } from './shapes';
import { closeSkips, skippedBranches, withoutSkipped } from './skips';

const build = (id: keyof typeof networks) => networks[id].build([32, 32, 3], 10);
const zeroed = (policy: BitPolicy, ids: readonly string[]): BitPolicy => ({
  ...policy,
  ...Object.fromEntries(ids.map((id) => [id, { ...policy[id], weights: 0 as const }])),
});

/** Two paths from `stem` to a sum; with `tapped`, another node reads the middle of the longer one. */
function twoWays(shortcut: 'identity' | 'convolution', tapped = false): Architecture {
  const net = new ArchitectureBuilder();
  const stem = net.convBn('stem', net.add('input', 'image', [], { shape: [8, 8, 3] }), 4);
  const middle = net.convBn('a', stem, 4);
  const other = shortcut === 'identity' ? stem : net.convBn('s', stem, 4, { relu: false });
  const sum = net.add('add', 'sum', [net.convBn('b', middle, 4, { relu: false }), other], {});
  const after = tapped ? net.add('concat', 'both', [sum, middle], {}) : sum;
  net.add('dense', 'fc', [net.add('globalAvgPool', 'mean', [after], {})], { units: 3, bias: true });
  return net.build('Two ways');
}

describe('branches', () => {
  test('ResNet-20 can skip every block, ResNet-8 one block, and chains none', () => {
    expect(branchesOf(build('resnet20')).map(({ layers }) => layers.length)).toEqual(new Array(9).fill(2));
    expect(branchesOf(build('resnet8')).map(({ layers }) => layers)).toEqual([
      layersOf(build('resnet8'))
        .slice(1, 3)
        .map(({ id }) => id),
    ]);
    for (const id of ['tiny', 'vgg-small'] as const) expect(branchesOf(build(id))).toEqual([]);
  });

  test('a branch cannot be skipped if the other path has a convolution or a node reads its middle', () => {
    expect(branchesOf(twoWays('identity'))).toMatchObject([{ sum: 'sum', layers: ['a', 'b'] }]);
    expect(branchesOf(twoWays('convolution'))).toEqual([]);
    expect(branchesOf(twoWays('identity', true))).toEqual([]);
  });

  test('a layer on nested branches belongs to the smallest', () => {
    const net = new ArchitectureBuilder();
    const stem = net.convBn('stem', net.add('input', 'image', [], { shape: [8, 8, 3] }), 4);
    const outer = net.convBn('outer', stem, 4);
    const inner = net.add('add', 'inner.sum', [net.convBn('inner', outer, 4, { relu: false }), outer], {});
    const sum = net.add('add', 'sum', [inner, stem], {});
    net.add('dense', 'fc', [net.add('globalAvgPool', 'mean', [sum], {})], { units: 3, bias: true });
    const nested = net.build('Nested');
    expect(branchOf(nested, 'inner')?.layers).toEqual(['inner']);
    expect(branchOf(nested, 'outer')?.layers).toEqual(['outer', 'inner']);
    const policy = uniformPolicy(nested, 4, 8);
    expect(closeSkips(branchesOf(nested), zeroed(policy, ['inner']))).toEqual(zeroed(policy, ['inner']));
    expect(closeSkips(branchesOf(nested), zeroed(policy, ['outer']))).toEqual(zeroed(policy, ['inner', 'outer']));
    for (const ids of [['inner'], ['inner', 'outer']])
      checkNetwork(withoutSkipped(initialize(nested, createRng(1)), zeroed(policy, ids)).network);
  });
});

describe('a policy that skips', () => {
  const resnet = build('resnet20');
  const policy = uniformPolicy(resnet, 4, 8);
  const [{ layers }] = branchesOf(resnet);

  test('is refused if it skips half a branch, or a layer that cannot be skipped', () => {
    expect(checkPolicy(resnet, zeroed(policy, layers))).toEqual(zeroed(policy, layers));
    expect(() => checkPolicy(resnet, zeroed(policy, layers.slice(0, 1)))).toThrow(
      `Layer "${layers[0]}" is skipped (0 weight bits), but "${layers[1]}" of the same branch is not; give both 0 bits, or neither.`,
    );
    const [stem] = layersOf(resnet);
    expect(() => checkPolicy(resnet, zeroed(policy, [stem.id]))).toThrow(/cannot be skipped/);
  });

  test('costs as much as the network without these layers', () => {
    const rest = withoutSkipped(resnet, zeroed(policy, layers));
    const { compression: _, averageWeightBits: __, ...cost } = policyCost(resnet, zeroed(policy, layers));
    expect(policyCost(rest.network, rest.policy)).toMatchObject(cost);
    expect(layersOf(rest.network)).toHaveLength(layersOf(resnet).length - 2);
  });

  test('skips whole branches once it is closed, and the rest is a valid network', () => {
    const network = initialize(resnet, createRng(1));
    law([fc.subarray(branchesOf(resnet).flatMap((branch) => branch.layers))], (ids) => {
      const closed = closeSkips(branchesOf(resnet), zeroed(policy, ids));
      checkPolicy(resnet, closed);
      expect(closeSkips(branchesOf(resnet), closed)).toBe(closed);
      const skipped = skippedBranches(resnet, closed);
      expect(new Set(skipped.flatMap((branch) => branch.layers))).toEqual(
        new Set(
          branchesOf(resnet)
            .filter((branch) => branch.layers.some((id) => ids.includes(id)))
            .flatMap((branch) => branch.layers),
        ),
      );
      const rest = withoutSkipped(network, closed);
      checkNetwork(rest.network);
      checkPolicy(rest.network, rest.policy);
    });
  });
});
