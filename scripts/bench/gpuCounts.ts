// Counts the requests to a GPU: dispatches, submits and buffers, by wrapping WebGPU's own methods.

export interface GpuCounts {
  readonly dispatches: number;
  readonly submits: number;
  readonly buffers: number;
}

interface Prototypes {
  readonly GPUComputePassEncoder: { prototype: Record<string, unknown> };
  readonly GPUQueue: { prototype: Record<string, unknown> };
  readonly GPUDevice: { prototype: Record<string, unknown> };
}

const WRAPPED = {
  dispatches: ['GPUComputePassEncoder', 'dispatchWorkgroups'],
  submits: ['GPUQueue', 'submit'],
  buffers: ['GPUDevice', 'createBuffer'],
} as const;

/** The GPU requests of `work`; needs the WebGPU classes to be global. */
export async function countGpu(work: () => unknown): Promise<GpuCounts> {
  const counts = { dispatches: 0, submits: 0, buffers: 0 };
  const undo = Object.entries(WRAPPED).map(([name, [type, method]]) => {
    const { prototype } = (globalThis as unknown as Prototypes)[type];
    const original = prototype[method] as (...args: unknown[]) => unknown;
    prototype[method] = function (this: unknown, ...args: unknown[]) {
      counts[name as keyof GpuCounts]++;
      return original.apply(this, args);
    };
    return () => {
      prototype[method] = original;
    };
  });
  try {
    await work();
  } finally {
    for (const restore of undo) restore();
  }
  return counts;
}
