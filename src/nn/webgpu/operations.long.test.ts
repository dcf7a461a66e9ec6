// Operations without kernels of ours, on tfjs' WebGPU backend: activations against their definitions, and whole networks against
// plain JavaScript, one of them with binary weights and activations.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Architecture, InputNode, Network } from '../../graph/network';
import { FLOAT, uniformPolicy } from '../../graph/policy';
import { createRng } from '../../math/rng';
import type { QuantScheme } from '../../quant/registry';
import { floatRounding, type Rounding } from '../../rounding/rounding';
import { ArchitectureBuilder } from '../../zoo/definition';
import { ACTIVATIONS, expectAsDefined } from '../activations.testing';
import { maxAbs, take, useBackend } from '../backends.testing';
import { Inference } from '../inference';
import { modern, randomNetwork } from '../networks.testing';
import { describeGpu, useGpu } from './gpu.testing';

/** Convolutions and a dense layer that read signs, pooled or not. */
function signs(): Architecture {
  const net = new ArchitectureBuilder();
  const image = net.add('input', 'image', [], { shape: [8, 8, 3] });
  const stem = net.add('sign', 'stem.sign', [net.convBn('stem', image, 8, { relu: false })], { scale: 1 });
  const pooled = net.add('maxPool', 'pool', [stem], { size: [2, 2], strides: [2, 2], padding: [0, 0, 0, 0] });
  const next = net.add('sign', 'next.sign', [net.convBn('next', pooled, 8, { relu: false })], { scale: 0.5 });
  net.add('dense', 'fc', [net.add('flatten', 'flat', [next], {})], { units: 5, bias: true });
  return net.build('Signs');
}

async function logits(network: Network, rounding: Rounding): Promise<Float32Array> {
  const model = new Inference(network);
  model.configure(rounding);
  const [h, w, c] = (network.nodes[0] as InputNode).shape;
  const rng = createRng(5);
  const pixels = Float32Array.from({ length: 3 * h * w * c }, () => rng.normal());
  const result = await take(model.run(() => tf.tensor4d(pixels, [3, h, w, c])).logits);
  model.dispose();
  return result;
}

describeGpu('operations', (device) => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  beforeEach(async () => {
    await useGpu(device());
  });

  test.each(ACTIVATIONS)('$op gives what its definition gives, and its slope', async (node) => {
    const tensors = tf.memory().numTensors;
    await expectAsDefined(node);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  test.each([
    ['all that small networks of today have', modern(), 8],
    ['signs', signs(), 8],
    ['signs', signs(), 1],
  ] as const)('a network of %s has the logits of plain JavaScript (%#)', async (_, architecture, weights) => {
    const network = randomNetwork(architecture, 3);
    const scheme: QuantScheme = { quantizer: weights === 1 ? 'bwn' : 'symmetric', granularity: 'channel' };
    const rounded = { policy: uniformPolicy(network, weights, FLOAT), scheme, ranges: new Map() };
    for (const how of [floatRounding(network), rounded]) {
      const ours = await logits(network, how);
      await useBackend('cpu');
      const plain = await logits(network, how);
      await useGpu(device());
      expect(maxAbs(ours.map((value, i) => value - plain[i])) / maxAbs(plain)).toBeLessThan(1e-5);
    }
  });
});
