// Caches results of inference steps between evaluations, so that changing layer k recomputes only from layer k on. A
// result is keyed by everything that went into it (its signature), so a hit is exactly the tensor that a full pass
// computes.
import type * as tf from '@tensorflow/tfjs-core';
import type { StepMemo } from '../nn/inference';
import type { Step } from '../nn/plan';

interface Entry {
  readonly signature: number;
  readonly tensor: tf.Tensor;
}

/** 384 MB: all of ResNet-8 or the block boundaries of ResNet-20 for 512 images, with room to spare. */
export const DEFAULT_CACHE_BYTES = 384e6;

/**
 * Which steps to cache for `images` images: all if they fit; otherwise those that alone determine everything that
 * follows (block boundaries), the deepest first because they save most per byte.
 */
export function stepsToKeep(steps: readonly Step[], images: number, budgetBytes: number): ReadonlySet<number> {
  const bytes = (i: number) => steps[i].size * 4 * images;
  const all = steps.map((_, i) => i);
  if (all.reduce((sum, i) => sum + bytes(i), 0) <= budgetBytes) return new Set(all);
  const kept = new Set<number>();
  let used = 0;
  for (const i of all.filter((step) => steps[step].cut).reverse()) {
    if (used + bytes(i) > budgetBytes) continue;
    used += bytes(i);
    kept.add(i);
  }
  return kept;
}

/** Results by batch and step. Dispose it with its network or data set. */
export class PrefixCache {
  /** Called when this is disposed, e.g. to drop caches that belong to it elsewhere. */
  readonly whenDisposed: (() => void)[] = [];
  private readonly entries = new Map<number, Map<number, Entry>>();
  private bytes = 0;
  private most: number;

  constructor(readonly budgetBytes = DEFAULT_CACHE_BYTES) {
    this.most = budgetBytes;
  }

  /** Bytes of the results held. */
  get heldBytes(): number {
    return this.bytes;
  }

  /**
   * Holds at most so many bytes from now on: the budget, or a share of it while other engines hold the rest. Makes room where
   * that is less than it holds: by batches that are not `wanted` first.
   */
  holdAtMost(bytes: number, wanted: (batch: number) => boolean = () => true): void {
    this.most = bytes;
    const order = [...this.entries.keys()].sort((a, b) => Number(wanted(a)) - Number(wanted(b)) || b - a);
    for (const index of order) {
      if (this.bytes <= bytes) return;
      const batch = this.entries.get(index) as Map<number, Entry>;
      for (const { tensor } of batch.values()) {
        this.bytes -= tensor.size * 4;
        tensor.dispose();
      }
      // Memos of the batch go on with the same map.
      batch.clear();
    }
  }

  /** The memo of one batch; `keep` comes from `stepsToKeep`. */
  batch(index: number, keep: ReadonlySet<number>): StepMemo {
    let batch = this.entries.get(index);
    if (batch === undefined) {
      batch = new Map();
      this.entries.set(index, batch);
    }
    const held = batch;
    return {
      get: (step, signature) => {
        const entry = held.get(step);
        return entry?.signature === signature ? entry.tensor : undefined;
      },
      wants: (step) => keep.has(step),
      offer: (step, signature, result) => {
        const old = held.get(step);
        const size = result.size * 4;
        const freed = old === undefined ? 0 : old.tensor.size * 4;
        if (!keep.has(step) || this.bytes - freed + size > this.most) return false;
        old?.tensor.dispose();
        this.bytes += size - freed;
        held.set(step, { signature, tensor: result });
        return true;
      },
    };
  }

  dispose(): void {
    for (const batch of this.entries.values()) for (const { tensor } of batch.values()) tensor.dispose();
    this.entries.clear();
    this.bytes = 0;
    for (const tell of this.whenDisposed.splice(0)) tell();
  }
}

/** Share of the multiplications that a run saved, from the steps it executed. `macs` by layer id. */
export function savedShare(
  steps: readonly Step[],
  executed: ReadonlySet<number>,
  macs: ReadonlyMap<string, number>,
): number {
  let done = 0;
  let total = 0;
  steps.forEach(({ node }, i) => {
    const cost = macs.get(node.id) ?? 0;
    total += cost;
    if (executed.has(i)) done += cost;
  });
  return 1 - done / total;
}
