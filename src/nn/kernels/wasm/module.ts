// Our own WebAssembly functions, working in tfjs' heap: the bytes are compiled from assembly/ by `npm run kernels`, the
// memory they import is the one that tfjs-backend-wasm's module exports.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { FUSED_KERNEL_BYTES, KERNEL_BYTES } from './kernelBytes';

/** A byte address in tfjs' heap. */
export type Address = number;

/** What assembly/ exports, in its order of arguments; arrays of addresses and sizes are spread. */
export type KernelFunctions = Readonly<Record<KernelFunction, (...numbers: number[]) => void>>;

export type KernelFunction =
  | 'batchMoments'
  | 'batchNormalize'
  | 'batchNormGrad'
  | 'blockFloat'
  | 'fakeQuant'
  | 'fakeQuantGrad'
  | 'learnedInputGrad'
  | 'sgdStep'
  | 'maxPoolGrad'
  | 'convForward'
  | 'convFilterGrad'
  | 'convInputGrad';

/** The memory of tfjs' module: emscripten keeps the module's exports as `asm`, which tfjs' types do not know. */
function heapOf(backend: BackendWasm): WebAssembly.Memory | undefined {
  const { asm } = (backend as unknown as { wasm: { asm?: WebAssembly.Exports } }).wasm;
  return Object.values(asm ?? {}).find((value) => value instanceof WebAssembly.Memory);
}

function instantiate(backend: BackendWasm, allowed: readonly string[]): KernelFunctions | undefined {
  const memory = heapOf(backend);
  if (memory === undefined) return undefined;
  for (const base64 of allowed)
    try {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
      return exports as unknown as KernelFunctions;
    } catch {
      // No (relaxed) SIMD, a shared memory (tfjs' threaded module), or a policy against compiling: the next one, or the
      // plain loops, do the work.
    }
  return undefined;
}

/**
 * `fused`: products and sums of convolutions rounded once, where the engine and the processor can (relaxed SIMD);
 * `plain`: rounded twice, the same bits everywhere; `off`: loops in JavaScript and tfjs' own kernels.
 */
export type KernelMode = 'fused' | 'plain' | 'off';

const MODULES: Readonly<Record<KernelMode, readonly string[]>> = {
  fused: [FUSED_KERNEL_BYTES, KERNEL_BYTES],
  plain: [KERNEL_BYTES],
  off: [],
};

const instances = new WeakMap<BackendWasm, KernelFunctions | undefined>();

/** Our functions on this backend's heap, or nothing where they cannot run; then the plain loops are used. */
export function kernelFunctions(backend: BackendWasm): KernelFunctions | undefined {
  if (!instances.has(backend)) setKernelMode(backend, 'fused');
  return instances.get(backend);
}

/** Chooses who does the work on this backend from now on: for tests and measurements. */
export function setKernelMode(backend: BackendWasm, mode: KernelMode): void {
  instances.set(backend, instantiate(backend, MODULES[mode]));
}
