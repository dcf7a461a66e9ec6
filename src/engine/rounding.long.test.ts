// Choosing codes through the engine, the slow ways: a table over all layers, layers one behind the other, learned rounding.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { type QuantScheme, withCalibration } from '../quant/registry';
import type { EngineClient } from './client';
import { startTestEngine } from './engine.testing';
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

test('a table of chosen codes lets a measurement pass, and adds up to what policies lose', async () => {
  let codes = 0;
  let cells = 0;
  let measuredAt = -1;
  const table = client.call('sensitivity', { scheme: IMPROVED, images: 128, activations: false }, (progress) => {
    if (progress.of === 'codes') codes = progress.done;
    else cells = progress.done;
    if (measuredAt < 0 && codes === 3) {
      measuredAt = 0;
      void measured(uniform(4), IMPROVED).then(() => {
        measuredAt = codes;
      });
    }
  });
  const { entries } = await table.result;
  expect(codes).toBe(40);
  expect(cells).toBe(40);
  // The measurement chose its own five codes and was done while the table still had most of its work before it.
  expect(measuredAt).toBeGreaterThan(0);
  expect(measuredAt).toBeLessThan(20);
  const at = (bits: number) =>
    entries.filter((entry) => entry.bits === bits).reduce((sum, { lossIncrease }) => sum + lossIncrease, 0);
  expect(at(2)).toBeGreaterThan(at(4));
  const nearest = await client.call('sensitivity', { scheme: PLAIN, images: 128, activations: false }).result;
  const loses = (of: typeof entries) => of.filter(({ bits }) => bits === 2).reduce((sum, e) => sum + e.lossIncrease, 0);
  expect(loses(entries)).toBeLessThan(loses(nearest.entries));
});

test('layers chosen one behind the other, or learned, report their progress too', async () => {
  const { calibration: _, ...plain } = IMPROVED;
  for (const [part, of] of [
    [{ rounding: 'gptq', images: 16 }, ['layers']],
    [{ rounding: 'adaround', images: 16, independent: true }, ['layers', 'steps']],
  ] as const) {
    const seen = new Set<string>();
    const scheme = withCalibration(plain, part);
    await client.call('round', { policy: uniform(2), scheme }, (progress) => seen.add(progress.of)).result;
    expect([...seen]).toEqual(of);
  }
});
