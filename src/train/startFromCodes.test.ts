// Training starts at the codes that calibration chose, whatever the grid, and what it makes of them is not chosen anew.
import { beforeAll, describe, expect, test } from 'vitest';
import { chosenForKernel, chosenNames, learnedKernelName } from '../graph/learned';
import { layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { useBackend } from '../nn/backends.testing';
import { small } from '../nn/networks.testing';
import { Trainable } from '../nn/trainable';
import { type QuantScheme, withCalibration } from '../quant/registry';
import { roundedKernel } from '../rounding/layers';
import type { Rounding } from '../rounding/rounding';
import { initialize } from '../zoo/definition';
import { Calibrated } from './calibrated';
import { START_SHARE, startFromCodes, withTrainedCodes } from './startFromCodes';
import { colorDataset } from './synthetic.testing';
import { type TrainSettings, train } from './train';

const dataset = colorDataset(24, 12);
const network = initialize(small(), createRng(1));
const improved = (scheme: QuantScheme) => withCalibration(scheme, { rounding: 'gptq', images: 16 });
const at = (scheme: QuantScheme, bits: 2 | 3): Rounding => ({
  policy: uniformPolicy(network, bits, FLOAT),
  scheme,
  ranges: new Map(),
});
const kernel = (of: Network, id: string) => (of.parameters.get(parameterName(id, 'kernel')) as Parameter).values;
const rounded = (of: Network, { scheme, policy }: Rounding) =>
  layersOf(of).map((node) => roundedKernel(of, node, scheme, policy[node.id].weights));

async function trained(start: Network, rounding: Rounding): Promise<Network> {
  const settings: TrainSettings = {
    epochs: 1,
    batchSize: 8,
    learningRate: 0.01,
    schedule: 'cosine',
    momentum: 0.9,
    weightDecay: 0,
    augment: false,
    imagesPerEpoch: 24,
    seed: 1,
    labelSmoothing: 0,
  };
  const run = train(start, dataset, settings, rounding);
  for (;;) {
    const next = await run.next();
    if (next.done) return next.value;
  }
}

beforeAll(async () => {
  expect(await useBackend('wasm')).toBe(true);
});

describe.each([
  { quantizer: 'affine', granularity: 'channel', range: 'hessian' },
  { quantizer: 'affine', granularity: 'tensor' },
  { quantizer: 'symmetric', granularity: 'channel', range: 'mse' },
  { quantizer: 'affine', granularity: 'block:2', range: 'hessian' },
  { quantizer: 'lsq', granularity: 'channel', range: 'hessian' },
] satisfies QuantScheme[])('$quantizer per $granularity', (plain) => {
  const scheme = improved(plain);

  test.each([2, 3] as const)('rounds to the chosen codes from the start, at %i bits', async (bits) => {
    const rounding = at(scheme, bits);
    const chosen = await new Calibrated(network, dataset).networkFor(rounding.policy, scheme);
    const start = startFromCodes(chosen, rounding);
    expect(rounded(start, rounding)).toEqual(rounded(chosen, rounding));
    for (const { id } of layersOf(network)) {
      expect(chosenForKernel(start, id, scheme, bits)).toBeUndefined();
      expect(start.parameters.has(learnedKernelName(id, scheme, bits))).toBe(true);
      // On the side of the float weight, and never beyond it.
      const [float, level, begins] = [
        kernel(network, id),
        roundedKernel(chosen, node(id), scheme, bits),
        kernel(start, id),
      ];
      begins.forEach((w, i) => {
        const way = float[i] - level[i];
        expect((w - level[i]) * way).toBeGreaterThanOrEqual(0);
        expect(Math.abs(w - level[i])).toBeLessThanOrEqual(Math.abs(way) * 1.0001 + 1e-7);
      });
    }
    const model = new Trainable(start, rounding);
    model.dispose();
  });

  test('keeps what training made, in place of choosing codes', async () => {
    const rounding = at(scheme, 2);
    const calibrated = new Calibrated(network, dataset);
    const learned = await trained(await calibrated.startFor(rounding.policy, scheme), rounding);
    expect(rounded(learned, rounding)).not.toEqual(
      rounded(await calibrated.startFor(rounding.policy, scheme), rounding),
    );
    const measured = await new Calibrated(learned, dataset).networkFor(rounding.policy, scheme);
    expect(rounded(measured, rounding)).toEqual(rounded(learned, rounding));
  });
});

const node = (id: string) => layersOf(network).find((layer) => layer.id === id) as ReturnType<typeof layersOf>[number];

test('quantizers without learned levels start near the codes, and keep the trained ones as chosen', async () => {
  const scheme = improved({ quantizer: 'dsconv', granularity: 'channel' });
  const rounding = at(scheme, 3);
  const calibrated = new Calibrated(network, dataset);
  const start = await calibrated.startFor(rounding.policy, scheme);
  const learned = withTrainedCodes(await trained(start, rounding), rounding);
  for (const { id } of layersOf(network)) {
    expect(learned.parameters.has(learnedKernelName(id, scheme, 3))).toBe(false);
    expect(learned.parameters.has(chosenNames(id, scheme, 3).codes)).toBe(true);
  }
  const measured = await new Calibrated(learned, dataset).networkFor(rounding.policy, scheme);
  expect(rounded(measured, rounding)).toEqual(rounded(learned, rounding));
});

test('without chosen codes, the start is the network', async () => {
  const scheme: QuantScheme = { quantizer: 'affine', granularity: 'channel', range: 'mse' };
  expect(await new Calibrated(network, dataset).startFor(uniformPolicy(network, 2, FLOAT), scheme)).toBe(network);
  expect(START_SHARE).toBeLessThan(0.5);
});

test('learned ranges move, and belong to the scheme that learned them', async () => {
  const scheme: QuantScheme = { quantizer: 'affine', granularity: 'channel', range: 'mse' };
  const rounding = at(scheme, 2);
  const learned = await trained(network, rounding);
  const [{ id }] = layersOf(network);
  const name = learnedKernelName(id, scheme, 2);
  const { shape, values } = learned.parameters.get(name) as Parameter;
  expect(shape[0]).toBe(2);
  const start = new Trainable(network, rounding);
  const before = (await start.state()).get(`value:${name}`) as Float32Array;
  start.dispose();
  expect(values).not.toEqual(before);
  const minMax: QuantScheme = { quantizer: 'affine', granularity: 'channel' };
  const { [name]: _, ...without } = Object.fromEntries(learned.parameters);
  const bare = { ...learned, parameters: new Map(Object.entries(without)) };
  expect(rounded(learned, at(minMax, 2))).toEqual(rounded(bare, at(minMax, 2)));
  expect(rounded(learned, rounding)).not.toEqual(rounded(bare, rounding));
});
