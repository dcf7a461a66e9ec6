// Layers of integers by our functions against plain numbers, bit for bit: with words, and with bytes where the engine has
// relaxed SIMD, added up in blocks of 16 bits or at once.
import { setFlagsFromString } from 'node:v8';
import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { fc, law } from '../../math/law.testing';
import { createRng } from '../../math/rng';
import { encode, type UniformGrid } from '../../quant/uniformGrid';
import { build, clampTo, type Drawn, grids, layers } from './codedLayers.testing';
import {
  type Activation,
  addCodes,
  type CodedKernel,
  codeFunctions,
  type Forms,
  integerLayer,
  maxPoolCodes,
  quantizeCodes,
  type Result,
} from './codesWasm';
import { type ByteProducts, packCodes } from './packCodes';
import { registerKernels } from './register';
import { setKernelMode } from './wasm/module';

// Node 20 has relaxed SIMD behind a flag, and its first compiler has one of the instructions wrong.
const early = process.version.startsWith('v20.');
if (early) for (const flag of ['--experimental-wasm-relaxed-simd', '--no-liftoff']) setFlagsFromString(flag);

const backend = () => tf.backend() as BackendWasm;

beforeAll(async () => {
  await registerKernels('wasm');
  expect(await tf.setBackend('wasm')).toBe(true);
});

const bytesOf = (codes: ArrayLike<number>, grid: UniformGrid) => Uint8Array.from(codes, (code) => code - grid.minCode);
const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync(), (v) => v + 0); // -0 is 0

/** Expects a result in the wanted forms, equal to the expected numbers and their codes; disposes it. */
function expectForms(result: Result | undefined, shape: readonly number[], expected: ArrayLike<number>, forms: Forms) {
  expect(result).toBeDefined();
  const { float, codes } = result as Result;
  expect(float !== undefined).toBe(forms.float);
  expect(codes !== undefined).toBe(forms.codes !== undefined);
  if (float !== undefined) {
    expect(float.shape).toEqual(shape);
    expect(valuesOf(float)).toEqual(Array.from(expected));
  }
  if (codes !== undefined && forms.codes !== undefined) {
    const grid = forms.codes;
    expect(codes.shape).toEqual(shape);
    expect(valuesOf(codes)).toEqual(
      Array.from(
        bytesOf(
          Array.from(expected, (v) => encode(v, grid)),
          grid,
        ),
      ),
    );
  }
  tf.dispose([float, codes]);
}

function check(drawn: Drawn, bytes: ByteProducts): CodedKernel['work'] {
  const { shape, xShape, outShape, codes, weights, multiplier, bias, window, expected } = build(drawn);
  const layer = { codes: weights, multiplier, input: drawn.input };
  const packed = packCodes(layer, bias, shape, drawn.op === 'depthwise', bytes);
  if (packed === undefined) throw new Error('not packed');
  const x = tf.tensor(bytesOf(codes, drawn.input), [...xShape], 'bool');
  const { numbers, ...rest } = packed;
  const kernel: CodedKernel = { ...rest, shape, input: drawn.input, packed: tf.tensor1d(numbers, 'int32') };
  for (const forms of [{ float: true }, { float: false, codes: drawn.output }, { float: true, codes: drawn.output }])
    expectForms(integerLayer(x, kernel, window, drawn.activation, forms), outShape, expected, forms);
  tf.dispose([x, kernel.packed]);
  return packed.work;
}

describe('layers of integers are those of plain numbers', () => {
  test('with words, as everywhere', () => {
    setKernelMode(backend(), 'plain');
    expect(codeFunctions()?.convolveBytes).toBeUndefined();
    law([layers], (drawn) => void check(drawn, { convolve: false, addsFour: false }), 300);
  });

  test.each([false, true])('with bytes, four products at once: %s', (addsFour) => {
    setKernelMode(backend(), 'fused');
    const seen = new Set<string>();
    const convolve = codeFunctions()?.convolveBytes !== undefined;
    law([layers], (drawn) => void seen.add(check(drawn, { convolve, addsFour })), 300);
    expect(seen).toContain('convolveWords');
    expect(seen.has('convolveBytes')).toBe(convolve);
    if (early) expect(convolve).toBe(true);
  });
});

