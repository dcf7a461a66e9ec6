// What a batch adds to a step, as sums over its shards: gradients, increments of running statistics, losses, hits. A shard
// is a part of a batch that batch norms normalize by its own statistics. Sums are taken in the order of the shards, so that
// they do not depend on where each was computed.
import * as tf from '@tensorflow/tfjs-core';

/** A model whose steps can be made from shards. */
export interface Sharded<Options, Passes> {
  /**
   * Sums of the images [n, h, w, c] of one shard, which are `share` of the batch, for a loss that is a mean over images; and
   * the logits of each pass. Changes nothing. The caller owns arguments and results.
   */
  shard(images: tf.Tensor4D, loss: Loss, share: number, passes: Passes): ShardResult;
  /** Makes the step of a whole batch from its sums, which the caller owns. */
  apply(sums: StepSums, options: Options): void;
  /** Everything that steps change. */
  state(): Promise<ReadonlyMap<string, Float32Array>>;
  restore(state: ReadonlyMap<string, Float32Array>): void;
}

/** Mean loss of images from their logits [n, classes]. */
export type Loss = (logits: tf.Tensor2D) => tf.Scalar;

export interface ShardResult {
  readonly sums: StepSums;
  readonly logits: readonly tf.Tensor2D[];
}

/** Sums by what they are of. */
export type StepSums = Map<string, tf.Tensor>;

/** Correct predictions among the images. */
export const HITS = 'hits';
export const lossKey = (pass: number) => `loss:${pass}`;
export const gradientKey = (variable: string) => `gradient:${variable}`;
/** Increment of a running mean or variance in a pass. */
export const runningKey = (pass: number, variable: string) => `running:${pass}:${variable}`;

/** Entries of one kind, by the name behind the prefix. */
export function* entriesOf(sums: StepSums, prefix: string): Iterable<[name: string, sum: tf.Tensor]> {
  for (const [key, sum] of sums) if (key.startsWith(prefix)) yield [key.slice(prefix.length), sum];
}

/**
 * Gradients of `share` of the loss in `variables` by their names, that loss, and the logits. The caller owns all of them.
 */
export function backward(
  forward: () => tf.Tensor2D,
  loss: Loss,
  share: number,
  variables: tf.Variable[],
): { readonly loss: tf.Scalar; readonly grads: Readonly<Record<string, tf.Tensor>>; readonly logits: tf.Tensor2D } {
  let logits: tf.Tensor2D | undefined;
  const { value, grads } = tf.variableGrads(() => {
    const output = forward();
    logits = tf.keep(output.clone());
    return share === 1 ? loss(output) : tf.mul(loss(output), share);
  }, variables);
  return { loss: value, grads, logits: logits as tf.Tensor2D };
}

/** A step on a whole batch as one shard. Returns loss and logits of each pass, which the caller owns. */
export function wholeStep<Options, Passes>(
  model: Sharded<Options, Passes>,
  images: tf.Tensor4D,
  loss: Loss,
  passes: Passes,
  options: Options,
): { readonly loss: tf.Scalar; readonly logits: tf.Tensor2D }[] {
  const { sums, logits } = model.shard(images, loss, 1, passes);
  model.apply(sums, options);
  const losses = logits.map((_, pass) => (sums.get(lossKey(pass)) as tf.Scalar).clone());
  disposeSums(sums);
  return losses.map((loss, pass) => ({ loss, logits: logits[pass] }));
}

/** `a + b`; takes ownership of both. */
export function addSums(a: StepSums, b: StepSums): StepSums {
  const sums: StepSums = new Map();
  for (const [key, value] of a) {
    sums.set(key, tf.add(value, b.get(key) as tf.Tensor));
    tf.dispose([value, b.get(key) as tf.Tensor]);
  }
  return sums;
}

export function disposeSums(sums: StepSums): void {
  tf.dispose([...sums.values()]);
}

/** Sums as plain data, to be sent. */
export interface PackedSums {
  readonly parts: readonly (readonly [key: string, shape: readonly number[]])[];
  /** One after the other. */
  readonly values: Float32Array;
}

/** Takes ownership of `sums`. */
export async function packSums(sums: StepSums): Promise<PackedSums> {
  const parts = [...sums].map(([key, { shape }]) => [key, shape] as const);
  const values = new Float32Array([...sums.values()].reduce((size, sum) => size + sum.size, 0));
  let at = 0;
  for (const sum of sums.values()) {
    values.set(await sum.data<'float32'>(), at);
    at += sum.size;
  }
  disposeSums(sums);
  return { parts, values };
}

/** The caller owns the result. */
export function unpackSums({ parts, values }: PackedSums): StepSums {
  let at = 0;
  return new Map(
    parts.map(([key, shape]) => {
      const size = shape.reduce((product, n) => product * n, 1);
      at += size;
      return [key, tf.tensor(values.slice(at - size, at), [...shape])];
    }),
  );
}

/** `a + b` in 32 bits, stored in `a`. */
export function addPacked(a: PackedSums, b: PackedSums): PackedSums {
  const [x, y] = [a.values, b.values];
  for (let i = 0; i < x.length; i++) x[i] += y[i];
  return a;
}
