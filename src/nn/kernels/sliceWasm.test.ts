// Slices within the heap against tfjs' own on the cpu backend.
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { fc } from '../../math/law.testing';
import { registerKernels } from './register';
import { kernelFunctions } from './wasm/module';

beforeAll(() => registerKernels('wasm'));

/** A shape, and for each dimension a start and a length within it; a length of 0 now and then. */
const cuts = fc
  .array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 })
  .chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.tuple(
        ...shape.map((size) =>
          fc.integer({ min: 0, max: size }).chain((a) => fc.tuple(fc.constant(a), fc.integer({ min: a, max: size }))),
        ),
      ),
    ),
  );

async function sliced(
  backend: string,
  shape: number[],
  begin: number[],
  size: number[],
  dtype: 'float32' | 'int32' | 'bool',
) {
  await tf.setBackend(backend);
  return tf.tidy(() => {
    const numbers = Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) =>
      dtype === 'bool' ? (i * i) % 3 : i,
    );
    const x = tf.tensor(numbers, shape, dtype);
    const y = tf.slice(x, begin, size);
    return { shape: y.shape, values: Array.from(y.dataSync()) };
  });
}

test('copies the same numbers as tfjs', async () => {
  await tf.setBackend('wasm');
  expect(kernelFunctions(tf.backend() as BackendWasm)?.copyRuns).toBeDefined();
  await fc.assert(
    fc.asyncProperty(cuts, fc.constantFrom('float32', 'int32', 'bool'), async ([shape, ranges], dtype) => {
      const begin = ranges.map(([start]) => start);
      const size = ranges.map(([start, end]) => end - start);
      expect(await sliced('wasm', shape, begin, size, dtype)).toEqual(await sliced('cpu', shape, begin, size, dtype));
    }),
  );
});

test('reads nothing out of the heap, and takes -1 for the rest', async () => {
  await tf.setBackend('wasm');
  const backend = tf.backend() as BackendWasm;
  const x = tf.reshape(tf.range(0, 24), [2, 3, 4]);
  const read = backend.readSync.bind(backend);
  backend.readSync = () => {
    throw new Error('read');
  };
  const y = tf.slice(x, [0, 1, 2], [-1, -1, 1]);
  backend.readSync = read;
  expect(Array.from(y.dataSync())).toEqual([6, 10, 18, 22]);
  tf.dispose([x, y]);
});
