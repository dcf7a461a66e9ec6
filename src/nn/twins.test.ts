// The twins that e2e/twins.webgpu.spec.ts runs on WebGPU, here on Node's backends.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { quantizers } from '../quant/registry';
import { describeBackends } from './backends.testing';
import { blockFloatForward } from './kernels/blockFloatHeap';
import { isNear, type TwinDifference, twinDifferences } from './twins.testing';

async function run(): Promise<TwinDifference[]> {
  const all: TwinDifference[] = [];
  for await (const difference of twinDifferences()) all.push(difference);
  return all;
}

describeBackends('every twin', (backend) => {
  test('equals quant/, forward and backward', async () => {
    const all = await run();
    expect(all.filter((difference) => !isNear(difference))).toEqual([]);
    for (const id of [...Object.keys(quantizers), 'bfp', 'pact', 'grid'])
      expect(all.some(({ twin }) => twin.startsWith(id))).toBe(true);
  });

  test('that is wrong is detected', async () => {
    const right = tf.getKernel(blockFloatForward.name, backend);
    tf.unregisterKernel(blockFloatForward.name, backend);
    tf.registerKernel({ ...right, kernelFunc: ({ inputs }) => tf.mul(inputs.x as tf.Tensor, 1.001) });
    try {
      expect((await run()).filter((difference) => !isNear(difference)).map(({ twin }) => twin)).toContain(
        'bfp, blocks of 4, 3 bits',
      );
    } finally {
      tf.unregisterKernel(blockFloatForward.name, backend);
      tf.registerKernel(right);
    }
  });
});
