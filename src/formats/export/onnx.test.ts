// Exports in ONNX Runtime against our own forward pass. Where activations are rounded, two programs that add the same
// numbers in another order may round one that lies at a tie to different codes, and the logits of that image part. So the
// test looks at every activation that is rounded: codes differ at ties only, and images without such agree to 1e-3.
import * as tf from '@tensorflow/tfjs-core';
import type * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { layersOf, type Network } from '../../graph/network';
import { type BitPolicy, uniformPolicy } from '../../graph/policy';
import { createRng } from '../../math/rng';
import { roundHalfToEven } from '../../math/rounding';
import { useBackend } from '../../nn/backends.testing';
import { Inference } from '../../nn/inference';
import { everything, randomNetwork } from '../../nn/networks.testing';
import type { UniformRounding } from '../../quant/activationRounding';
import { type QuantizerId, type QuantScheme, quantizerOf, quantizers } from '../../quant/registry';
import { encode, zeroPoint } from '../../quant/uniformGrid';
import type { ExportContext } from './context';
import { inputRoundings } from './layers';
import { type OnnxModel, onnxBytes } from './onnxModel';
import { qdqModel } from './qdq';
import { qonnxModel } from './qonnx';
import {
  compare,
  contextOf,
  mixedPolicy,
  noiseImages,
  onnxLogits,
  onnxRun,
  ourLogits,
  rangesOn,
  shippedNetwork,
} from './witness.testing';

beforeAll(async () => {
  expect(await useBackend('wasm')).toBe(true);
});

const LEVELS = ['disabled', 'all'] as const;

/** Logits of both to 1e-3 and every argmax, at both levels of optimization. */
async function agrees(context: ExportContext, model: OnnxModel, images: Float32Array, size: number, classes: number) {
  const ours = ourLogits(context, images, size);
  for (const level of LEVELS) {
    const theirs = await onnxLogits(onnxBytes(model), images, size, level);
    expect(theirs.length).toBe(ours.length);
    expect(compare(ours, theirs, classes), level).toMatchObject({ flips: 0, above: 0 });
  }
}

describe('every operation', () => {
  const network = randomNetwork(everything(9), 3);
  // A batch norm that mirrors some channels.
  const flipped: Network = {
    ...network,
    parameters: new Map(
      [...network.parameters].map(([name, p]) => [
        name,
        name.endsWith('.gamma') ? { ...p, values: p.values.map((v, c) => (c % 3 === 1 ? -v : c === 2 ? 0 : v)) } : p,
      ]),
    ),
  };
  const images = noiseImages(8, 9, 5);

  const schemes = (Object.keys(quantizers) as QuantizerId[]).flatMap((quantizer) =>
    quantizerOf(quantizer).granularities.map(
      (kind): QuantScheme => ({ quantizer, granularity: kind === 'block' ? 'block:4' : kind }),
    ),
  );
  it.each(schemes)('$quantizer per $granularity', async (scheme) => {
    const [low, high] = quantizerOf(scheme.quantizer).bits;
    const rng = createRng(9);
    const policy: BitPolicy = mixedPolicy(flipped, [low, high], [32, 32], rng);
    const context = contextOf(flipped, policy, scheme, new Map());
    const int2 = scheme.granularity !== 'tensor';
    await agrees(context, qdqModel(context, { int2 }), images, 9, 4);
    await agrees(context, qonnxModel(context, { runnable: true }), images, 9, 4);
  });

  it('float layers, and activations of 8 bits', async () => {
    const ranges = rangesOn(flipped, images, 9);
    for (const [weights, activations] of [
      [32, 32],
      [32, 8],
      [8, 8],
    ] as const) {
      const policy = uniformPolicy(flipped, weights, activations);
      const context = contextOf(flipped, policy, { quantizer: 'symmetric', granularity: 'channel' }, ranges);
      await agrees(context, qdqModel(context), images, 9, 4);
      await agrees(context, qonnxModel(context, { runnable: true }), images, 9, 4);
    }
  });
});

it.each(['pact', 'lsq'] as const)('%s activations are fixed scales too', async (activations) => {
  const network = randomNetwork(everything(9), 3);
  const images = noiseImages(8, 9, 5);
  const scheme = { quantizer: 'symmetric', granularity: 'channel', activations } as const;
  const context = contextOf(network, uniformPolicy(network, 8, 8), scheme, rangesOn(network, images, 9));
  await agrees(context, qdqModel(context), images, 9, 4);
});

it('names the layer whose activations follow from the image', () => {
  const network = randomNetwork(everything(9), 3);
  const scheme = { quantizer: 'dsconv', granularity: 'block:4', activations: 'bfp' } as const;
  const context = contextOf(network, uniformPolicy(network, 4, 4), scheme, new Map());
  expect(() => qdqModel(context)).toThrow(/^Layer "dw" rounds its activations in block floating point/);
});

