import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { readCheckpoint, writeCheckpoint } from '../formats/checkpoint';
import { contextOf, noiseImages, onnxLogits, ourLogits, rangesOn } from '../formats/export/witness.testing';
import { writeExport } from '../formats/export/write';
import { FormatError } from '../formats/safetensors';
import { unpackNetwork } from '../formats/unpack';
import { chosenNames } from '../graph/learned';
import { layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import { FLOAT, SKIPPED, uniformPolicy } from '../graph/policy';
import { useBackend } from '../nn/backends.testing';
import { Inference } from '../nn/inference';
import { everything, randomNetwork, small } from '../nn/networks.testing';
import { Trainable } from '../nn/trainable';
import type { QuantScheme } from '../quant/registry';
import type { ChosenKernel } from '../rounding/choosing/chooseKernel';
import { roundedKernel, roundedLayers } from '../rounding/layers';
import { floatRounding, type Rounding } from '../rounding/rounding';
import type { ImageSource } from './calibrate';
import { chooseCodes } from './chooseCodes';
import { ownStatistics, walkLayers } from './layerWalk';

const size = 9;
const images = noiseImages(70, size, 3);
const source: ImageSource = {
  length: 70,
  batch: (from, count) =>
    tf.tensor4d(images.slice(from * size * size * 3, (from + count) * size * size * 3), [count, size, size, 3]),
};
const network = randomNetwork(everything(size), 5);
const scheme: QuantScheme = { quantizer: 'affine', granularity: 'channel', range: 'hessian' };
const roundingAt = (bits: 2 | 3, of: QuantScheme = scheme): Rounding => ({
  policy: uniformPolicy(network, bits, FLOAT),
  scheme: of,
  ranges: new Map(),
});
const options = { feedback: true, batchNorms: false };

/** Mean squared distance of logits from those of the float network. */
function distance(rounded: Network, rounding: Rounding): number {
  const models = [new Inference(network), new Inference(rounded)];
  models[0].configure(floatRounding(network));
  models[1].configure(rounding);
  const [a, b] = models.map((model) => {
    const batch = source.batch(0, 70);
    const { logits } = model.run(() => batch.clone());
    const values = Float32Array.from(logits.dataSync());
    tf.dispose([batch, logits]);
    return values;
  });
  for (const model of models) model.dispose();
  return a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / a.length;
}

test('a walk gives each layer the same input as inference, what float layers give, and leaks no tensor', async () => {
  expect(await useBackend('wasm')).toBe(true);
  const before = tf.memory().numTensors;
  const valuesOf = (tensors: readonly tf.Tensor[]) => Float32Array.from(tensors.flatMap((x) => [...x.dataSync()]));
  /** Inputs and float outputs of layers whose kernels are multiplied by a factor. */
  const walk = async (factor: number) => {
    const walked = new Map<string, { inputs: Float32Array; wanted: Float32Array }>();
    await walkLayers(network, source, {
      turn: async () => {},
      normalize: (node) => ownStatistics(network, node),
      layer: async (node, inputs, wanted) => {
        walked.set(node.id, { inputs: valuesOf(inputs), wanted: valuesOf(wanted) });
        const { values } = network.parameters.get(parameterName(node.id, 'kernel')) as Parameter;
        return { kernel: values.map((v) => factor * v), reads: inputs };
      },
    });
    return walked;
  };
  const [same, half] = [await walk(1), await walk(0.5)];
  expect(tf.memory().numTensors).toBe(before);
  const model = new Inference(network);
  model.configure(floatRounding(network));
  model
    .run(
      () => source.batch(0, 70),
      undefined,
      ({ id }, x) => {
        const seen = x.dataSync();
        same.get(id)?.inputs.forEach((v, i) => {
          expect(Math.abs(v - seen[i])).toBeLessThan(1e-4);
        });
        expect(same.get(id)?.inputs).toHaveLength(seen.length);
      },
    )
    .logits.dispose();
  model.dispose();
  expect([...same.keys()]).toEqual(layersOf(network).map(({ id }) => id));
  for (const [id, { inputs, wanted }] of half) {
    expect(wanted).toEqual(same.get(id)?.wanted);
    if (id !== layersOf(network)[0].id) expect(inputs).not.toEqual(same.get(id)?.inputs);
  }
});

describe('chosen codes', () => {
  test('bring the logits closer to float, and report by how much, layer by layer', async () => {
    expect(await useBackend('wasm')).toBe(true);
    const before = tf.memory().numTensors;
    for (const granularity of ['tensor', 'channel', 'block:4'] as const) {
      const rounding = roundingAt(3, { ...scheme, granularity });
      const seen = new Map<string, ChosenKernel>();
      const report = (layer: string, kernel: ChosenKernel) => seen.set(layer, kernel);
      const chosen = await chooseCodes(network, source, rounding, { ...options, report });
      expect([...seen.keys()]).toEqual(layersOf(network).map(({ id }) => id));
      for (const { errors, nearestErrors } of seen.values())
        if (granularity !== 'tensor') errors.forEach((e, c) => void expect(e).toBeLessThanOrEqual(nearestErrors[c]));
      expect(distance(chosen, rounding)).toBeLessThan(0.7 * distance(network, rounding));
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test('in front of a batch norm, which takes out means, are judged without them', async () => {
    expect(await useBackend('wasm')).toBe(true);
    const bright: ImageSource = {
      ...source,
      batch: (from, count) => tf.tidy(() => tf.add(source.batch(from, count), 2)),
    };
    const nearest = async (batchNorms: boolean) => {
      let sum = 0;
      const report = (layer: string, kernel: ChosenKernel) => {
        if (layer === layersOf(network)[0].id) sum = kernel.nearestErrors.reduce((a, b) => a + b, 0);
      };
      await chooseCodes(network, bright, roundingAt(3), { feedback: false, batchNorms, report });
      return sum;
    };
    expect(await nearest(true)).toBeLessThan(0.5 * (await nearest(false)));
  });

  test('work with rounded activations, and beside skipped or float layers', async () => {
    expect(await useBackend('wasm')).toBe(true);
    const plain = randomNetwork(small(size), 7);
    const ranges = rangesOn(plain, images.slice(0, 4 * size * size * 3), size);
    const policy = { ...uniformPolicy(plain, 2, 4), block: { weights: SKIPPED, activations: FLOAT } } as const;
    const chosen = await chooseCodes(plain, source, { policy, scheme, ranges }, options);
    const names = (id: string) => Object.values(chosenNames(id, scheme, 2));
    for (const id of ['stem', 'next', 'fc'])
      for (const name of names(id)) expect(chosen.parameters.has(name)).toBe(true);
    for (const name of names('block')) expect(chosen.parameters.has(name)).toBe(false);
  });

  const exported = async (of: QuantScheme) => {
    const plain = randomNetwork(small(size), 5);
    const few = images.slice(0, 4 * size * size * 3);
    const ranges = rangesOn(plain, few, size);
    const policy = uniformPolicy(plain, 2, 8);
    const chosen = await chooseCodes(plain, source, { policy, scheme: of, ranges }, options);
    return { chosen, policy, few, context: contextOf(chosen, policy, of, ranges) };
  };

  test.each([
    { quantizer: 'affine', granularity: 'channel', range: 'hessian' },
    { quantizer: 'symmetric', granularity: 'tensor' },
    { quantizer: 'lsq', granularity: 'channel', range: 'hessian' },
    { quantizer: 'dsconv', granularity: 'block:4', scaleBits: '16-first32' },
  ] as const satisfies readonly QuantScheme[])('are what files hold: $quantizer per $granularity', async (of) => {
    expect(await useBackend('wasm')).toBe(true);
    const { chosen, policy, few, context } = await exported(of);
    const layers = layersOf(chosen);
    const [packed] = writeExport('packed', context);
    const unpacked = unpackNetwork(chosen, packed.content as Uint8Array<ArrayBuffer>);
    const rounded = roundedLayers(chosen, context);
    for (const { id } of layers) {
      const names = chosenNames(id, of, policy[id].weights);
      expect(rounded.get(id)?.encoded?.codes).toEqual(
        Uint8Array.from(chosen.parameters.get(names.codes)?.values ?? []),
      );
      const wanted = rounded.get(id)?.values as Float32Array;
      expect(unpacked.codes.get(id)).toEqual(rounded.get(id)?.encoded?.codes);
      const kept = unpacked.network.parameters.get(parameterName(id, 'kernel'))?.values as Float32Array;
      kept.forEach((v, i) => void expect(Math.abs(v - wanted[i])).toBeLessThan(1e-5));
    }
    const [onnx] = writeExport('onnx', context);
    const theirs = await onnxLogits(onnx.content as Uint8Array, few, size, 'disabled');
    const ours = ourLogits(context, few, size);
    ours.forEach((v, i) => void expect(Math.abs(v - theirs[i])).toBeLessThan(1e-4));
  });

  test('are stored with the weights in a checkpoint, and are dropped by a training step', async () => {
    expect(await useBackend('wasm')).toBe(true);
    const { chosen, policy } = await exported(scheme);
    const read = readCheckpoint({ name: chosen.name, nodes: chosen.nodes }, writeCheckpoint(chosen));
    for (const node of layersOf(chosen)) {
      const bits = policy[node.id].weights;
      expect(roundedKernel(read, node, scheme, bits)).toEqual(roundedKernel(chosen, node, scheme, bits));
    }
    const model = new Trainable(chosen);
    const still = await model.read();
    expect([...still.parameters.keys()]).toEqual([...chosen.parameters.keys()]);
    const batch = source.batch(0, 2);
    const step = model.step(batch, (logits) => tf.sum(logits), { learningRate: 0.1, momentum: 0, weightDecay: 0 });
    tf.dispose([step.loss, step.logits, batch]);
    expect([...(await model.read()).parameters.keys()].filter((name) => name.includes('@'))).toEqual([]);
    model.dispose();
  });

  test('of a damaged file are rejected by name', async () => {
    expect(await useBackend('wasm')).toBe(true);
    const { chosen } = await exported(scheme);
    const { codes, numbers } = chosenNames('stem', scheme, 2);
    const kept = chosen.parameters.get(codes) as Parameter;
    const damaged: [string, Parameter | undefined, RegExp][] = [
      [codes, { ...kept, values: kept.values.map(() => 4) }, /"stem.codes@affine\/channel\/2" has the code 4/],
      [codes, { shape: [3], values: new Float32Array(3) }, /should be \[3, 3, 3, 4\] but is \[3\]/],
      [numbers, undefined, /has no "stem.numbers@affine\/channel\/2" beside it/],
      [numbers, { shape: [4], values: new Float32Array(4) }, /should be \[4, 2\]/],
    ];
    for (const [name, parameter, message] of damaged) {
      const parameters = new Map(chosen.parameters);
      if (parameter === undefined) parameters.delete(name);
      else parameters.set(name, parameter);
      const read = () => readCheckpoint(chosen, writeCheckpoint({ ...chosen, parameters }));
      expect(read).toThrow(FormatError);
      expect(read).toThrow(message);
    }
  });
});
