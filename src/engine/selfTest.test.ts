// The self-test's literals are right (finite differences), every backend of Node passes it, and broken kernels fail it.
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { describeBackends, withoutKernels } from '../nn/backends.testing';
import { batchMoments, batchNormGrad } from '../nn/kernels/batchNormHeap';
import { blockFloatForward } from '../nn/kernels/blockFloatHeap';
import { fakeQuantBackward, fakeQuantForward } from '../nn/kernels/fakeQuantHeap';
import { learnedInputGrad } from '../nn/kernels/learnedInputHeap';
import { affineGrid } from '../quant/affine';
import { fakeQuantize } from '../quant/uniformGrid';
import { SelfTestError, selfTest, toyLoss, toyNumbers, toyWeights } from './selfTest';

// Rounding can be removed from the toy network: its surrogate gradient is that of the network without rounding.
const rounding = vi.hoisted(() => ({ off: false }));
vi.mock('../nn/fakeQuant', async (original) => {
  const real = await original<typeof import('../nn/fakeQuant')>();
  const switched: typeof real.fakeQuantize = (x, grid) => (rounding.off ? x.clone() : real.fakeQuantize(x, grid));
  return { ...real, fakeQuantize: switched };
});
afterEach(() => {
  rounding.off = false;
});

const SHAPES = [[3, 3, 3, 4], [4], [4], [3, 3, 4, 6], [6, 3]];

async function loss(weights: readonly Float32Array[]): Promise<number> {
  const tensors = weights.map((values, i) => tf.tensor(values, SHAPES[i]));
  const value = toyLoss(tensors);
  const [number] = await value.data();
  tf.dispose([value, ...tensors]);
  return number;
}

describeBackends('the toy network', () => {
  test('its reference numbers match the loss and central finite differences', async () => {
    const numbers = await toyNumbers();
    expect(numbers[0]).toBeCloseTo(await loss(toyWeights()), 6);
    // The gradient of the first weights is taken at the rounded kernel, with no further rounding.
    const weights = toyWeights();
    weights[0] = fakeQuantize(weights[0], affineGrid(-1, 1, 4));
    rounding.off = true;
    expect(await loss(weights)).toBeCloseTo(numbers[0], 5);
    for (let which = 0; which < weights.length; which++)
      for (const [k, direction] of [() => 1, (i: number) => (i + 1) / weights[which].length].entries()) {
        const expected = numbers[1 + 2 * which + k];
        const slope = async (h: number) => {
          const at = (sign: number) =>
            loss(
              weights.map((values, j) => (j === which ? values.map((v, i) => v + sign * h * direction(i)) : values)),
            );
          return ((await at(1)) - (await at(-1))) / (2 * h);
        };
        // The small step avoids the kinks of ReLU and maximum, the large one the noise of float32.
        const misses = [Math.abs((await slope(2e-3)) - expected), Math.abs((await slope(2e-4)) - expected)];
        expect(Math.min(...misses), `weight ${which}, number ${k}`).toBeLessThan(4e-3 * (1 + Math.abs(expected)));
      }
  });
});

describeBackends('selfTest', (backend) => {
  test('passes', async () => {
    await expect(selfTest()).resolves.toBeUndefined();
  });

  test('passes on composed operations, as on a backend without our kernels', async () => {
    const ours = [
      fakeQuantForward,
      fakeQuantBackward,
      blockFloatForward,
      learnedInputGrad,
      batchMoments,
      batchNormGrad,
    ].map(({ name }) => name);
    await withoutKernels(ours, async () => {
      await expect(selfTest()).resolves.toBeUndefined();
    });
  });

  describe('notices', () => {
    const kernels = [
      fakeQuantForward.name,
      fakeQuantBackward.name,
      blockFloatForward.name,
      learnedInputGrad.name,
      batchMoments.name,
      batchNormGrad.name,
      tf.Conv2D,
      tf.Conv2DBackpropFilter,
      tf.Conv2DBackpropInput,
      tf.MaxPool,
      tf.MaxPoolGrad,
    ];

    /** Replaces a kernel by one whose first result is 3 % too large, while `body` runs. */
    async function withWrong(name: string, body: () => Promise<void>): Promise<void> {
      const right = tf.getKernel(name, backend);
      tf.unregisterKernel(name, backend);
      tf.registerKernel({
        ...right,
        kernelFunc: (parameters) => {
          const results = [right.kernelFunc(parameters)].flat();
          const wrong = tf.tidy(() => {
            const { dataId, shape, dtype } = results[0];
            return tf.mul(tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype }), 1.03);
          });
          return results.length === 1 ? wrong : [wrong, ...results.slice(1)];
        },
      });
      try {
        await body();
      } finally {
        tf.unregisterKernel(name, backend);
        tf.registerKernel(right);
      }
    }

    test.each(kernels)('a wrong %s', async (name) => {
      await withWrong(name, async () => {
        await expect(selfTest()).rejects.toThrow(SelfTestError);
      });
      await expect(selfTest()).resolves.toBeUndefined(); // and the kernel was the cause
    });

    test('a kernel that gives NaN', async () => {
      const right = tf.getKernel(batchNormGrad.name, backend);
      tf.unregisterKernel(batchNormGrad.name, backend);
      tf.registerKernel({
        ...right,
        kernelFunc: ({ inputs }) => [
          tf.fill((inputs.x as tf.TensorInfo).shape, Number.NaN),
          tf.fill((inputs.gamma as tf.TensorInfo).shape, Number.NaN),
          tf.fill((inputs.gamma as tf.TensorInfo).shape, Number.NaN),
        ],
      });
      try {
        await expect(selfTest()).rejects.toThrow(SelfTestError);
      } finally {
        tf.unregisterKernel(batchNormGrad.name, backend);
        tf.registerKernel(right);
      }
    });
  });
});
