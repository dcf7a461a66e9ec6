// Learned levels on tensors give the values and gradients of quant/, for every granularity.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRng } from '../../math/rng';
import { groupParameters, joinGroups, kernelLayout, quantizeKernel, splitGroups } from '../../quant/granularity';
import { learnable } from '../../quant/quantizer';
import { type QuantScheme, quantizerOf, specOf } from '../../quant/registry';
import { describeBackends, take } from '../backends.testing';
import { clampLearned } from '../learned';
import { gridPosition } from './gridPosition';
import { quantizeWeights } from './quantizeWeights';

const shape = [3, 3, 4, 6];
const layout = kernelLayout(shape, false);
const rng = createRng(7);
const normals = () => Float32Array.from({ length: 216 }, () => 0.7 * rng.normal());
const [values, dy] = [normals(), normals()];

describeBackends('learned levels', () => {
  test.each([
    ['affine', 1],
    ['affine', 2],
    ['affine', 4],
    ['symmetric', 2],
    ['symmetric', 4],
  ] as const)('%s, %i bits', async (id, bits) => {
    for (const granularity of ['tensor', 'channel', 'block:2'] as const) {
      const scheme: QuantScheme = { quantizer: id, granularity, range: 'mse' };
      const quantizer = quantizerOf(id);
      const spec = specOf(scheme, bits);
      const groups = splitGroups(values, granularity, layout);
      const names = learnable(quantizer, bits);
      const parameters = groupParameters(quantizer, groups, spec) as Record<string, number>[];
      const rows = names.map((name) => parameters.map((group) => group[name] * 0.9));
      const flat = Float32Array.from(rows.flat());
      const [kernel, learned, upstream] = [tf.tensor(values, shape), tf.tensor2d(rows), tf.tensor(dy, shape)];
      const round = (w: tf.Tensor, l: tf.Tensor) => quantizeWeights(w, 'conv2d', scheme, bits, l);
      const y = await take(tf.tidy(() => round(kernel, learned)));
      const plain = quantizeKernel(values, layout, quantizer, granularity, spec, flat);
      expect(y).toBeAllClose(plain.values, { rtol: 1e-5, atol: 1e-6 });
      const [dx, dp] = tf.tidy(() => tf.grads(round)([kernel, learned], upstream));
      const own = groupParameters(quantizer, groups, spec, flat);
      const wanted = splitGroups(dy, granularity, layout).map((part, g) =>
        quantizer.backward(groups[g], part, own[g], spec),
      );
      const channels = granularity === 'tensor' ? 1 : layout.channels;
      expect(await take(dx)).toBeAllClose(
        joinGroups(
          wanted.map((each) => each.dx),
          channels,
        ),
      );
      const slopes = names.flatMap((name) => wanted.map((each) => (each.dp as Record<string, number>)[name]));
      expect(await take(dp)).toBeAllClose(Float32Array.from(slopes), { rtol: 1e-4, atol: 1e-5 });
      const { codes, distance } = tf.tidy(() => gridPosition(kernel, 'conv2d', scheme, bits, learned));
      const encoded = groups.map((group, g) => quantizer.encode(group, own[g], spec));
      const first = id === 'affine' ? 0 : 1 - 2 ** (bits - 1);
      expect(await take(codes)).toBeAllClose(Float32Array.from(joinGroups(encoded, channels), (code) => code + first));
      const apart = await take(distance);
      values.forEach((w, i) => {
        if (Math.abs(apart[i]) > 1e-6) expect(apart[i]).toBeCloseTo(w - plain.values[i], 5);
      });
      tf.dispose([kernel, learned, upstream]);
    }
  });

  test('scales stay above 0, offsets are free', async () => {
    const rows = tf.tensor2d([
      [-1, 0.5],
      [-1, 0.5],
    ]);
    const learned = tf.variable(rows);
    clampLearned('fc.kernel@affine/channel/2', learned);
    expect([...learned.dataSync()]).toEqual([Math.fround(1e-5), 0.5, -1, 0.5]);
    tf.dispose([rows, learned]);
  });

  test('blocks of the min-max range are refused, with a way out', () => {
    const kernel = tf.tensor(values, shape);
    expect(() => quantizeWeights(kernel, 'conv2d', { quantizer: 'affine', granularity: 'block:2' }, 2)).toThrow(
      /choose another range/,
    );
    kernel.dispose();
  });
});
