import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { composeBatch, evaluationPlan } from '../data/batch';
import { type LayerNode, layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import { createRng } from '../math/rng';
import { describeBackends } from '../nn/backends.testing';
import { everything, randomNetwork } from '../nn/networks.testing';
import { referenceResults } from '../nn/reference.testing';
import { floatRounding } from '../rounding/rounding';
import { relativeOutputErrors } from './outputError';
import { colorDataset } from './synthetic.testing';

const kernelName = ({ id }: LayerNode) => parameterName(id, 'kernel');

/** The network with another kernel in one layer, and no bias there. */
function withKernel(network: Network, layer: LayerNode, values: Float32Array): Network {
  const parameters = new Map(network.parameters);
  parameters.set(kernelName(layer), { ...(parameters.get(kernelName(layer)) as Parameter), values });
  const bias = parameters.get(parameterName(layer.id, 'bias'));
  if (bias) parameters.set(parameterName(layer.id, 'bias'), { ...bias, values: bias.values.map(() => 0) });
  return { ...network, parameters };
}

describeBackends('how far kernels move outputs', () => {
  test('errors of every kind of layer match plain loops, and no label is read', async () => {
    const network = randomNetwork(everything(), 4);
    const plain = colorDataset(70, 3, 9);
    const label = () => {
      throw new Error('A label was read.');
    };
    const dataset = { ...plain, train: { ...plain.train, label } };
    const rng = createRng(9);
    const changes = new Map(
      layersOf(network).map((layer) => {
        const { values } = network.parameters.get(kernelName(layer)) as Parameter;
        return [layer.id, [0.1, 0.01].map((sd) => values.map(() => sd * rng.normal()))] as const;
      }),
    );
    const before = tf.memory().numTensors;
    let looked = 0;
    const errors = await relativeOutputErrors(network, dataset, ({ id }) => changes.get(id) as Float32Array[], {
      images: 67, // a full batch and a short one
      worked: async (count) => {
        looked += count;
      },
    });
    expect(tf.memory().numTensors).toBe(before);
    expect(looked).toBe(67);
    const { images } = composeBatch(plain.train, evaluationPlan(0, 67), plain);
    const float = floatRounding(network);
    const square = (changed: Network, { id }: LayerNode) => {
      let sum = 0;
      for (let i = 0; i < 67; i++) {
        const image = images.subarray(i * 243, (i + 1) * 243);
        const { values } = referenceResults(changed, image, float.policy, float.scheme, float.ranges).get(id) as {
          values: Float64Array;
        };
        sum += values.reduce((total, v) => total + v * v, 0);
      }
      return sum;
    };
    for (const layer of layersOf(network)) {
      const whole = square(
        withKernel(network, layer, network.parameters.get(kernelName(layer))?.values as Float32Array),
        layer,
      );
      for (const [i, change] of (changes.get(layer.id) as Float32Array[]).entries()) {
        const expected = square(withKernel(network, layer, change), layer) / whole;
        expect((errors.get(layer.id) as number[])[i] / expected, `${layer.id} ${i}`).toBeCloseTo(1, 4);
      }
    }
  });
});
