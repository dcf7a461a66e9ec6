import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { composeBatch, evaluationPlan } from '../data/batch';
import type { Dataset } from '../data/dataset';
import { packedBytes, packedLayout } from '../formats/packed';
import { layersOf, type Network } from '../graph/network';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { describeBackends } from '../nn/backends.testing';
import { Inference } from '../nn/inference';
import { everything, randomNetwork, small } from '../nn/networks.testing';
import { withCalibration } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import { correctBiases } from './biasCorrection';
import { calibrate } from './calibrate';
import { colorDataset } from './synthetic.testing';

const SCHEME = { quantizer: 'affine', granularity: 'tensor' } as const;
const OPTIONS = { images: 20, batchSize: 8 };

/** Reading the label of a training image fails the test. */
function unlabeled(size: number): Dataset {
  const dataset = colorDataset(24, 6, size);
  const label = () => {
    throw new Error('A label was read.');
  };
  return { ...dataset, train: { ...dataset.train, label } };
}

/** Mean of each logit over the calibration images. */
async function meanLogits(network: Network, { policy, scheme, ranges }: Rounding, dataset: Dataset) {
  const model = new Inference(network);
  model.configure({ policy, scheme, ranges });
  const set = { ...dataset.train, label: () => 0 };
  const shape: [number, number, number, number] = [20, dataset.height, dataset.width, 3];
  const { logits } = model.run(() => tf.tensor4d(composeBatch(set, evaluationPlan(0, 20), dataset).images, shape));
  const mean = tf.tidy(() => tf.mean(logits, 0));
  const values = Float32Array.from(await mean.data());
  tf.dispose([logits, mean]);
  model.dispose();
  return values;
}

describeBackends('bias correction', () => {
  test.each([
    ['a residual block', randomNetwork(small(), 1), 6],
    ['every operation, layers without bias or batch norm', randomNetwork(everything(), 2), 9],
  ] as const)('restores the means of the float network: %s', async (_, network, size) => {
    const dataset = unlabeled(size);
    const ranges = await calibrate(network, dataset, 20);
    const float = { policy: uniformPolicy(network, FLOAT, FLOAT), scheme: SCHEME, ranges };
    const wanted = await meanLogits(network, float, dataset);
    for (const policy of [uniformPolicy(network, 2, FLOAT), uniformPolicy(network, 3, 4)]) {
      const quantAware = { policy, scheme: SCHEME, ranges };
      const before = await meanLogits(network, quantAware, dataset);
      const corrected = await correctBiases(network, dataset, OPTIONS, quantAware);
      const after = await meanLogits(corrected, quantAware, dataset);
      expect(after).toBeAllClose(wanted, { atol: 1e-4 });
      expect(Math.max(...before.map((v, i) => Math.abs(v - wanted[i])))).toBeGreaterThan(1e-2);
      // What is counted before there is a corrected network is the file that it makes, its biases included.
      const scheme = withCalibration(SCHEME, { correction: 'bias' });
      const { tensors } = packedLayout(corrected, policy, scheme);
      for (const { id } of layersOf(network)) expect(tensors.has(`${id}.bias`)).toBe(true);
      expect(packedBytes(network, policy, scheme)).toBe(packedBytes(corrected, policy, scheme));
      for (const { id } of layersOf(network))
        expect(corrected.parameters.get(`${id}.kernel`)).toBe(network.parameters.get(`${id}.kernel`));
    }
  });

  test('leaves an unrounded network unchanged', async () => {
    const network = randomNetwork(small(), 1);
    const float = { policy: uniformPolicy(network, FLOAT, FLOAT), scheme: SCHEME, ranges: new Map() };
    const same = await correctBiases(network, unlabeled(6), OPTIONS, float);
    expect(same.parameters).toEqual(network.parameters);
    expect(same.nodes).toEqual(network.nodes);
  });
});
