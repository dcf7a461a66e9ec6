import { expect, test } from 'vitest';
import { everything, small } from '../nn/networks.testing';
import { networks } from '../zoo/registry';
import { signedInputs } from './signs';

test('only the image is signed where every layer ends in a ReLU', () => {
  expect([...signedInputs(small())]).toEqual(['stem']);
  for (const { build } of Object.values(networks)) {
    const architecture = build([32, 32, 3], 10);
    expect([...signedInputs(architecture)]).toEqual([architecture.nodes[1].id]);
  }
});

test('a batch norm without a ReLU is signed, also through operations that only move numbers', () => {
  // `b` reads a lone batch norm; `fc2` a ReLU; the image goes to `a`.
  expect([...signedInputs(everything())]).toEqual(['a', 'b']);
  const { nodes } = everything();
  const bare = { name: 'Bare', nodes: nodes.filter(({ op }) => op !== 'relu' && op !== 'relu6') };
  const rewired = {
    ...bare,
    nodes: bare.nodes.map((node) => ({ ...node, inputs: node.inputs.map((id) => id.replace(/\.relu6?$/, '.bn')) })),
  };
  expect(signedInputs(rewired).has('dw')).toBe(true);
});
