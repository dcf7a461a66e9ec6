// Exports in ONNX Runtime against our own forward pass: every argmax, and logits to 1e-3; identical bits where layers
// add integers (rounding/integerLayer.ts).
import { beforeAll, describe, expect, it } from 'vitest';
import type { Network } from '../../graph/network';
import { type BitPolicy, uniformPolicy } from '../../graph/policy';
import { createRng } from '../../math/rng';
import { useBackend } from '../../nn/backends.testing';
import { everything, modern, randomNetwork } from '../../nn/networks.testing';
import { type QuantizerId, type QuantScheme, quantizerOf, quantizers } from '../../quant/registry';
import { hasOneScale } from '../../rounding/codedKernel';
import type { ExportContext } from './context';
import { type OnnxModel, onnxBytes } from './onnxModel';
import { qdqModel } from './qdq';
import { qonnxModel } from './qonnx';
import {
  compare,
  contextOf,
  mixedPolicy,
  noiseImages,
  onnxLogits,
  ourLogits,
  rangesOn,
  shippedNetwork,
} from './witness.testing';

beforeAll(async () => {
  expect(await useBackend('wasm')).toBe(true);
});

const LEVELS = ['disabled', 'all'] as const;
const SYMMETRIC: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };

/** Logits of both agree to 1e-3, and every argmax, at both optimization levels. */
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
  // A batch norm with some negative factors.
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

  it.each(schemes.filter(hasOneScale))('$quantizer per $granularity, rounded activations', async (scheme) => {
    const [low, high] = quantizerOf(scheme.quantizer).bits;
    const policy: BitPolicy = mixedPolicy(flipped, [low, high], [3, 8], createRng(9));
    const context = contextOf(flipped, policy, { ...scheme, activations: 'uniform' }, rangesOn(flipped, images, 9));
    await agrees(context, qdqModel(context), images, 9, 4);
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
      const context = contextOf(flipped, policy, SYMMETRIC, ranges);
      await agrees(context, qdqModel(context), images, 9, 4);
      await agrees(context, qonnxModel(context, { runnable: true }), images, 9, 4);
    }
  });
});

it('groups, gates, shuffles and activations', async () => {
  const network = randomNetwork(modern(9), 3);
  const images = noiseImages(8, 9, 5);
  const ranges = rangesOn(network, images, 9);
  for (const granularity of ['channel', 'tensor', 'block:2'] as const)
    for (const bits of granularity === 'channel' ? ([32, 8] as const) : ([32] as const)) {
      const scheme = { quantizer: granularity === 'block:2' ? 'affine' : 'symmetric', granularity } as const;
      const context = contextOf(network, uniformPolicy(network, 6, bits), scheme, ranges);
      await agrees(context, qdqModel(context), images, 9, 4);
      await agrees(context, qonnxModel(context, { runnable: true }), images, 9, 4);
    }
});

it('a skipped branch is not in the file', async () => {
  const network = randomNetwork(everything(9), 3);
  const images = noiseImages(8, 9, 5);
  const policy: BitPolicy = { ...uniformPolicy(network, 4, 8), c: { weights: 0, activations: 8 } };
  const context = contextOf(network, policy, SYMMETRIC, rangesOn(network, images, 9));
  for (const model of [qdqModel(context), qonnxModel(context, { runnable: true })]) {
    await agrees(context, model, images, 9, 4);
    expect(model.nodes.filter(({ op }) => op === 'Conv')).toHaveLength(3);
    expect(model.initializers.some(({ name }) => name.startsWith('c.'))).toBe(false);
  }
});

it.each(['pact', 'lsq'] as const)('%s activations are fixed scales too', async (activations) => {
  const network = randomNetwork(everything(9), 3);
  const images = noiseImages(8, 9, 5);
  const scheme = { quantizer: 'symmetric', granularity: 'channel', activations } as const;
  const context = contextOf(network, uniformPolicy(network, 8, 8), scheme, rangesOn(network, images, 9));
  await agrees(context, qdqModel(context), images, 9, 4);
});

it('names the layer whose activation scales depend on the image', () => {
  const network = randomNetwork(everything(9), 3);
  const scheme = { quantizer: 'dsconv', granularity: 'block:4', activations: 'bfp' } as const;
  const context = contextOf(network, uniformPolicy(network, 4, 4), scheme, new Map());
  expect(() => qdqModel(context)).toThrow(/^Layer "dw" rounds its activations in block floating point/);
});

it('uses the lowest operator set that has the integer types', () => {
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
  const network = shippedNetwork('resnet20', 'emoji10');
  const images = noiseImages(32, 32, 1);
  const few = images.subarray(0, 8 * 32 * 32 * 3);

  it('mixed weights of 2 to 8 bits, float activations', async () => {
    const policy = mixedPolicy(network, [2, 8], [32, 32], createRng(4));
    const context = contextOf(network, policy, SYMMETRIC, new Map());
    await agrees(context, qdqModel(context), few, 32, 10);
    await agrees(context, qonnxModel(context, { runnable: true }), few, 32, 10);
  });

  it.each<QuantScheme>([SYMMETRIC, { quantizer: 'lsq', granularity: 'tensor', activations: 'lsq' }])(
    'mixed weights of 2 to 8 bits, activations of 4 to 8 bits, $quantizer: the same bits',
    async (scheme) => {
      const policy = mixedPolicy(network, [2, 8], [4, 8], createRng(4));
      const context = contextOf(network, policy, scheme, rangesOn(network, images, 32));
      const ours = ourLogits(context, images, 32);
      const int2 = scheme === SYMMETRIC;
      for (const model of [qdqModel(context, { int2 }), qonnxModel(context, { runnable: true })])
        for (const level of LEVELS) expect(await onnxLogits(onnxBytes(model), images, 32, level), level).toEqual(ours);
    },
  );

  it('scales inside: the usual nodes, whose sums depend on their order', async () => {
    const policy = mixedPolicy(network, [2, 8], [8, 8], createRng(4));
    const context = contextOf(network, policy, SYMMETRIC, rangesOn(network, few, 32));
    const model = qdqModel(context, { scalesInside: true });
    const ops = (of: OnnxModel) => new Set(of.nodes.map(({ op }) => op));
    expect([...ops(qdqModel(context))].filter((op) => !ops(model).has(op))).toEqual(['Mul', 'Round']);
    const theirs = await onnxLogits(onnxBytes(model), few, 32, 'all');
    expect(compare(ourLogits(context, few, 32), theirs, 10).largest).toBeLessThan(0.5);
  });
});
