// The page of benchIntegers.ts.
import '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { registerKernels } from '../../src/nn/kernels/register';
import type { NetworkId } from '../../src/zoo/registry';
import { integerSubjects, type Subject } from './integerSpeed';

let subjects: Subject[] = [];

Object.assign(globalThis, {
  /** Ids of the subjects of a network. */
  async prepare(id: NetworkId, batch: number): Promise<string[]> {
    setWasmPaths('/');
    await registerKernels('wasm');
    await tf.setBackend('wasm');
    subjects = integerSubjects(id, batch, 'fused');
    return subjects.map((subject) => subject.id);
  },
  run: (i: number) => [...subjects[i].run()],
});
