// The results of the steps of one pass, as floats and as codes, for as long as later steps read them.
import type * as tf from '@tensorflow/tfjs-core';
import type { UniformGrid } from '../quant/uniformGrid';
import { sameGrid } from './codeFlow';
import { quantizeCodes, type Result } from './kernels/codesWasm';

interface Entry {
  float?: tf.Tensor;
  /** False if somebody else disposes `float`. */
  readonly ownsFloat: boolean;
  codes?: { readonly grid: UniformGrid; readonly tensor: tf.Tensor };
}

export class PassResults {
  private readonly entries = new Map<number, Entry>();

  /** `uses`: how many steps read each. */
  constructor(private readonly uses: Map<number, number>) {}

  /** Adds a step's result; `grid` is that of its codes. */
  set(step: number, { float, codes }: Result, ownsFloat: boolean, grid?: UniformGrid): void {
    this.entries.set(step, {
      ...(float && { float }),
      ownsFloat,
      ...(codes && grid && { codes: { grid, tensor: codes } }),
    });
  }

  has(step: number): boolean {
    return this.entries.has(step);
  }

  /** A result as floats, if it exists as floats. */
  float(step: number): tf.Tensor | undefined {
    return this.entries.get(step)?.float;
  }

  /** A result as codes; undefined if it contains NaN. */
  codes(step: number, grid: UniformGrid): tf.Tensor | undefined {
    const entry = this.entries.get(step);
    if (entry === undefined) return undefined;
    if (entry.codes !== undefined && sameGrid(entry.codes.grid, grid)) return entry.codes.tensor;
    const tensor = entry.float && quantizeCodes(entry.float, grid);
    if (tensor === undefined) return undefined;
    entry.codes?.tensor.dispose();
    entry.codes = { grid, tensor };
    return tensor;
  }

  /** One step that reads a result is done; after the last one it is disposed. */
  release(step: number): void {
    const left = (this.uses.get(step) as number) - 1;
    this.uses.set(step, left);
    if (left > 0) return;
    const entry = this.entries.get(step);
    entry?.codes?.tensor.dispose();
    if (entry?.ownsFloat) entry.float?.dispose();
  }
}
