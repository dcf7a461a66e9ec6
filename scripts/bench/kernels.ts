// Two kernels of a training step on wasm, each against JS loops and tfjs' own operations.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '../../src/math/rng';
import { batchNormTrain } from '../../src/nn/batchNorm';
import { type KernelMode, setKernelMode } from '../../src/nn/kernels/wasm/module';
import type { Report } from './lines';
import { compareInTurns, within } from './turns';

/** The first stage of ResNet-20 at batch 64. */
const SHAPE: [number, number, number, number] = [64, 32, 32, 16];

function normals(shape: readonly number[], seed: number): tf.Tensor {
  const rng = createRng(seed);
  return tf.tensor(
    Float32Array.from({ length: shape.reduce((p, d) => p * d, 1) }, () => rng.normal()),
    [...shape],
  );
}

/** `work` in the best mode of our functions against the loops. */
async function compareModes(report: Report, id: string, best: KernelMode, work: () => tf.Tensor): Promise<void> {
  const run = async (mode: KernelMode) => {
    setKernelMode(tf.backend() as BackendWasm, mode);
    const result = tf.tidy(work);
    const values = Float32Array.from(await result.data());
    result.dispose();
    return values;
  };
  await compareInTurns<Float32Array>(
    report,
    { id, backend: 'wasm', unit: 'runs/s', per: 1 },
    { ours: () => run(best), baseline: () => run('off'), same: within(1e-4) },
  );
  setKernelMode(tf.backend() as BackendWasm, best);
}

/** The gradient of a 3x3 kernel. */
export async function filterGradient(report: Report, best: KernelMode): Promise<void> {
  const [x, kernel, dy] = [normals(SHAPE, 1), normals([3, 3, 16, 16], 2), normals(SHAPE, 3)];
  const gradient = tf.grad((w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'));
  await compareModes(report, 'filter-gradient', best, () => gradient(kernel, dy));
  tf.dispose([x, kernel, dy]);
}

/** A batch norm forward and backward: the gradient of its input. */
export async function batchNorm(report: Report, best: KernelMode): Promise<void> {
  const [x, gamma, beta, dy] = [normals(SHAPE, 1), normals([16], 2), normals([16], 3), normals(SHAPE, 4)];
  const gradient = tf.grad(
    (input: tf.Tensor) => batchNormTrain(input, gamma as tf.Tensor1D, beta as tf.Tensor1D, 1e-5).y,
  );
  await compareModes(report, 'batch-norm', best, () => gradient(x, dy));
  tf.dispose([x, gamma, beta, dy]);
}
