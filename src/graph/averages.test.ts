import { expect, test } from 'vitest';
import { everything } from '../nn/networks.testing';
import { networks } from '../zoo/registry';
import { readersOfAverages } from './averages';
import type { NetworkNode } from './network';

test('finds the layer that reads a global average, directly or through a flatten', () => {
  expect([...readersOfAverages(networks.resnet8.build([32, 32, 3], 10))]).toEqual([['pool', 'fc']]);
  const nodes: NetworkNode[] = [
    { op: 'input', id: 'image', inputs: [], shape: [4, 4, 3] },
    { op: 'globalAvgPool', id: 'pool', inputs: ['image'] },
    { op: 'flatten', id: 'flat', inputs: ['pool'] },
    { op: 'dense', id: 'first', inputs: ['flat'], units: 2, bias: false },
    { op: 'dense', id: 'second', inputs: ['first'], units: 2, bias: false },
  ];
  expect([...readersOfAverages({ name: 'Two', nodes })]).toEqual([['pool', 'first']]);
  expect([...readersOfAverages({ name: 'None', nodes: nodes.slice(0, 3) })]).toEqual([]);
  expect(readersOfAverages(everything()).size).toBeLessThan(2);
});
