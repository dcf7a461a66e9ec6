// Choosing codes through the engine: progress layer by layer, an end without a trace, and codes kept for later policies.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { type QuantScheme, withCalibration } from '../quant/registry';
import type { EngineClient } from './client';
import { startTestEngine } from './engine.testing';
import type { RoundingProgress } from './protocol/measuring';
import type { LoadedNetwork } from './protocol/opening';

const PLAIN: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
const IMPROVED = withCalibration(
  { ...PLAIN, range: 'hessian' },
  { rounding: 'gptq', independent: true, correction: 'batchNorm', images: 64 },
);
let client: EngineClient;
let close: () => void;
let network: LoadedNetwork;

beforeAll(async () => {
  ({ client, close } = startTestEngine());
  await client.call('start', { backend: 'wasm' }).result;
  await client.call('openDataset', { dataset: 'emoji10', seed: 1 }).result;
  network = await client.call('openNetwork', { network: 'tiny' }).result;
});
afterAll(() => close());

const uniform = (bits: 2 | 3 | 4) => uniformPolicy(network.architecture, bits, FLOAT);
const measured = async (policy: ReturnType<typeof uniform>, scheme: QuantScheme) =>
  (await client.call('evaluate', { policy, scheme, split: 'test', stages: [512] }).result).accuracy.value;

test('choosing reports every layer, can be canceled, and later measurements use the codes', async () => {
  const seen: RoundingProgress[] = [];
  const canceled = client.call('round', { policy: uniform(3), scheme: IMPROVED }, () => canceled.cancel());
  await expect(canceled.result).rejects.toMatchObject({ name: 'AbortError' });
  await client.call('round', { policy: uniform(2), scheme: IMPROVED }, (progress) => seen.push(progress)).result;
  expect(seen).toEqual([1, 2, 3, 4, 5].map((done) => ({ of: 'layers', done, total: 5 })));
  expect(await measured(uniform(2), IMPROVED)).toBeGreaterThan((await measured(uniform(2), PLAIN)) + 0.05);
  // Layers and widths chosen before are not chosen again, in whatever policy.
  const again: RoundingProgress[] = [];
  const policy = { ...uniform(2), conv2: { weights: FLOAT, activations: FLOAT } } as const;
  await client.call('round', { policy, scheme: IMPROVED }, (progress) => again.push(progress)).result;
  expect(again).toHaveLength(4);
});