it('takes the lowest operator set that has the containers', () => {
  const network = randomNetwork(everything(9), 3);
  const opset = (weights: 2 | 4 | 8, granularity: QuantScheme['granularity'], int2 = false) => {
    const scheme = { quantizer: 'symmetric', granularity } as const;
    const model = qdqModel(contextOf(network, uniformPolicy(network, weights, 32), scheme, new Map()), { int2 });
    return [model.opsets.get(''), model.irVersion];
  };
  expect(opset(8, 'channel')).toEqual([13, 7]);
  expect(opset(8, 'block:2')).toEqual([21, 10]);
  expect(opset(4, 'channel')).toEqual([21, 10]);
  expect(opset(2, 'channel')).toEqual([21, 10]);
  expect(opset(2, 'channel', true)).toEqual([25, 13]);
});

describe('ResNet-20 with the shipped weights', () => {
  const images = noiseImages(32, 32, 1);

  it('mixed weights of 2 to 8 bits, float activations', async () => {
    const network = shippedNetwork('resnet20', 'emoji10');
    const policy = mixedPolicy(network, [2, 8], [32, 32], createRng(4));
    const context = contextOf(network, policy, { quantizer: 'symmetric', granularity: 'channel' }, new Map());
    await agrees(context, qdqModel(context), images, 32, 10);
    await agrees(context, qonnxModel(context, { runnable: true }), images, 32, 10);
  });

  it('mixed weights of 2 to 8 bits, activations of 4 to 8 bits: codes differ at ties only', async () => {
    const network = shippedNetwork('resnet20', 'emoji10');
    const policy = mixedPolicy(network, [2, 8], [4, 8], createRng(4));
    const ranges = rangesOn(network, images, 32);
    const context = contextOf(network, policy, { quantizer: 'symmetric', granularity: 'channel' }, ranges);
    const ours = ourLogits(context, images, 32);
    for (const model of [qdqModel(context), qonnxModel(context, { runnable: true })]) {
      const { touched, atTies } = await differences(context, model, images, 32);
      expect(atTies).toBe(true);
      const theirs = await onnxLogits(onnxBytes(model), images, 32, 'disabled');
      const clean = (values: Float32Array) => values.filter((_, i) => !touched.has(Math.floor(i / 10)));
      expect(touched.size).toBeLessThan(16);
      expect(compare(clean(ours), clean(theirs), 10)).toMatchObject({ flips: 0, above: 0 });
      for (const level of LEVELS)
        expect(compare(ours, await onnxLogits(onnxBytes(model), images, 32, level), 10).flips, level).toBe(0);
    }
  });
});

/**
 * Runs both and compares the code of every rounded activation, layer by layer. `touched` holds the images with different
 * codes; `atTies` says that the first layer that differs in an image rounds a number within 1e-3 of a tie there.
 */
async function differences(context: ExportContext, model: OnnxModel, images: Float32Array, size: number) {
  const n = images.length / (size * size * 3);
  const seen = new Map<string, Float32Array>();
  const own = new Inference(context.network);
  own.configure(context.policy, context.scheme, context.ranges);
  const { logits } = own.run(
    () => tf.tensor4d(images, [n, size, size, 3]),
    undefined,
    ({ id }, x) => {
      const first = x.rank === 4 ? tf.transpose(x, [0, 3, 1, 2]) : x.clone();
      seen.set(id, Float32Array.from(first.dataSync()));
      first.dispose();
    },
  );
  logits.dispose();
  own.dispose();

  const rounders = model.nodes.filter(({ op, inputs }) =>
    op === 'QuantizeLinear' || (op === 'Quant' && !inputs[0].includes('.kernel')) ? inputs : false,
  );
  const layerOf = ({ outputs }: OnnxModel['nodes'][number]) => outputs[0].replace(/\.input(\.codes)?$/, '');
  const outputs = [...new Set(rounders.map(({ inputs }) => inputs[0]))].map((name) => ({
    name,
    dims: ['n', ...(name === 'pool' ? ['c'] : ['c', 'h', 'w'])].map((d) => `${name}.${d}`),
  }));
  const results = await onnxRun(
    onnxBytes({ ...model, outputs: [...model.outputs, ...outputs] }),
    images,
    size,
    'disabled',
  );

  const touched = new Set<number>();
  let atTies = true;
  for (const { id } of layersOf(context.network)) {
    const node = rounders.find((rounder) => layerOf(rounder) === id);
    if (node === undefined) continue;
    const { grid } = inputRoundings(context).get(id) as UniformRounding;
    const [a, b] = [seen.get(id) as Float32Array, (results[node.inputs[0]] as ort.Tensor).data as Float32Array];
    const each = a.length / n;
    const before = new Set(touched);
    for (let i = 0; i < a.length; i++) {
      const theirs = roundHalfToEven(Math.fround(b[i] / grid.scale)) + zeroPoint(grid);
      if (encode(a[i], grid) === Math.max(0, Math.min(grid.maxCode, theirs))) continue;
      const image = Math.floor(i / each);
      touched.add(image);
      const code = (a[i] - grid.offset) / grid.scale;
      if (!before.has(image) && Math.abs(code - Math.floor(code) - 0.5) > 1e-3) atTies = false;
    }
  }
  return { touched, atTies };
}
