// The meters under the faders and the rest add up to the headline's memory, to the byte.
import { expect, test } from 'vitest';
import { uniformPolicy } from '../../graph/policy';
import { type QuantizerId, quantizers } from '../../quant/registry';
import { setScheme } from '../policy/scheme';
import { desk, initialDesk } from '../state/desk';
import { costsOf, layerBytes, layersById } from './costs';

test.each(Object.keys(quantizers) as QuantizerId[])('%s: layers and rest add up to the headline', (quantizer) => {
  desk.setState(initialDesk(), true);
  const [kind] = quantizers[quantizer].granularities;
  setScheme({ quantizer, granularity: kind === 'block' ? 'block:32' : kind });
  const now = desk.getState();
  const { memory, rest } = costsOf(now.architecture, now.policy, now.scheme);
  const meters = [...layersById(now.architecture).keys()].map((id) => layerBytes(now, id));
  expect(meters.reduce((sum, bytes) => sum + bytes, rest)).toBe(memory);
});

test('scales count: blocks of 32 take more than one scale per channel', () => {
  const { architecture } = initialDesk();
  const policy = uniformPolicy(architecture, 4, 8);
  const bytes = (scheme: Parameters<typeof costsOf>[2]) => costsOf(architecture, policy, scheme).layers.get('3b') ?? 0;
  // 3b: 64 x 64 x 9 weights, so 1,152 blocks of 32, and 64 channels, with one number of 4 bytes each.
  const [blocks, channels] = [
    bytes({ quantizer: 'dsconv', granularity: 'block:32' }),
    bytes({ quantizer: 'symmetric', granularity: 'channel' }),
  ];
  expect(blocks - channels).toBe((1152 - 64) * 4);
});
