// A device for tests, by Dawn for Node, where the `webgpu` package and an adapter are: otherwise a visible skip, and a failure
// where the job promises it (REQUIRE_WEBGPU=1). Any adapter does, a software one too (VK_DRIVER_FILES names its file).
import { describe, expect, onTestFinished } from 'vitest';

let faults: string[] = [];

async function openDevice(): Promise<GPUDevice | undefined> {
  const name = 'webgpu'; // optional: not to be resolved by the compiler
  try {
    const { create, globals } = await import(/* @vite-ignore */ name);
    Object.assign(globalThis, globals);
    const gpu: GPU = create([]);
    const adapter = await gpu.requestAdapter();
    const device = await adapter?.requestDevice(); // with WebGPU's default limits
    device?.addEventListener('uncapturederror', ({ error }) => faults.push(error.message));
    if (device === undefined) return undefined;
    // Waiting for another thread, Dawn for Node takes as much of the processor as compiling does.
    device.createComputePipelineAsync = async (descriptor) => device.createComputePipeline(descriptor);
    // What it came from must live as long as it.
    Object.assign(device, { adapter, gpu });
    return device;
  } catch {
    return undefined;
  }
}
const device = await openDevice();

/** A suite on a device of WebGPU's default limits; a test fails when the device refuses something. */
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
