// Checks that a backend computes correctly: outputs and gradients of a toy network with all our kernels and the tfjs
// ones that training relies on, against values whose gradients were confirmed by finite differences.
import * as tf from '@tensorflow/tfjs-core';
import { batchNormTrain } from '../nn/batchNorm';
import { blockFloat } from '../nn/blockFloat';
import { fakeQuantize, tensorGrid } from '../nn/fakeQuant';
import { roundLearned } from '../nn/quantizers/learnedInput';
import { affineGrid } from '../quant/affine';
import { lsqActivations } from '../quant/lsq';
import { pact } from '../quant/pact';
import { symmetricGrid } from '../quant/symmetric';
import { fakeQuantize as fakeQuantizeNumbers, straightThrough, type UniformGrid } from '../quant/uniformGrid';
import { roundActivations } from '../rounding/activationRounding';

/** A backend that computes wrong numbers. */
export class SelfTestError extends Error {
  override readonly name = 'SelfTestError';
}

/** Numbers in [-1, 1) without a visible pattern, the same on every machine. */
export function scatter(size: number, seed: number): Float32Array {
  return Float32Array.from(
    { length: size },
    (_, i) => (((i * 193 + seed * 71 + ((i * i) % 31) * 17) % 256) - 128) / 128,
  );
}

/** Weights of the toy network: two convolutions (the second with stride 2), batch norm, dense. */
export function toyWeights(): Float32Array[] {
  return [scatter(108, 1), scatter(4, 2).map((v) => 1 + v / 4), scatter(4, 3), scatter(216, 4), scatter(18, 5)];
}

/** Loss of the toy network on two 6x6 images, as a scalar; the caller disposes it. */
export function toyLoss(weights: readonly tf.Tensor[]): tf.Scalar {
  return tf.tidy(() => {
    const [first, gamma, beta, second, dense] = weights;
    const images = tf.tensor4d(scatter(216, 6), [2, 6, 6, 3]);
    const kernel = fakeQuantize(first as tf.Tensor4D, tensorGrid([affineGrid(-1, 1, 4)]));
    const pad: tf.backend_util.ExplicitPadding = [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ];
    const a = tf.conv2d(images, kernel, 1, pad);
    const { y } = batchNormTrain(a, gamma as tf.Tensor1D, beta as tf.Tensor1D, 1e-5);
    const pooled = tf.maxPool(tf.relu(y) as tf.Tensor4D, 2, 1, 'valid');
    const b = tf.conv2d(pooled, second as tf.Tensor4D, 2, pad);
    const logits = tf.matMul(tf.mean(b, [1, 2]) as tf.Tensor2D, dense as tf.Tensor2D);
    const target = tf.tensor2d([1, 0, 0, 0, 1, 0], [2, 3]);
    return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1)));
  });
}

const TOY_SHAPES = [[3, 3, 3, 4], [4], [4], [3, 3, 4, 6], [6, 3]];

/** Loss, and for each weight the sum of its gradient and the sum weighted by 1, 2, 3... / size. */
export async function toyNumbers(): Promise<number[]> {
  const weights = toyWeights().map((values, i) => tf.tensor(values, TOY_SHAPES[i]));
  const { value, grads } = tf.valueAndGrads((...inputs: tf.Tensor[]) => toyLoss(inputs))(weights);
  const numbers = [(await value.data())[0]];
  for (const gradient of grads) {
    const values = await gradient.data();
    let sum = 0;
    let weighted = 0;
    values.forEach((v, i) => {
      sum += v;
      weighted += (v * (i + 1)) / values.length;
    });
    numbers.push(sum, weighted);
  }
  tf.dispose([value, ...grads, ...weights]);
  return numbers;
}

// Written by the cpu backend; selfTest.test.ts confirms each gradient by finite differences.
const EXPECTED: readonly number[] = [
  2.65458059, -0.88284324, -0.92309668, 1.85248253, 0.39425559, 2.35196734, 0.70847992, -21.86136667, -11.08261814, 0,
  0.10452281,
];
const TOLERANCE = 2e-3;

/** Numbers on, between and beyond the levels of a grid, ties included. */
function probe({ scale, offset, minCode, maxCode }: UniformGrid): Float32Array {
  const count = 4 * (maxCode - minCode + 5);
  return Float32Array.from({ length: count }, (_, i) => offset + scale * (minCode - 2 + i / 4));
}

