// Our own WebAssembly functions, working in tfjs' heap. `npm run kernels` compiles the bytes from assembly/; the memory
// they import is exported by tfjs-backend-wasm's module.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { FUSED_KERNEL_BYTES, KERNEL_BYTES } from './kernelBytes';

/** A byte address in tfjs' heap. */
export type Address = number;

/** The exports of assembly/, with the same argument order; arrays of addresses and sizes are spread. */
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

/** The memory of tfjs' module: emscripten stores the module's exports as `asm`, which tfjs' types do not include. */
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
      // No (relaxed) SIMD, a shared memory (tfjs' threaded module), or a policy against compiling: use the next module,
      // or the plain loops.
    }
  return undefined;
}

/**
 * `fused`: products and sums of convolutions rounded once, where the engine and CPU support it (relaxed SIMD); `plain`:
 * rounded twice, with identical bits everywhere; `off`: loops in JavaScript and tfjs' own kernels.
 */
export type KernelMode = 'fused' | 'plain' | 'off';

const MODULES: Readonly<Record<KernelMode, readonly string[]>> = {
  fused: [FUSED_KERNEL_BYTES, KERNEL_BYTES],
  plain: [KERNEL_BYTES],
  off: [],
};

const instances = new WeakMap<BackendWasm, KernelFunctions | undefined>();

/** Our functions on this backend's heap, or undefined if they cannot run; then the plain loops are used. */
export function kernelFunctions(backend: BackendWasm): KernelFunctions | undefined {
  if (!instances.has(backend)) setKernelMode(backend, 'fused');
  return instances.get(backend);
}

/** Sets the implementation used on this backend from now on: for tests and measurements. */
export function setKernelMode(backend: BackendWasm, mode: KernelMode): void {
  instances.set(backend, instantiate(backend, MODULES[mode]));
}
