// Groups, dilation, gates, shuffles and activations against the plain loops of reference.testing.ts.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { noiseImages, rangesOn } from '../formats/export/witness.testing';
import { uniformPolicy } from '../graph/policy';
import { describeBackends, maxAbs, take } from './backends.testing';
import { Inference } from './inference';
import { modern, randomNetwork } from './networks.testing';
import { referenceLogits } from './reference.testing';

const SIZE = 8;

describeBackends('groups, gates, shuffles and activations', () => {
  // A number at a tie may round either way: the effect of one step of one activation.
  test.each([
    [32, 32, 'affine', 1e-5],
    [8, 8, 'affine', 0.02],
    [8, 8, 'symmetric', 0.02],
    [4, 32, 'symmetric', 1e-4],
  ] as const)('%d-bit weights and %d-bit activations, %s', async (weights, activations, quantizer, most) => {
    const network = randomNetwork(modern(SIZE), 2);
    const images = noiseImages(2, SIZE, 3);
    const rounding = {
      policy: uniformPolicy(network, weights, activations),
      scheme: { quantizer, granularity: 'channel' } as const,
      ranges: rangesOn(network, images, SIZE),
    };
    const model = new Inference(network);
    model.configure(rounding);
    const logits = await take(model.run(() => tf.tensor4d(images, [2, SIZE, SIZE, 3])).logits);
    model.dispose();
    const { policy, scheme, ranges } = rounding;
    const one = images.length / 2;
    const expected = [0, 1].flatMap((n) => [
      ...referenceLogits(network, images.subarray(n * one, (n + 1) * one), policy, scheme, ranges),
    ]);
    expect(maxAbs(expected.map((v, i) => v - logits[i])) / maxAbs(expected)).toBeLessThan(most);
  });
});