/** Fake quantization on the device against quant/, number by number: codes must agree, values to the last bit. */
async function checkFakeQuantization(): Promise<void> {
  for (const grid of [symmetricGrid(0.7, 4), symmetricGrid(1.3, 8), affineGrid(0, 1.7, 3)]) {
    const x = probe(grid);
    const device = tensorGrid([grid]);
    const input = tf.tensor1d(x);
    const ones = tf.onesLike(input);
    const { value, grad } = tf.valueAndGrad((t: tf.Tensor) => fakeQuantize(t, device))(input, ones);
    const [values, gradient] = await Promise.all([value.data(), grad.data()]);
    tf.dispose([input, ones, value, grad, device.scale, device.inverse, device.offset]);
    const expected = fakeQuantizeNumbers(x, grid);
    const mask = straightThrough(x, new Float32Array(x.length).fill(1), grid);
    const wrong = x.findIndex((_, i) => values[i] !== expected[i] || gradient[i] !== mask[i]);
    if (wrong >= 0)
      throw new SelfTestError(
        `it rounds ${x[wrong]} to ${values[wrong]} instead of ${expected[wrong]} (gradient ${gradient[wrong]})`,
      );
  }
}

/**
 * Block floating point on the device against quant/: blocks at, above and below powers of two, of zeros, tiny and huge
 * numbers.
 */
async function checkBlockFloat(): Promise<void> {
  const [bits, block] = [3, 4];
  const sizes = [1, 1 + 2 ** -23, 1 - 2 ** -24, 2 ** 40, 2 ** -63, 2 ** -66, 0, 2 ** -140, 2 ** 66];
  const x = scatter(10 * sizes.length, 7).map((v, i) => (i % 5 === 0 ? 1 : v) * sizes[Math.floor(i / 10)]);
  const input = tf.tensor2d(x, [sizes.length, 10]);
  const output = blockFloat(input, block, bits);
  const values = await output.data();
  tf.dispose([input, output]);
  const expected = roundActivations(x, 10, { quantizer: 'bfp', bits, block });
  const wrong = x.findIndex((_, i) => values[i] !== expected[i]);
  if (wrong >= 0)
    throw new SelfTestError(
      `block floating point rounds ${x[wrong]} to ${values[wrong]} instead of ${expected[wrong]}`,
    );
}

/** PACT's clip and LSQ's step on the device against quant/: values, and both gradients. */
async function checkLearned(): Promise<void> {
  const [x, dy, bits] = [scatter(60, 8), scatter(60, 9), 3];
  const cases = [
    ['pact', 0.7, pact.forward(x, { clip: 0.7 }, { bits }), pact.backward(x, dy, { clip: 0.7 }, { bits })],
    [
      'lsq',
      0.1,
      lsqActivations.forward(x, { step: 0.1 }, { bits }),
      lsqActivations.backward(x, dy, { step: 0.1 }, { bits }),
    ],
  ] as const;
  for (const [id, start, expected, { dx, dp = {} }] of cases) {
    const inputs = [tf.tensor1d(x), tf.tensor2d([[start]]), tf.tensor1d(dy)];
    const round = (t: tf.Tensor, learned: tf.Tensor) => roundLearned(id, t, learned, bits);
    const { value, grads } = tf.tidy(() => tf.valueAndGrads(round)(inputs.slice(0, 2), inputs[2]));
    const given = (await Promise.all([value, ...grads].map((t) => t.data()))).flatMap((part) => [...part]);
    tf.dispose([...inputs, value, ...grads]);
    const wanted = [...expected, ...dx, ...Object.values(dp)];
    const wrong = wanted.findIndex((v, i) => !(Math.abs(given[i] - v) <= 1e-5 * (1 + Math.abs(v))));
    if (wrong >= 0)
      throw new SelfTestError(`${id} gives ${given[wrong]} instead of ${wanted[wrong]} (number ${wrong})`);
  }
}

/**
 * Runs the toy network and the rounding on the current backend.
 * @throws SelfTestError naming the first wrong number.
 */
export async function selfTest(): Promise<void> {
  await checkFakeQuantization();
  await checkBlockFloat();
  await checkLearned();
  const numbers = await toyNumbers();
  numbers.forEach((value, i) => {
    if (!(Math.abs(value - EXPECTED[i]) <= TOLERANCE * (1 + Math.abs(EXPECTED[i]))))
      throw new SelfTestError(`its self-test gives ${value} instead of ${EXPECTED[i]} (number ${i})`);
  });
}
