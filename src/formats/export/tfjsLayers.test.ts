// TensorFlow.js itself is the reference: `tf.loadLayersModel` predicts the same as our own forward pass.
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Network } from '../../graph/network';
import { type BitPolicy, FLOAT } from '../../graph/policy';
import { createRng } from '../../math/rng';
import { useBackend } from '../../nn/backends.testing';
import { everything, modern, randomNetwork } from '../../nn/networks.testing';
import { writeTfjsLayers } from './tfjsLayers';
import { compare, contextOf, mixedPolicy, noiseImages, ourLogits, shippedNetwork } from './witness.testing';

beforeAll(async () => {
  expect(await useBackend('wasm')).toBe(true);
});

const scheme = { quantizer: 'affine', granularity: 'channel' } as const;

async function agrees(network: Network, policy: BitPolicy, size: number, classes: number) {
  const context = contextOf(network, policy, scheme, new Map());
  const [file, weights] = writeTfjsLayers(context);
  const { modelTopology, weightsManifest, userDefinedMetadata } = JSON.parse(file.content as string);
  expect(userDefinedMetadata.policy).toBe(JSON.stringify(policy));
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology,
      weightSpecs: weightsManifest[0].weights,
      weightData: (weights.content as Uint8Array<ArrayBuffer>).buffer,
    }),
  );
  const images = noiseImages(8, size, 2);
  const input = tf.tensor4d(images, [8, size, size, 3]);
  const output = model.predict(input) as tf.Tensor;
  const theirs = Float32Array.from(output.dataSync());
  tf.dispose([input, output]);
  model.dispose();
  const { largest, flips } = compare(ourLogits(context, images, size), theirs, classes);
  expect(largest).toBeLessThan(1e-4);
  expect(flips).toBe(0);
}

describe('tf.loadLayersModel', () => {
  // TF.js ignores the dilation of depthwise layers, with strides and without.
  const modernNodes = modern(9).nodes.map((node) =>
    node.id === 'deep' ? { ...node, strides: [1, 1] as const } : node,
  );
  const unstrided = { name: 'Modern, without strides', nodes: modernNodes as Network['nodes'] };
  it.each([everything(9), modern(9), unstrided])('runs every operation of $name', async (architecture) => {
    const network = randomNetwork(architecture, 3);
    await agrees(network, mixedPolicy(network, [2, 8], [FLOAT, FLOAT], createRng(1)), 9, 4);
  });

  it('runs ResNet-20 with the shipped weights', async () => {
    const network = shippedNetwork('resnet20', 'cifar10');
    await agrees(network, mixedPolicy(network, [2, 8], [FLOAT, FLOAT], createRng(2)), 32, 10);
  });

  it('names a pooling that it cannot express', () => {
    const network = randomNetwork(everything(9), 3);
    const nodes = network.nodes.map((node) =>
      node.op === 'maxPool' ? { ...node, padding: [2, 0, 0, 2] as const } : node,
    );
    const policy = mixedPolicy(network, [2, 8], [FLOAT, FLOAT], createRng(1));
    expect(() => writeTfjsLayers(contextOf({ ...network, nodes }, policy, scheme, new Map()))).toThrow(
      /^"max" \(maxPool\) is padded by \[2, 0, 0, 2\]/,
    );
  });
});
