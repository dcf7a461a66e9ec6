// A training step as plain data: a fixed list of dispatches over a fixed set of buffers (planStep.ts makes it, compiledStep.ts
// runs it).
import type { TileOptions } from './threadTile';
import type { Kernel, Places } from './wgsl';

/**
 * Toward labels, or the outputs of a teacher at a temperature: `labels` are the classes [n], or its logits [n, classes].
 */
export type StepGoal = { readonly labelSmoothing: number } | { readonly temperature: number };

/** Images on the device. */
export interface HeldImages {
  /** How many there is room for. */
  readonly count: number;
  /** `[channels, 256]`: the normalized value of each byte. */
  readonly table: Float32Array<ArrayBuffer>;
}

export interface PlanOptions extends Partial<TileOptions> {
  /** Images per step. */
  readonly batch: number;
  readonly goal: StepGoal;
  /** Where batches come from; if absent, the caller writes `image`. */
  readonly images?: HeldImages;
}

export interface Dispatch {
  readonly kind: string;
  readonly kernel: Kernel;
  /** Names of buffers, by the kernel's names for them. */
  readonly bindings: Readonly<Record<string, string>>;
  readonly places: Places;
}

/** Where a parameter's values are. */
export interface ParameterPlace {
  readonly room: 'params' | 'running';
  readonly at: number;
  readonly shape: readonly number[];
}

export interface BufferPlan {
  /** In 4-byte words. */
  readonly size: number;
  readonly data?: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
}

export interface StepPlan {
  readonly dispatches: readonly Dispatch[];
  /** `image` or `pixels` and `shown`, `labels`, `params`, `velocity`, `running` and `halt` are read and written from outside. */
  readonly buffers: ReadonlyMap<string, BufferPlan>;
  readonly parameters: ReadonlyMap<string, ParameterPlace>;
  /** In `params`: loss and correct predictions of each of the latest steps, `SLOTS` of them. */
  readonly metrics: number;
}

/** The most steps whose metrics are kept until they are read. */
export const SLOTS = 32;

/** Assigns buffers to activations and gradients; buffers of equal size are reused once nothing reads them any more. */
export function shareMemory(
  dispatches: readonly Dispatch[],
  passing: ReadonlyMap<string, number>,
  shared: ReadonlyMap<string, BufferPlan>,
): Pick<StepPlan, 'dispatches' | 'buffers'> {
  const lastUse = new Map<string, number>();
  dispatches.forEach(({ bindings }, i) => {
    for (const buffer of Object.values(bindings)) lastUse.set(buffer, i);
  });
  const buffers = new Map(shared);
  const free = new Map<number, string[]>();
  const given = new Map<string, string>();
  const assigned = dispatches.map((dispatch, i) => {
    const names = [...new Set(Object.values(dispatch.bindings))].filter((buffer) => passing.has(buffer));
    for (const buffer of names) {
      if (given.has(buffer)) continue;
      const size = passing.get(buffer) as number;
      const reused = free.get(size)?.pop();
      const made = reused ?? `shared${buffers.size}`;
      buffers.set(made, { size });
      given.set(buffer, made);
    }
    for (const buffer of names)
      if (lastUse.get(buffer) === i) {
        const size = passing.get(buffer) as number;
        free.set(size, [...(free.get(size) ?? []), given.get(buffer) as string]);
      }
    const bindings = Object.entries(dispatch.bindings).map(([key, buffer]) => [key, given.get(buffer) ?? buffer]);
    return { ...dispatch, bindings: Object.fromEntries(bindings) as Record<string, string> };
  });
  return { dispatches: assigned, buffers };
}
