import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { entriesOf } from '../../store/measure/harms';
import { expectedArchitecture } from '../../store/state/desk';
import { readShipped } from '../../store/state/shipped';
import { costlyLayer, invitingLayer } from './inviting';

const SCHEME = { quantizer: 'symmetric', granularity: 'channel' } as const;

// At 4 bits, 3b of ResNet-8 gives up 18 of 81 KB for nothing; its stem at 2 bits gives up 0.3 KB for 29 points.
test.each([
  ['resnet8', '3b', 'stem'],
  ['tiny', 'conv4', 'conv1'],
  ['resnet20', '3.1b', 'stem'],
] as const)('on %s, %s holds much and costs little, and %s costs much and saves nothing', (network, cheap, costly) => {
  const architecture = expectedArchitecture(network);
  const shipped = JSON.parse(readFileSync(`public/precomputed/${network}-emoji10.json`, 'utf8'));
  const entries = entriesOf(readShipped(shipped, architecture).sensitivity, 'weights');
  expect(invitingLayer(architecture, SCHEME, entries)).toBe(cheap);
  expect(costlyLayer(architecture, SCHEME, entries)).toBe(costly);
});

test('without a table, the layer with most to save is invited to', () => {
  expect(invitingLayer(expectedArchitecture('resnet8'), SCHEME, undefined)).toBe('3b');
});
