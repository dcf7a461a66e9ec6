// Our own WebAssembly functions, working in tfjs' heap. `npm run kernels` compiles the bytes from assembly/; the memory
// they import is exported by tfjs-backend-wasm's module.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { FUSED_KERNEL_BYTES, INTEGER_BYTES, KERNEL_BYTES, RELAXED_INTEGER_BYTES } from './kernelBytes';

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
  | 'convInputGrad'
  | 'copyRuns';

/** Functions of layers of integers, and how they are best used here. */
export interface IntegerFunctions {
  readonly convolveWords: IntegerFunction;
  readonly depthwiseWords: IntegerFunction;
  /** Needs relaxed SIMD. */
  readonly convolveBytes?: IntegerFunction;
  readonly quantizeCodes: (...numbers: number[]) => number;
  readonly addCodes: (...numbers: number[]) => number;
  readonly maxPoolCodes: IntegerFunction;
  /** True if one instruction adds four products of bytes to a sum of 32 bits. */
  readonly addsFour: boolean;
}

type IntegerFunction = (...numbers: number[]) => void;

/** The memory of tfjs' module: emscripten stores the module's exports as `asm`, which tfjs' types do not include. */
function heapOf(backend: BackendWasm): WebAssembly.Memory | undefined {
  const { asm } = (backend as unknown as { wasm: { asm?: WebAssembly.Exports } }).wasm;
  return Object.values(asm ?? {}).find((value) => value instanceof WebAssembly.Memory);
}

/** Exports of the first of some modules that compiles here. */
function instantiate(backend: BackendWasm, allowed: readonly string[]): WebAssembly.Exports | undefined {
  const memory = heapOf(backend);
  if (memory === undefined) return undefined;
  for (const base64 of allowed)
    try {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
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

/** Functions of the module of products of bytes that show what its instructions do. */
interface Probes {
  readonly twoProducts: (weight: number, window: number) => number;
  readonly fourProducts: (weight: number, window: number, start: number) => number;
}

function integersOf(backend: BackendWasm, mode: KernelMode): IntegerFunctions | undefined {
  const plain = mode === 'off' ? undefined : instantiate(backend, [INTEGER_BYTES]);
  if (plain === undefined) return undefined;
  const relaxed = mode === 'fused' ? instantiate(backend, [RELAXED_INTEGER_BYTES]) : undefined;
  const { twoProducts, fourProducts } = (relaxed ?? {}) as unknown as Partial<Probes>;
  // Engines in which these instructions are an experiment have them wrong: Node 20's first compiler adds products twice.
  const works = twoProducts?.(-128, 127) === -2 * 128 * 127;
  const addsFour = fourProducts?.(-128, 127, 5) === 5 - 4 * 128 * 127 && fourProducts(127, 255, 0) !== 2 * 32767;
  return { ...plain, ...(works && relaxed), addsFour: works && addsFour } as unknown as IntegerFunctions;
}

interface Instances {
  readonly functions: KernelFunctions | undefined;
  readonly integers: IntegerFunctions | undefined;
}

const instances = new WeakMap<BackendWasm, Instances>();

function instancesOf(backend: BackendWasm): Instances | undefined {
  if (!instances.has(backend)) setKernelMode(backend, 'fused');
  return instances.get(backend);
}

/** Our functions on this backend's heap, or undefined if they cannot run; then the plain loops are used. */
export function kernelFunctions(backend: BackendWasm): KernelFunctions | undefined {
  return instancesOf(backend)?.functions;
}

/** Our functions for layers of integers, or undefined if they cannot run; then floats that are integers are added. */
export function integerFunctions(backend: BackendWasm): IntegerFunctions | undefined {
  return instancesOf(backend)?.integers;
}

/**
 * Sets the implementation used on this backend from now on: for tests and measurements. Without `integers`, layers of
 * integers add floats.
 */
export function setKernelMode(backend: BackendWasm, mode: KernelMode, integers = true): void {
  instances.set(backend, {
    functions: instantiate(backend, MODULES[mode]) as unknown as KernelFunctions | undefined,
    integers: integers ? integersOf(backend, mode) : undefined,
  });
}
