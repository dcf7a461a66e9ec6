// Layer outputs, against plain loops that fold and fuse nothing: the node behind a layer's batch norm and ReLU.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { describeBackends, maxAbs, take } from './backends.testing';
import { Inference } from './inference';
import { layerOutput } from './layerOutput';
import { everything, randomNetwork, rangeOf } from './networks.testing';
import { referenceResults } from './reference.testing';

const network = randomNetwork(everything(), 3);
const scheme = { quantizer: 'affine', granularity: 'channel' } as const;
const rng = createRng(5);
const image = Float32Array.from({ length: 9 * 9 * 3 }, () => rng.normal());
const ranges = new Map(['a', 'dw', 'b', 'c', 'fc1', 'fc2'].map((id) => [id, rangeOf(-3, 6)]));

describeBackends('layer outputs', () => {
  test.each([
    ['a', 'a.relu6'],
    ['dw', 'dw.relu6'],
    ['b', 'b.relu'],
    ['c', 'c'],
    ['fc1', 'fc1.relu'],
    ['fc2', 'fc2'],
  ])('the output of layer %s is node %s', async (layer, node) => {
    const policy = uniformPolicy(network, 3, 4);
    const model = new Inference(network);
    model.configure({ policy, scheme, ranges });
    const output = layerOutput(model, layer, () => tf.tensor4d(image, [1, 9, 9, 3]));
    const wanted = referenceResults(network, image, policy, scheme, ranges).get(node);
    expect(output.shape.slice(1)).toEqual(wanted?.shape);
    const given = await take(output);
    model.dispose();
    const plain = wanted?.values ?? new Float64Array();
    expect(maxAbs(plain)).toBeGreaterThan(0);
    expect(maxAbs(plain.map((v, i) => v - given[i]))).toBeLessThan(1e-4 * maxAbs(plain));
  });

  test('a missing layer is rejected by name, without leaks', () => {
    const model = new Inference(network);
    model.configure({ policy: uniformPolicy(network, 8, 32), scheme, ranges });
    expect(() => layerOutput(model, 'nothing', () => tf.tensor4d(image, [1, 9, 9, 3]))).toThrow(/no layer "nothing"/);
    model.dispose();
  });
});
