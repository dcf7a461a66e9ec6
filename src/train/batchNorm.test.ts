// Re-estimated batch norms: compared with plain sums in float64, under quantizers that train and those that do not.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { composeBatch, evaluationPlan } from '../data/batch';
import type { Dataset } from '../data/dataset';
import { foldBatchNorms } from '../graph/folding';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { describeBackends } from '../nn/backends.testing';
import { randomNetwork, small } from '../nn/networks.testing';
import { ArchitectureBuilder } from '../zoo/definition';
import { reestimateBatchNorm, reestimationImages } from './batchNorm';
import { colorDataset } from './synthetic.testing';

/** Reading the label of a training image fails the test. */
function unlabeled(images: number): Dataset {
  const dataset = colorDataset(images, 6, 6);
  const label = () => {
    throw new Error('A label was read.');
  };
  return { ...dataset, train: { ...dataset.train, label } };
}

describeBackends('batch norms re-estimated', () => {
  test('have the mean and unbiased variance of their inputs over the requested images, each shown once', async () => {
    // The layer before the batch norm is a 1x1 convolution that copies, so the batch norm sees the images.
    const net = new ArchitectureBuilder();
    const image = net.add('input', 'image', [], { shape: [6, 6, 3] });
    net.add('dense', 'fc', [net.add('globalAvgPool', 'pool', [net.convBn('stem', image, 3, { size: 1 })], {})], {
      units: 3,
      bias: true,
    });
    const random = randomNetwork(net.build('Copy'), 1);
    const copy = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
    const network = {
      ...random,
      parameters: new Map(random.parameters).set('stem.kernel', { shape: [1, 1, 3, 3], values: copy }),
    };
    const dataset = unlabeled(150);
    // One batch, two of nearly equal size, and all images.
    for (const images of [40, 101, 1000]) {
      const shown = Math.min(images, 150);
      const set = { ...dataset.train, label: () => 0 };
      const pixels = [...composeBatch(set, evaluationPlan(0, shown), dataset).images];
      const channels = [0, 1, 2].map((c) => pixels.filter((_, i) => i % 3 === c));
      const means = channels.map((values) => values.reduce((a, b) => a + b) / values.length);
      const variances = channels.map(
        (values, c) => values.reduce((sum, v) => sum + (v - means[c]) ** 2, 0) / (values.length - 1),
      );
      const { parameters } = await reestimateBatchNorm(network, dataset, undefined, images);
      expect(parameters.get('stem.bn.mean')?.values).toBeAllClose(means, { rtol: 1e-5, atol: 1e-6 });
      expect(parameters.get('stem.bn.variance')?.values).toBeAllClose(variances, { rtol: 1e-5 });
    }
  });

  test('are replaced, under any quantizer including untrainable ones, while the weights stay', async () => {
    const network = randomNetwork(small(), 1);
    const dataset = unlabeled(24);
    const spoiled = new Map(network.parameters).set('stem.bn.mean', {
      shape: [4],
      values: new Float32Array(4).fill(1e30),
    });
    const before = tf.memory().numTensors;
    for (const quantizer of ['affine', 'lsq', 'ttq'] as const) {
      const scheme = { quantizer, granularity: 'tensor' } as const;
      const quantAware = { policy: uniformPolicy(network, 2, FLOAT), scheme, ranges: new Map() };
      const measured = await reestimateBatchNorm(network, dataset, quantAware, 20);
      for (const [name, { values }] of network.parameters) {
        const now = measured.parameters.get(name)?.values as Float32Array;
        if (/mean|variance/.test(name)) expect(now).not.toEqual(values);
        else expect(now).toEqual(values);
      }
      const again = await reestimateBatchNorm({ ...network, parameters: spoiled }, dataset, quantAware, 20);
      expect(again.parameters).toEqual(measured.parameters);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test('of a network without any are not estimated', async () => {
    const network = foldBatchNorms(randomNetwork(small(), 2));
    const dataset = unlabeled(24);
    expect([small(), network].map((net) => reestimationImages(net, dataset, 20))).toEqual([20, 0]);
    expect(reestimationImages(small(), dataset)).toBe(24);
    expect(await reestimateBatchNorm(network, dataset)).toBe(network);
  });
});
