// Calibrations through the engine: each changes measurements as its paper says, and is computed once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uniformPolicy } from '../graph/policy';
import type { Calibration } from '../quant/calibration';
import { type QuantScheme, withCalibration } from '../quant/registry';
import type { EngineClient } from './client';
import { startTestEngine, TRAINING } from './engine.testing';
import type { LoadedNetwork } from './protocol/opening';

const SCHEME: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
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

const measured = async (weights: 2 | 3 | 32, activations: 3 | 32, part: Partial<Calibration>) => {
  const policy = uniformPolicy(network.architecture, weights, activations);
  const scheme = withCalibration(SCHEME, part);
  const { accuracy, loss } = await client.call('evaluate', { policy, scheme, split: 'test', stages: [512] }).result;
  return { accuracy: accuracy.value, loss };
};

test('bias correction and batch-norm re-estimation recover accuracy at 2-bit weights', async () => {
  const plain = await measured(2, 32, {});
  const bias = await measured(2, 32, { correction: 'bias' });
  const norms = await measured(2, 32, { correction: 'batchNorm' });
  expect(bias.accuracy).toBeGreaterThan(plain.accuracy + 0.05);
  expect(norms.accuracy).toBeGreaterThan(plain.accuracy + 0.05);
  expect(await measured(2, 32, { correction: 'batchNorm' })).toEqual(norms);
  // Nothing is rounded: nothing to correct.
  expect(await measured(32, 32, { correction: 'bias' })).toEqual(await measured(32, 32, {}));
});

test('error feedback recovers more, alone and with re-estimated batch norms', async () => {
  const [plain, norms] = [await measured(2, 32, {}), await measured(2, 32, { correction: 'batchNorm' })];
  const fed = await measured(2, 32, { rounding: 'gptq' });
  expect(fed.accuracy).toBeGreaterThan(plain.accuracy + 0.05);
  expect((await measured(2, 32, { rounding: 'gptq', correction: 'batchNorm' })).loss).toBeLessThan(norms.loss);
  // Kernels that stay float have no codes to choose.
  expect(await measured(32, 32, { rounding: 'gptq' })).toEqual(await measured(32, 32, {}));
});

test('synthesized images can replace training images', async () => {
  const plain = await measured(2, 32, {});
  const blind = await measured(2, 32, { rounding: 'gptq', correction: 'batchNorm', synthesize: true, images: 32 });
  expect(blind.accuracy).toBeGreaterThan(plain.accuracy + 0.05);
});

test('equalization keeps the float outputs and changes the weights to be rounded', async () => {
  const float = await measured(32, 32, {});
  expect((await measured(32, 32, { equalize: true })).loss).toBeCloseTo(float.loss, 4);
  expect((await measured(3, 32, { equalize: true })).loss).not.toBe((await measured(3, 32, {})).loss);
});

test('least-error ranges beat min-max ranges at 3-bit activations', async () => {
  const whole = await measured(32, 3, {});
  expect((await measured(32, 3, { range: 'mse' })).loss).toBeLessThan(whole.loss);
  expect((await measured(32, 3, { range: 'percentile' })).loss).not.toBe(whole.loss);
});

test('folding batch norms keeps the float outputs and changes the weights to be rounded', async () => {
  const float = await measured(32, 32, {});
  expect((await measured(32, 32, { batchNorm: 'fold' })).loss).toBeCloseTo(float.loss, 4);
  expect((await measured(3, 32, { batchNorm: 'fold' })).loss).not.toBe((await measured(3, 32, {})).loss);
  const peak = async (batchNorm: 'keep' | 'fold') => {
    const scheme = withCalibration(SCHEME, { batchNorm });
    return (await client.call('inspectWeights', { layer: 'conv2', bits: 4, scheme }).result).report.peak;
  };
  expect(await peak('fold')).not.toBe(await peak('keep'));
});

test('inspected activations come from the calibrated network', async () => {
  const look = async (part: Partial<Calibration>) => {
    const scheme = withCalibration(SCHEME, part);
    const policy = uniformPolicy(network.architecture, 2, 32);
    const params = { layer: 'conv2', image: 3, split: 'test', policy, scheme } as const;
    return (await client.call('inspectActivations', params).result).report;
  };
  const plain = await look({});
  expect((await look({ correction: 'bias' })).mse).not.toBe(plain.mse);
  expect(await look({})).toEqual(plain);
});

test('the sensitivity table uses the ranges of the scheme', async () => {
  const table = async (part: Partial<Calibration>) => {
    const scheme = withCalibration(SCHEME, part);
    const { entries } = await client.call('sensitivity', { scheme, images: 64, activations: true }).result;
    return entries.find(({ layer, tensor, bits }) => layer === 'fc' && tensor === 'activations' && bits === 2);
  };
  expect((await table({ range: 'mse' }))?.lossIncrease).not.toBe((await table({}))?.lossIncrease);
});

test('training on the float network’s predictions works, and the recipe says so', async () => {
  await expect(client.call('train', { ...TRAINING, learnFrom: 'float' }).result).rejects.toThrow(
    /train for these bits/,
  );
  const before = await measured(2, 32, {});
  const policy = uniformPolicy(network.architecture, 2, 32);
  let validated = 0;
  const run = client.call('train', { ...TRAINING, policy, scheme: SCHEME, learnFrom: 'float' }, ({ validation }) => {
    if (validation) validated = validation.value;
  });
  const { reason, comparison, network: trained } = await run.result;
  expect(reason).toBe('finished');
  expect(trained.checkpoint.recipe).toMatch(/quantization-aware, distilled from the float network/);
  expect(comparison?.after.value).toBeGreaterThan(before.accuracy + 0.1);
  // At the end of the last epoch the batch norms were re-estimated as for the result, on other batches.
  expect(Math.abs(validated - (comparison?.after.value as number))).toBeLessThan(0.08);
});