test('no block of steps exceeds 16 bits, whatever the largest code and weight are', () => {
  setKernelMode(backend(), 'fused');
  const bytes = { convolve: codeFunctions()?.convolveBytes !== undefined, addsFour: false };
  const output = { scale: 1, offset: 0, minCode: 0, maxCode: 255 };
  for (const maxCode of [1, 3, 15, 63, 127])
    for (const weight of [2, 5, 9, 15, 31, 50, 64, 100, 128]) {
      const input = { scale: 1, offset: 0, minCode: 0, maxCode };
      const sizes: Pick<Drawn, 'size' | 'kernel' | 'strides'> = { size: [1, 1], kernel: [1, 1], strides: [1, 1] };
      const channels = { inChannels: 400, outChannels: 9 };
      const rest = { n: 1, padding: [0, 0, 0, 0], activation: undefined, extreme: 1, seed: 1 };
      check({ op: 'dense', input, output, weight, ...sizes, ...channels, ...rest }, bytes);
    }
});

test('codes that would not fit, and results that could be NaN, are not packed', () => {
  const grid = { scale: 0.1, offset: 0, minCode: 0, maxCode: 255 };
  const pack = (input: UniformGrid, multiplier: number, bias: number) =>
    packCodes(
      { codes: Float32Array.of(1), multiplier: Float32Array.of(multiplier), input },
      Float32Array.of(bias),
      [1, 1],
      false,
      {
        convolve: false,
        addsFour: false,
      },
    );
  expect(pack(grid, 1, 0)).toBeDefined();
  expect(pack({ ...grid, maxCode: 256 }, 1, 0)).toBeUndefined();
  expect(pack({ ...grid, minCode: 1 }, 1, 0)).toBeUndefined();
  expect(pack({ ...grid, scale: 0 }, 1, 0)).toBeUndefined();
  expect(pack(grid, Number.NaN, 0)).toBeUndefined();
  expect(pack(grid, 1, Number.POSITIVE_INFINITY)).toBeUndefined();
});

describe('floats become codes', () => {
  const numbers = fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 37 });

  test('as the quantizer encodes them, infinities and ties included', () => {
    law(
      [numbers, grids],
      (values, grid) => {
        const ties = values.map((_, i) => Math.fround((i / 2) * grid.scale));
        for (const x of [values, ties]) {
          const tensor = tf.tensor1d(x, 'float32');
          const codes = quantizeCodes(tensor, grid) as tf.Tensor;
          expect(valuesOf(codes)).toEqual(
            Array.from(
              bytesOf(
                Array.from(x, (v) => encode(v, grid)),
                grid,
              ),
            ),
          );
          tf.dispose([tensor, codes]);
        }
      },
      200,
    );
  });

  test('after a sum and its activation', () => {
    law(
      [numbers, grids, fc.constantFrom<Activation>(undefined, 'relu', 'relu6'), fc.boolean()],
      (a, codes, activation, float) => {
        const b = a.map((v, i) => (i % 3 === 0 ? 0.25 * i : Math.fround(v / 2)));
        const [low, high] = clampTo[activation ?? 'linear'];
        const expected = a.map((v, i) => Math.min(Math.max(Math.fround(v + b[i]), low), high) + 0);
        const tensors = [tf.tensor1d(a, 'float32'), tf.tensor1d(b, 'float32')];
        expectForms(addCodes(tensors[0], tensors[1], activation, { float, codes }), [a.length], expected, {
          float,
          codes,
        });
        tf.dispose(tensors);
      },
    );
  });

  test('but not NaN', () => {
    const grid = { scale: 0.1, offset: 0, minCode: 0, maxCode: 255 };
    const before = tf.memory().numTensors;
    for (const size of [1, 5, 8, 21])
      for (const at of [0, size - 1]) {
        const x = tf.tensor1d(Float32Array.from({ length: size }, (_, i) => (i === at ? Number.NaN : i)));
        expect(quantizeCodes(x, grid)).toBeUndefined();
        expect(addCodes(x, x, 'relu', { float: true, codes: grid })).toBeUndefined();
        x.dispose();
      }
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('the largest code is the code of the largest number', () => {
  const rng = createRng(5);
  for (const [h, w, c, size, stride, padding] of [
    [4, 4, 16, 2, 2, 0],
    [5, 7, 3, 3, 2, 1],
    [6, 5, 33, 3, 1, 1],
  ]) {
    const pad =
      padding === 0
        ? 'valid'
        : ([
            [0, 0],
            [padding, padding],
            [padding, padding],
            [0, 0],
          ] as unknown as 'valid');
    const x = Uint8Array.from({ length: 2 * h * w * c }, () => rng.integer(256));
    const codes = tf.tensor4d(x, [2, h, w, c], 'bool');
    const floats = tf.tensor4d(Float32Array.from(x), [2, h, w, c]);
    const ours = maxPoolCodes(codes, [size, size], { strides: [stride, stride], pad });
    const theirs = tf.maxPool(floats, size, stride, pad);
    expect(ours.shape).toEqual(theirs.shape);
    expect(valuesOf(ours)).toEqual(valuesOf(theirs));
    tf.dispose([codes, floats, ours, theirs]);
  }
});
