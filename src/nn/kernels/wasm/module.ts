// Our own WebAssembly functions, working in tfjs' heap: the bytes are compiled from assembly/ by `npm run kernels`, the
// memory they import is the one that tfjs-backend-wasm's module exports.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { KERNEL_BYTES } from './kernelBytes';

/** A byte address in tfjs' heap. */
export type Address = number;

/** What assembly/ exports, in its order of arguments; arrays of addresses and sizes are spread. */
export type KernelFunctions = Readonly<Record<KernelFunction, (...numbers: number[]) => void>>;

export type KernelFunction =
  | 'batchMoments'
  | 'batchNormalize'
  | 'batchNormGrad'
  | 'fakeQuant'
  | 'fakeQuantGrad'
  | 'sgdStep'
  | 'maxPoolGrad'
  | 'convFilterGrad'
  | 'convInputGrad';

/** The memory of tfjs' module: emscripten keeps the module's exports as `asm`, which tfjs' types do not know. */
function heapOf(backend: BackendWasm): WebAssembly.Memory | undefined {
  const { asm } = (backend as unknown as { wasm: { asm?: WebAssembly.Exports } }).wasm;
  return Object.values(asm ?? {}).find((value) => value instanceof WebAssembly.Memory);
}

function instantiate(backend: BackendWasm): KernelFunctions | undefined {
  const memory = heapOf(backend);
  if (memory === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(KERNEL_BYTES), (letter) => letter.charCodeAt(0));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    return exports as unknown as KernelFunctions;
  } catch {
    // No SIMD, a shared memory (tfjs' threaded module), or a policy against compiling: the plain loops do the work.
    return undefined;
  }
}

const instances = new WeakMap<BackendWasm, KernelFunctions | undefined>();

/** Our functions on this backend's heap, or nothing where they cannot run; then the plain loops are used. */
export function kernelFunctions(backend: BackendWasm): KernelFunctions | undefined {
  if (!instances.has(backend)) instances.set(backend, instantiate(backend));
  return instances.get(backend);
}

/** Makes the plain loops (false) or our functions (true) do the work on this backend: for tests and measurements. */
export function useKernelFunctions(backend: BackendWasm, on: boolean): void {
  if (on) instances.delete(backend);
  else instances.set(backend, undefined);
}
