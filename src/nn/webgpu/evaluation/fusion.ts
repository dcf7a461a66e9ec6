// Which steps of an inference one dispatch computes: a convolution together with the sum that follows it, and with the
// shortcut's subsampling and padding. Plain data; no tensors.
import type { Step } from '../../plan';

/** The other input of a sum: every `strides`-th pixel of a step's result, with `before` zero channels in front. */
export interface FusedShortcut {
  readonly strides: readonly [h: number, w: number];
  readonly before: number;
}

/** A convolution and the sum after it, as one step. It reads the convolution's input, then the shortcut's. */
export interface FusedSum {
  /** Index of the convolution. */
  readonly layer: number;
  readonly shortcut: FusedShortcut;
}

export interface Fusion {
  /** What each step reads once steps are fused; those inside others are read by nothing. */
  readonly inputs: readonly (readonly number[])[];
  /** By the index of the sum. */
  readonly sums: ReadonlyMap<number, FusedSum>;
  /** The steps that a sum computes besides its own, by the index of the sum. */
  readonly inside: ReadonlyMap<number, readonly number[]>;
}

/** Fuses steps. `inputs` are what they read: fewer than in the steps if branches are skipped. */
export function fuseSteps(steps: readonly Step[], inputs: readonly (readonly number[])[]): Fusion {
  const uses = new Map<number, number>();
  for (const read of inputs) for (const i of read) uses.set(i, (uses.get(i) ?? 0) + 1);
  const isAlone = (i: number) => uses.get(i) === 1;
  const fused = inputs.map((read) => [...read]);
  const sums = new Map<number, FusedSum>();
  const inside = new Map<number, readonly number[]>();
  steps.forEach(({ node }, i) => {
    const read = inputs[i];
    if (node.op !== 'add' || read.length !== 2) return;
    // The later one, which in a residual block is the projection: a change of either repeats the smaller convolution.
    const layer = Math.max(...read.filter((j) => steps[j].node.op === 'conv2d' && isAlone(j)));
    if (!Number.isFinite(layer)) return;
    let from = read[0] === layer ? read[1] : read[0];
    const taken = [layer];
    let [strides, before]: [FusedShortcut['strides'], number] = [[1, 1], 0];
    const pad = steps[from].node;
    if (pad.op === 'pad' && isAlone(from) && pad.padding.every((p) => p === 0)) {
      taken.push(from);
      before = pad.channels[0];
      [from] = inputs[from];
    }
    const subsample = steps[from].node;
    if (subsample.op === 'subsample' && isAlone(from)) {
      taken.push(from);
      ({ strides } = subsample);
      [from] = inputs[from];
    }
    fused[i] = [inputs[layer][0], from];
    sums.set(i, { layer, shortcut: { strides, before } });
    inside.set(i, taken);
  });
  return { inputs: fused, sums, inside };
}
