// Kernels written as loops over numbers, for the two backends whose tensors are in memory that JavaScript can access:
// cpu (typed arrays) and wasm (its heap). One pass over memory where composed operations would take five. On wasm a
// kernel may call our own WebAssembly functions; its loop is then their reference and fallback.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { type Address, type KernelFunctions, kernelFunctions } from './wasm/module';

/** The backends whose memory is accessible. */
export const HEAP_BACKENDS = ['cpu', 'wasm'] as const;

interface CpuBackend extends tf.KernelBackend {
  data: tf.DataStorage<{ values: Float32Array }>;
  makeTensorInfo(shape: number[], dtype: 'float32', values: Float32Array): tf.TensorInfo;
}

/** The loop of a kernel: reads `inputs` (in the order of their names), writes all of `outputs`. */
export type HeapLoop = (inputs: readonly Float32Array[], outputs: readonly Float32Array[], call: HeapCall) => void;

/** What a loop may need besides the numbers. */
export interface HeapCall {
  readonly shapes: readonly (readonly number[])[];
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** A kernel's implementation by WebAssembly functions, with addresses in place of the loop's arrays. */
export interface WasmWork {
  /** Bytes of scratch memory that `run` gets besides inputs and outputs. */
  scratchBytes?(call: HeapCall): number;
  run(
    functions: KernelFunctions,
    inputs: readonly Address[],
    outputs: readonly Address[],
    call: HeapCall,
    scratch: Address,
  ): void;
}

/** A kernel's inputs in order, and the shapes of its outputs. */
export interface HeapKernel {
  readonly name: string;
  readonly inputs: readonly string[];
  outputs(call: HeapCall): readonly (readonly number[])[];
  readonly loop: HeapLoop;
  readonly wasm?: WasmWork;
}

/** Numbers in a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, d) => product * d, 1);
}

/** Runs a kernel by WebAssembly functions, into `outputs`. */
export function runFunctions(
  work: WasmWork,
  backend: BackendWasm,
  functions: KernelFunctions,
  inputs: readonly tf.TensorInfo[],
  outputs: readonly tf.TensorInfo[],
  call: HeapCall,
): void {
  const address = (t: tf.TensorInfo): Address => backend.dataIdMap.get(t.dataId).memoryOffset;
  const bytes = work.scratchBytes?.(call) ?? 0;
  const scratch = bytes > 0 ? backend.makeOutput([Math.ceil(bytes / 4)], 'float32') : undefined;
  const scratchAddress = scratch === undefined ? 0 : address(scratch);
  work.run(functions, inputs.map(address), outputs.map(address), call, scratchAddress);
  if (scratch !== undefined) backend.disposeData(scratch.dataId);
}

/** Registers a loop as a tfjs kernel on one of the heap backends, replacing one of the same name. */
export function registerHeapKernel(kernel: HeapKernel, backendName: (typeof HEAP_BACKENDS)[number]): void {
  if (tf.getKernel(kernel.name, backendName) !== undefined) tf.unregisterKernel(kernel.name, backendName);
  tf.registerKernel({
    kernelName: kernel.name,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const tensors = kernel.inputs.map((name) => inputs[name] as tf.TensorInfo);
      const call: HeapCall = { shapes: tensors.map((t) => t.shape), attrs: (attrs ?? {}) as Record<string, unknown> };
      const shapes = kernel.outputs(call);
      const results = backendName === 'wasm' ? runOnWasm(backend as BackendWasm) : runOnCpu(backend as CpuBackend);
      return results.length === 1 ? results[0] : results;

      function runOnWasm(wasm: BackendWasm): tf.TensorInfo[] {
        // Outputs first: allocating may grow the heap, which detaches earlier views of it.
        const outputs = shapes.map((shape) => wasm.makeOutput([...shape], 'float32'));
        const functions = kernel.wasm && kernelFunctions(wasm);
        if (kernel.wasm !== undefined && functions !== undefined) {
          runFunctions(kernel.wasm, wasm, functions, tensors, outputs, call);
          return outputs;
        }
        const view = (t: tf.TensorInfo) => wasm.typedArrayFromHeap(t) as Float32Array;
        kernel.loop(tensors.map(view), outputs.map(view), call);
        return outputs;
      }

      function runOnCpu(cpu: CpuBackend): tf.TensorInfo[] {
        const outputs = shapes.map((shape) => new Float32Array(sizeOf(shape)));
        kernel.loop(
          tensors.map((t) => cpu.data.get(t.dataId).values),
          outputs,
          call,
        );
        return outputs.map((values, i) => cpu.makeTensorInfo([...shapes[i]], 'float32', values));
      }
    },
  });
}
