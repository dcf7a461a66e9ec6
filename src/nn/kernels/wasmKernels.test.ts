// Our WebAssembly functions against the plain loops they replace, and fake quantization against quant/.
import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { fc } from '../../math/law.testing';
import { createRng } from '../../math/rng';
import { affineGrid } from '../../quant/affine';
import { fakeQuantize, inverseScale, straightThrough, type UniformGrid } from '../../quant/uniformGrid';
import { batchMoments, batchNormalize, batchNormGrad } from './batchNormHeap';
import { fakeQuantBackward, fakeQuantForward } from './fakeQuantHeap';
import { type HeapKernel, sizeOf } from './heap';
import { maxPoolGrad } from './maxPoolGradHeap';
import { registerKernels } from './register';
import { sgdStep } from './sgdHeap';
import { kernelFunctions, setKernelMode } from './wasm/module';

interface Numbers {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const backend = () => tf.backend() as BackendWasm;

/** Normal numbers around `mean`. */
function normal(shape: readonly number[], seed: number, mean = 0, deviation = 1): Numbers {
  const rng = createRng(seed);
  return { shape, values: Float32Array.from({ length: sizeOf(shape) }, () => mean + deviation * rng.normal()) };
}

function runLoop(kernel: HeapKernel, inputs: readonly Numbers[], attrs: Record<string, unknown>): Float32Array[] {
  const call = { shapes: inputs.map(({ shape }) => shape), attrs };
  const outputs = kernel.outputs(call).map((shape) => new Float32Array(sizeOf(shape)));
  kernel.loop(
    inputs.map(({ values }) => values),
    outputs,
    call,
  );
  return outputs;
}

function runWasm(kernel: HeapKernel, inputs: readonly Numbers[], attrs: Record<string, unknown>): Float32Array[] {
  return tf.tidy(() => {
    const named = Object.fromEntries(
      kernel.inputs.map((name, i) => [name, tf.tensor(inputs[i].values, [...inputs[i].shape])]),
    );
    const result = tf.engine().runKernel(kernel.name, named, attrs as tf.NamedAttrMap) as tf.Tensor | tf.Tensor[];
    return [result].flat().map((t) => t.dataSync() as Float32Array);
  });
}

/** Compares all outputs within `tolerance` of each output's largest number. */
function expectLikeLoop(kernel: HeapKernel, inputs: Numbers[], attrs: Record<string, unknown>, tolerance = 1e-6): void {
  const expected = runLoop(kernel, inputs, attrs);
  runWasm(kernel, inputs, attrs).forEach((values, i) => {
    const largest = expected[i].reduce((max, v) => Math.max(max, Math.abs(v)), 1e-30);
    expect(values).toBeAllClose(expected[i], { rtol: 0, atol: tolerance * largest });
  });
}

beforeAll(async () => {
  await registerKernels('wasm');
  await tf.setBackend('wasm');
});

test('the functions run on tfjs heap', () => {
  expect(kernelFunctions(backend())).toBeDefined();
});

// Channel counts that are multiples of four and not, one row, more rows than a block.
const SHAPES = [
  [2, 5, 3, 4],
  [3, 4, 4, 7],
  [1, 1, 1, 3],
  [2, 40, 40, 16],
  [1500, 13],
  [4, 1, 1, 1],
];

describe.each(SHAPES.map((shape) => ({ shape, name: shape.join('x') })))('$name like the loop', ({ shape }) => {
  const channels = [shape[shape.length - 1]];
  const x = normal(shape, 1, 3, 2);
  const dy = normal(shape, 2);
  const gamma = normal(channels, 3, 1, 0.3);
  const beta = normal(channels, 4);
  const epsilon = 1e-5;

  test('batch moments', () => expectLikeLoop(batchMoments, [x], {}));

  test('batch moments far from zero', () => expectLikeLoop(batchMoments, [normal(shape, 1, 100, 0.1)], {}));

  test('normalization and its gradient', () => {
    const [mean, variance] = runLoop(batchMoments, [x], {}).map((values) => ({ shape: channels, values }));
    expectLikeLoop(batchNormalize, [x, mean, variance, gamma, beta], { epsilon });
    // One row: variance 0, and a gradient that is the difference of equal numbers.
    if (sizeOf(shape) > channels[0] * 4)
      expectLikeLoop(batchNormGrad, [x, dy, gamma, mean, variance], { epsilon }, 2e-6);
  });

  test('step of gradient descent', () => {
    const attrs = { rate: 0.1, momentum: 0.9, decay: 5e-4 };
    expectLikeLoop(sgdStep, [x, dy, normal(shape, 5)], attrs);
  });
});

describe('max-pool gradient', () => {
  const CASES = [
    { shape: [2, 8, 8, 4], filterSize: 2, strides: 2, pad: 'valid' },
    { shape: [2, 7, 9, 5], filterSize: 3, strides: 2, pad: 'same' },
    { shape: [1, 6, 6, 8], filterSize: 3, strides: 1, pad: 'valid' },
    { shape: [1, 5, 5, 6], filterSize: [2, 3], strides: [1, 2], pad: 'same' },
  ];
  test.each(CASES)('$shape, window $filterSize, stride $strides, $pad', ({ shape, ...attrs }) => {
    const [n, h, w, c] = shape as [number, number, number, number];
    const { filterSize, strides, pad } = attrs as { filterSize: number; strides: number; pad: 'valid' };
    const info = tf.backend_util.computePool2DInfo([n, h, w, c], filterSize, strides, 1, pad);
    // Rounded to halves: windows with equal maxima, whose first one gets the gradient, and maxima below zero.
    const { values } = normal(shape, 7, -0.5);
    const x = { shape, values: values.map((v) => Math.round(v * 2) / 2) };
    expectLikeLoop(maxPoolGrad, [normal(info.outShape, 8), x], attrs);
  });
});

describe('fake quantization equals quant/ bit for bit', () => {
  const bits = (values: Float32Array) => Array.from(new Int32Array(values.buffer, values.byteOffset, values.length));
  const number = fc.oneof(
    fc.float({ min: -8, max: 8, noNaN: true }),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    // Ties between two levels.
    fc.integer({ min: -40, max: 40 }).map((i) => Math.fround((i + 0.5) / 8)),
  );
  const grids: fc.Arbitrary<UniformGrid> = fc.oneof(
    fc
      .tuple(fc.float({ min: -4, max: 4, noNaN: true }), fc.float({ min: 0, max: 8, noNaN: true }), fc.nat(7))
      .map(([min, width, b]) => affineGrid(min, min + width, b + 1)),
    fc.nat(6).map((b) => ({ scale: 0.125, offset: 0, minCode: 1 - 2 ** (b + 1), maxCode: 2 ** (b + 1) - 1 })),
  );

  /** Grids with equal codes, one for each of `columns`. */
  function uploaded(columns: readonly UniformGrid[]) {
    const shape = [columns.length];
    const pick = (value: (grid: UniformGrid) => number) => ({ shape, values: Float32Array.from(columns, value) });
    return {
      scale: pick((g) => g.scale),
      inverse: pick((g) => inverseScale(g.scale)),
      offset: pick((g) => g.offset),
      attrs: { minCode: columns[0].minCode, maxCode: columns[0].maxCode },
    };
  }

  test('one grid', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 40 }), grids, (numbers, grid) => {
        const x = { shape: [numbers.length], values: Float32Array.from(numbers) };
        const dy = normal([numbers.length], 1);
        const { scale, inverse, offset, attrs } = uploaded([grid]);
        const [y] = runWasm(fakeQuantForward, [x, scale, inverse, offset], attrs);
        expect(bits(y)).toEqual(bits(fakeQuantize(x.values, grid)));
        const [dx] = runWasm(fakeQuantBackward, [x, dy, inverse, offset], attrs);
        expect(bits(dx)).toEqual(bits(straightThrough(x.values, dy.values, grid)));
      }),
    );
  });

  test.each([4, 6, 16, 3])('%i grids, one per channel', (channels) => {
    const x = normal([10, channels], 3);
    const dy = normal([10, channels], 4);
    const columns = Array.from({ length: channels }, (_, c) => affineGrid(-1 - c / 8, 1 + c / 4, 3));
    const { scale, inverse, offset, attrs } = uploaded(columns);
    const column = (values: Float32Array, c: number) => values.filter((_, i) => i % channels === c);
    const [y] = runWasm(fakeQuantForward, [x, scale, inverse, offset], attrs);
    const [dx] = runWasm(fakeQuantBackward, [x, dy, inverse, offset], attrs);
    columns.forEach((grid, c) => {
      expect(bits(column(y, c))).toEqual(bits(fakeQuantize(column(x.values, c), grid)));
      expect(bits(column(dx, c))).toEqual(bits(straightThrough(column(x.values, c), column(dy.values, c), grid)));
    });
  });

  test('NaN stays NaN, infinities go to the ends', () => {
    const { scale, inverse, offset, attrs } = uploaded([affineGrid(-1, 1, 2)]);
    const values = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 2);
    const [y] = runWasm(fakeQuantForward, [{ shape: [5], values }, scale, inverse, offset], attrs);
    expect(y).toBeAllClose(fakeQuantize(values, affineGrid(-1, 1, 2)), { rtol: 0, atol: 0 });
  });
});

test('the plain loops run where the functions cannot; nothing leaks either way', () => {
  const x = normal([4, 8], 1);
  const before = tf.memory().numTensors;
  const dataIds = backend().numDataIds();
  const byFunctions = runWasm(batchMoments, [x], {});
  setKernelMode(backend(), 'off');
  const byLoops = runWasm(batchMoments, [x], {});
  setKernelMode(backend(), 'fused');
  expect(byLoops[0]).toBeAllClose(byFunctions[0]);
  expect(byLoops).toEqual(runLoop(batchMoments, [x], {}));
  expect(tf.memory().numTensors).toBe(before);
  expect(backend().numDataIds()).toBe(dataIds);
});

test('a clone shares its numbers and outlives the original', () => {
  const dataIds = backend().numDataIds();
  const x = tf.tensor1d([1, 2, 3]);
  const clone = x.clone();
  expect(clone.dataId).toBe(x.dataId);
  x.dispose();
  expect(Array.from(clone.dataSync())).toEqual([1, 2, 3]);
  clone.dispose();
  expect(backend().numDataIds()).toBe(dataIds);
});
