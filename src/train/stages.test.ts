import { expect, test } from 'vitest';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { small } from '../nn/networks.testing';
import type { QuantizerId } from '../quant/registry';
import { stagesOf } from './stages';

const network = small();
const at = (
  weights: 1 | 2 | 4 | 5 | 8,
  quantizer: QuantizerId = 'symmetric',
  activations: 4 | typeof FLOAT = FLOAT,
) => ({
  policy: uniformPolicy(network, weights, activations),
  scheme: { quantizer, granularity: 'channel' } as const,
  ranges: new Map(),
});
const outline = (...args: Parameters<typeof stagesOf>) =>
  stagesOf(...args).map(({ from, to, bits }) => [from, to, bits]);

test('the policy’s widths get the last half of the epochs, after wider ones', () => {
  expect(outline(at(2), 10)).toEqual([
    [0, 1, 8],
    [1, 2, 6],
    [2, 3, 4],
    [3, 5, 3],
    [5, 10, 2],
  ]);
  expect(outline(at(2), 4)).toEqual([
    [0, 1, 4],
    [1, 2, 3],
    [2, 4, 2],
  ]);
  expect(outline(at(5), 7)).toEqual([
    [0, 1, 8],
    [1, 3, 6],
    [3, 7, 5],
  ]);
});

test('there is one stage if there are no wider widths', () => {
  for (const [quantAware, epochs, bits] of [
    [at(2), 1, 2],
    [at(8), 10, 8],
    [at(1, 'binary'), 10, 1],
    [at(2, 'ttq'), 10, 2],
  ] as const)
    expect(stagesOf(quantAware, epochs)).toEqual([{ from: 0, to: epochs, quantAware, bits }]);
});

test('layers with enough bits, and float ones, are unchanged', () => {
  const quantAware = at(2, 'lsq', 4);
  const policy = { ...quantAware.policy, stem: { weights: 8, activations: FLOAT } } as const;
  const [first, second, last] = stagesOf({ ...quantAware, policy }, 4);
  expect(first.quantAware.policy).toEqual({
    ...uniformPolicy(network, 4, 4),
    stem: { weights: 8, activations: FLOAT },
  });
  expect(second.quantAware.policy.block).toEqual({ weights: 3, activations: 4 });
  expect(last.quantAware.policy).toEqual(policy);
});
