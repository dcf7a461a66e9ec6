import { expect, test } from 'vitest';
import { createRng } from '../math/rng';
import { randomNetwork } from '../nn/networks.testing';
import { referenceResults } from '../nn/reference.testing';
import { floatRounding } from '../rounding/rounding';
import { ArchitectureBuilder } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { equalize, meetings } from './equalize';
import { foldBatchNorms } from './folding';
import type { Network } from './network';

/** A chain with and without batch norms, a depthwise layer, poolings, a residual block and a ReLU6. */
function chain(): Network {
  const net = new ArchitectureBuilder();
  const conv = { size: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1] } as const;
  const image = net.add('input', 'image', [], { shape: [6, 6, 3] });
  const a = net.add('relu', 'a.relu', [net.add('conv2d', 'a', [image], { ...conv, filters: 4, bias: true })], {});
  const dw = net.add('depthwiseConv2d', 'dw', [a], { ...conv, bias: true });
  const dwRelu = net.add('relu', 'dw.relu', [net.add('batchNorm', 'dw.bn', [dw], { epsilon: 1e-5 })], {});
  const pooled = net.add('maxPool', 'pool', [dwRelu], { size: [2, 2], strides: [2, 2], padding: [0, 0, 0, 0] });
  const b = net.convBn('b', pooled, 4);
  const c = net.convBn('c', b, 4, { relu: false });
  const sum = net.add('relu', 'sum.relu', [net.add('add', 'sum', [c, b], {})], {});
  const d = net.add('conv2d', 'd', [sum], { ...conv, filters: 5, bias: false });
  const d6 = net.add('relu6', 'd.relu6', [d], {});
  const e = net.convBn('e', d6, 6);
  net.add('dense', 'fc', [net.add('globalAvgPool', 'mean', [e], {})], { units: 3, bias: true });
  return randomNetwork(net.build('Chain'), 4);
}

const logits = (network: Network) => {
  const rng = createRng(9);
  const image = Float32Array.from({ length: 108 }, () => rng.normal());
  const { policy, scheme, ranges } = floatRounding(network);
  return [...referenceResults(network, image, policy, scheme, ranges).values()].at(-1)?.values ?? [];
};

const peaks = (values: Float32Array, of: (i: number) => number, channels: number) => {
  const most = new Array<number>(channels).fill(0);
  values.forEach((v, i) => {
    most[of(i)] = Math.max(most[of(i)], Math.abs(v));
  });
  return most;
};

test('layers meet where nothing branches and nothing saturates', () => {
  expect(meetings(grouped()).map(({ first, second }) => first.id + second.id)).toEqual(['ab', 'bc', 'cfc']);
  expect(meetings(chain()).map(({ first, norm, second }) => [first.id, norm?.id, second.id])).toEqual([
    ['a', undefined, 'dw'],
    ['dw', 'dw.bn', 'b'],
    ['e', 'e.bn', 'fc'],
  ]);
  expect(meetings(networks.resnet20.build([32, 32, 3], 10)).length).toBe(9);
});

/** Grouped layers, and what commutes with positive factors. */
function grouped(): Network {
  const net = new ArchitectureBuilder();
  const conv = { size: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1], bias: true } as const;
  const image = net.add('input', 'image', [], { shape: [6, 6, 3] });
  const a = net.add('leakyRelu', 'a.leaky', [net.add('conv2d', 'a', [image], { ...conv, filters: 6 })], { alpha: 0.3 });
  const b = net.add('prelu', 'b.prelu', [net.add('conv2d', 'b', [a], { ...conv, filters: 9, groups: 3 })], {});
  const c = net.add('relu', 'c.relu', [net.add('conv2d', 'c', [b], { ...conv, filters: 18, groups: 9 })], {});
  net.add('dense', 'fc', [net.add('globalAvgPool', 'mean', [c], {})], { units: 3, bias: true });
  return randomNetwork(net.build('Grouped'), 4);
}

test.each([
  ['of groups', grouped()],
  ['with batch norms', chain()],
  ['with batch norms folded', foldBatchNorms(chain())],
])('the function stays the same, %s', (_, network) => {
  const before = logits(network);
  const equal = equalize(network);
  expect(
    [...equal.parameters].some(([name, { values }]) =>
      values.some((v, i) => v !== network.parameters.get(name)?.values[i]),
    ),
  ).toBe(true);
  logits(equal).forEach((v, i) => void expect(Math.abs(v - before[i])).toBeLessThan(1e-4));
});

test('ranges on both sides are alike afterwards', () => {
  const equal = equalize(foldBatchNorms(chain()));
  const kernel = (id: string) => equal.parameters.get(`${id}.kernel`)?.values as Float32Array;
  const out = peaks(kernel('e'), (i) => i % 6, 6);
  const into = peaks(kernel('fc'), (i) => Math.floor(i / 3) % 6, 6);
  out.forEach((peak, c) => void expect(into[c] / peak).toBeCloseTo(1, 4));
});
