// The tensor twins give the values of quant/, forward and backward, up to the last bits of sums and quotients.
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { LayerNode } from '../../graph/network';
import { createRng } from '../../math/rng';
import { joinGroups, kernelLayout, quantizeKernel, splitGroups } from '../../quant/granularity';
import type { Granularity, QuantGradient } from '../../quant/quantizer';
import { type QuantizerId, type QuantScheme, quantizerOf } from '../../quant/registry';
import { describeBackends, take } from '../backends.testing';
import { checkTrainable, quantizeWeights } from './quantizeWeights';

const CLOSE = { rtol: 2e-5, atol: 2e-6 };
const product = (shape: readonly number[]) => shape.reduce((p, d) => p * d, 1);
const normals = (seed: number, size: number) => {
  const rng = createRng(seed);
  return Float32Array.from({ length: size }, () => 0.7 * rng.normal());
};
const kernels: [LayerNode['op'], number[]][] = [
  ['conv2d', [3, 3, 5, 6]],
  ['depthwiseConv2d', [3, 3, 5, 1]],
  ['dense', [8, 3]],
];

/** The gradients of quant/ for a kernel, joined. */
function plainGradients(
  id: QuantizerId,
  values: Float32Array,
  dy: Float32Array,
  granularity: Granularity,
  layout: { channels: number; inputs: number },
  bits: number,
) {
  const quantizer = quantizerOf(id);
  const upstream = splitGroups(dy, granularity, layout);
  const gradients = splitGroups(values, granularity, layout).map((group, g) =>
    quantizer.backward(group, upstream[g], quantizer.init(group, { bits }), { bits }),
  );
  return {
    dx: joinGroups(
      gradients.map(({ dx }) => dx),
      granularity === 'tensor' ? 1 : layout.channels,
    ),
    dp: gradients.map(({ dp }) => dp as QuantGradient<Record<string, number>>['dp']),
  };
}

describeBackends('quantizeWeights', () => {
  describe.each(kernels)('%s %j', (op, shape) => {
    const layout = kernelLayout(shape, op === 'depthwiseConv2d');
    const values = normals(7, product(shape));
    const dy = normals(8, values.length);

    test.each([
      ['dsconv', [1, 2, 3, 4, 8]],
      ['dorefa', [1, 2, 3, 4, 8]],
      ['bwn', [1]],
      ['twn', [2]],
    ] as const)('%s', async (id, widths) => {
      const kinds = quantizerOf(id).granularities;
      const granularities = kinds.flatMap((kind): Granularity[] =>
        kind === 'block' ? ['block:2', 'block:32'] : [kind],
      );
      for (const granularity of granularities)
        for (const bits of widths) {
          const scheme: QuantScheme = { quantizer: id, granularity };
          const inputs = [tf.tensor(values, shape), tf.tensor(dy, shape)];
          const y = tf.tidy(() => quantizeWeights(inputs[0], op, scheme, bits));
          const dx = tf.tidy(() =>
            tf.grad((x: tf.Tensor) => quantizeWeights(x, op, scheme, bits))(inputs[0], inputs[1]),
          );
          tf.dispose(inputs);
          expect([y.shape, dx.shape]).toEqual([shape, shape]);
          const plain = quantizeKernel(values, layout, quantizerOf(id), granularity, { bits });
          expect(await take(y)).toBeAllClose(plain.values, CLOSE);
          expect(await take(dx)).toBeAllClose(plainGradients(id, values, dy, granularity, layout, bits).dx, CLOSE);
        }
    });

    test.each([
      ['lsq', ['step'], 3],
      ['lsq', ['step'], 8],
      ['binary', ['scale'], 1],
      ['ttq', ['positive', 'negative'], 2],
    ] as const)('%s, with gradients for %j at %d bits', async (id, names, bits) => {
      for (const granularity of ['tensor', 'channel'] as const) {
        const plain = quantizeKernel(values, layout, quantizerOf(id), granularity, { bits });
        const groups = plain.groups as Record<string, number>[];
        const scheme: QuantScheme = { quantizer: id, granularity };
        const learned = tf.tensor2d(names.map((name) => groups.map((p) => p[name])));
        const quantize = (kernel: tf.Tensor, parameters: tf.Tensor) =>
          quantizeWeights(kernel, op, scheme, bits, parameters);
        const [x, up] = [tf.tensor(values, shape), tf.tensor(dy, shape)];
        const y = tf.tidy(() => quantize(x, learned));
        const [dx, dp] = tf.tidy(() => tf.grads(quantize)([x, learned], up));
        const wanted = plainGradients(id, values, dy, granularity, layout, bits);
        expect(await take(y)).toBeAllClose(plain.values, CLOSE);
        expect(await take(dx)).toBeAllClose(wanted.dx, CLOSE);
        expect(await take(dp)).toBeAllClose(
          names.flatMap((name) => wanted.dp.map((p) => (p as Record<string, number>)[name])),
          CLOSE,
        );
        tf.dispose([x, up, learned]);
      }
    });
  });

  test('zero, constant and subnormal kernels give finite numbers and gradients', async () => {
    for (const value of [0, -0.5, 1e-40])
      for (const quantizer of ['dsconv', 'dorefa', 'bwn', 'twn'] as const) {
        const scheme = { quantizer, granularity: 'channel' } as const;
        const bits = quantizerOf(quantizer).bits[1];
        const kernel = tf.fill([2, 2, 3, 4], value);
        const y = tf.tidy(() => quantizeWeights(kernel, 'conv2d', scheme, bits));
        const dx = tf.tidy(() => tf.grad((x: tf.Tensor) => quantizeWeights(x, 'conv2d', scheme, bits))(kernel));
        kernel.dispose();
        expect([...(await take(y)), ...(await take(dx))].every(Number.isFinite)).toBe(true);
      }
  });
});

test.each([
  [{ quantizer: 'lsq', granularity: 'channel' }, 1, 'LSQ has no 1-bit weights; choose 2 to 8 bits, or float.'],
  [{ quantizer: 'affine', granularity: 'block:32' }, 4, /Affine min-max per block:32 .* cannot be trained yet/],
  [{ quantizer: 'twn', granularity: 'tensor' }, 4, 'TWN has no 4-bit weights; choose 2 bits, or float.'],
] as [QuantScheme, number, string][])('%j at %d bits is refused by name', (scheme, bits, message) => {
  expect(() => checkTrainable(scheme, bits)).toThrow(message);
});
