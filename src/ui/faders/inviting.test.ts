import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { entriesOf } from '../../store/measure/harms';
import { expectedArchitecture } from '../../store/state/desk';
import { readShipped } from '../../store/state/shipped';
import { invitingLayer } from './inviting';

const SCHEME = { quantizer: 'symmetric', granularity: 'channel' } as const;

// At 2 bits: 3b is 33 % of ResNet-8's file for 0.47 nats, conv4 38 % of Tiny's for 0.39, 3.1b 10 % of ResNet-20's for 0.10.
test.each([
  ['resnet8', '3b'],
  ['tiny', 'conv4'],
  ['resnet20', '3.1b'],
] as const)('on %s, %s glows: 2 bits there are seen in memory and in accuracy', (network, layer) => {
  const architecture = expectedArchitecture(network);
  const shipped = JSON.parse(readFileSync(`public/precomputed/${network}-emoji10.json`, 'utf8'));
  const { sensitivity } = readShipped(shipped, architecture);
  expect(invitingLayer(architecture, SCHEME, entriesOf(sensitivity, 'weights'))).toBe(layer);
});

test('without a table, the layer with most to save glows', () => {
  expect(invitingLayer(expectedArchitecture('resnet8'), SCHEME, undefined)).toBe('3b');
});
