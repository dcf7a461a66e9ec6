import { expect, test } from 'vitest';
import type { Architecture } from '../graph/network';
import { ArchitectureBuilder } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { compile } from './plan';

/** `id` of each step, what was folded into it, and whether it is a cut. */
const words = (architecture: Architecture) =>
  compile(architecture).map((step) =>
    [step.node.id, step.batchNorm?.id, step.activation, step.cut ? '|' : undefined].filter(Boolean).join(' '),
  );

test('folds normalization and activation, and cuts a residual network between its blocks', () => {
  const net = new ArchitectureBuilder();
  const image = net.add('input', 'image', [], { shape: [8, 8, 3] });
  const stem = net.convBn('stem', image, 4);
  const b = net.convBn('b', net.convBn('a', stem, 4), 4, { relu: false });
  const block = net.add('relu', 'relu', [net.add('add', 'sum', [b, stem], {})], {});
  const d = net.convBn('d', net.convBn('c', block, 6, { stride: 2 }), 6, { relu: false });
  const s = net.convBn('s', block, 6, { size: 1, stride: 2, relu: false });
  const top = net.add('relu6', 'top', [net.add('add', 'sum2', [d, s], {})], {});
  net.add('dense', 'fc', [net.add('globalAvgPool', 'mean', [top], {})], { units: 2, bias: true });
  expect(words(net.build('Residual'))).toEqual([
    'image |',
    'stem stem.bn relu |',
    'a a.bn relu', // the sum reads the stem past it
    'b b.bn',
    'sum relu |',
    'c c.bn relu',
    'd d.bn',
    's s.bn',
    'sum2 relu6 |',
    'mean |',
    'fc |',
  ]);
});

test('folds nothing that another node reads', () => {
  const net = new ArchitectureBuilder();
  const image = net.add('input', 'image', [], { shape: [4, 4, 3] });
  const conv = net.add('conv2d', 'conv', [image], {
    filters: 3,
    size: [1, 1],
    strides: [1, 1],
    padding: [0, 0, 0, 0],
    bias: true,
  });
  const bn = net.add('batchNorm', 'bn', [conv], { epsilon: 1e-5 });
  const relu = net.add('relu', 'relu', [bn], {});
  const sum = net.add('add', 'sum', [conv, relu], {});
  const lone = net.add(
    'relu',
    'lone',
    [net.add('maxPool', 'pool', [sum], { size: [2, 2], strides: [2, 2], padding: [0, 0, 0, 0] })],
    {},
  );
  net.add('softmax', 'softmax', [net.add('flatten', 'flat', [lone], {})], {});
  expect(words(net.build('Shared'))).toEqual([
    'image |',
    'conv |',
    'bn',
    'relu',
    'sum |',
    'pool |',
    'lone |',
    'flat |',
    'softmax |',
  ]);
});

test('steps of all zoo networks read earlier steps and end in the logits', () => {
  for (const definition of Object.values(networks)) {
    const architecture = definition.build([32, 32, 3], 10);
    const steps = compile(architecture);
    expect(steps.at(-1)?.size).toBe(10);
    expect(steps.at(-1)?.cut).toBe(true);
    steps.forEach(({ inputs, cut }, i) => {
      for (const input of inputs) expect(input).toBeLessThan(i);
      // The definition of a cut, by brute force: no later step reads an earlier one.
      expect(cut).toBe(steps.slice(i + 1).every((later) => later.inputs.every((input) => input >= i)));
    });
    const folded = steps.length + steps.filter((s) => s.batchNorm).length + steps.filter((s) => s.activation).length;
    expect(folded).toBe(architecture.nodes.length);
  }
});
