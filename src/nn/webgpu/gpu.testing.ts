// A device for tests, by Dawn for Node, if the `webgpu` package and an adapter are available; otherwise a visible skip,
// or a failure where the job requires it (REQUIRE_WEBGPU=1). Any adapter will do, including a software one
// (VK_DRIVER_FILES names its file).
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, onTestFinished } from 'vitest';
import { registerKernels } from '../kernels/register';

let faults: string[] = [];

async function openGpu(): Promise<GPU | undefined> {
  const name = 'webgpu'; // optional: not to be resolved by the compiler
  try {
    const { create, globals } = await import(/* @vite-ignore */ name);
    Object.assign(globalThis, globals);
    return create([]);
  } catch {
    return undefined;
  }
}
const gpu = await openGpu();

async function openDevice(): Promise<GPUDevice | undefined> {
  const adapter = await gpu?.requestAdapter();
  const device = await adapter?.requestDevice(); // with WebGPU's default limits
  if (device === undefined) return undefined;
  device.addEventListener('uncapturederror', ({ error }) => faults.push(error.message));
  // While waiting for another thread, Dawn for Node uses as much CPU as compiling does.
  device.createComputePipelineAsync = async (descriptor) => device.createComputePipeline(descriptor);
  // The instance must live as long as the device.
  return Object.assign(device, { adapter, gpu });
}
const device = await openDevice();

/** A device of its own, for tests that lose it; only inside `describeGpu`. */
export async function freshDevice(): Promise<GPUDevice> {
  return (await openDevice()) as GPUDevice;
}

/** A suite on a device with WebGPU's default limits; a test fails if the device reports an error. */
export function describeGpu(name: string, suite: (device: () => GPUDevice) => void): void {
  if (device === undefined && process.env.REQUIRE_WEBGPU !== undefined)
    throw new Error('WebGPU was promised and does not start.');
  describe.skipIf(device === undefined)(`${name} on webgpu`, () =>
    suite(() => {
      faults = [];
      onTestFinished(() => expect(faults).toEqual([]));
      return device as GPUDevice;
    }),
  );
}

let isRegistered = false;

/** Makes tfjs' WebGPU backend on the device the current one, with our kernels. */
export async function useGpu(device: GPUDevice): Promise<void> {
  if (!isRegistered) {
    const { adapter, gpu } = device as GPUDevice & { adapter: GPUAdapter; gpu: GPU };
    Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
    const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
    tf.removeBackend('webgpu');
    tf.registerBackend('webgpu', () => new WebGPUBackend(device as never, adapter.info as never));
    isRegistered = true;
  }
  await registerKernels('webgpu');
  await tf.setBackend('webgpu');
}
