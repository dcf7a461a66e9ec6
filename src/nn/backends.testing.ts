// Runs a suite on the backends that Node has: cpu and wasm. A missing backend is a visible skip, or a failure where the
// job requires it (REQUIRE_WASM=1). Every test must leave as many tensors as it found.
import '@tensorflow/tfjs'; // registers the gradients
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { registerKernels } from './kernels/register';

export type TestBackend = 'cpu' | 'wasm';
export const TEST_BACKENDS: readonly TestBackend[] = ['cpu', 'wasm'];

/** Makes a backend the current one, with our kernels; false if it does not exist here. */
export async function useBackend(backend: TestBackend): Promise<boolean> {
  await registerKernels(backend);
  try {
    if (!(await tf.setBackend(backend))) return false;
  } catch {
    return false;
  }
  await tf.ready();
  return tf.getBackend() === backend;
}

/** A suite for each backend; its tests run on that backend and are checked for leaks. */
export function describeBackends(name: string, suite: (backend: TestBackend) => void): void {
  for (const backend of TEST_BACKENDS) {
    describe(`${name} on ${backend}`, () => {
      let here = false;
      let tensors = 0;
      beforeAll(async () => {
        here = await useBackend(backend);
        if (!here && process.env[`REQUIRE_${backend.toUpperCase()}`] !== undefined)
          throw new Error(`The backend ${backend} was promised and does not start.`);
      });
      beforeEach(({ skip }) => {
        skip(!here, `no ${backend} backend here`);
        tensors = tf.memory().numTensors;
      });
      afterEach(() => {
        if (here) expect(tf.memory().numTensors, 'tensors left behind').toBe(tensors);
      });
      suite(backend);
    });
  }
}

/** Numbers of a tensor, which is then disposed. */
export async function take(x: tf.Tensor): Promise<Float32Array> {
  const values = Float32Array.from(await x.data());
  x.dispose();
  return values;
}

/** Largest magnitude. */
export function maxAbs(values: ArrayLike<number>): number {
  return Array.from(values).reduce((max, v) => Math.max(max, Math.abs(v)), 0);
}

/** Runs `body` without the kernels of these names on the current backend, so that composed operations are used. */
export async function withoutKernels(names: readonly string[], body: () => Promise<void>): Promise<void> {
  const backend = tf.getBackend();
  for (const name of names) tf.unregisterKernel(name, backend);
  try {
    await body();
  } finally {
    await registerKernels(backend);
  }
}
