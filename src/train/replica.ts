// Data-parallel training: a batch is cut in order into shards, each normalized by its own statistics; a step adds up what
// the shards give, in their order. A replica holds a copy of the network and computes shards of any batch, so that it does
// not matter where a shard is computed: the sums, and so the weights, are the same to the bit.
import * as tf from '@tensorflow/tfjs-core';
import { type BatchPlan, composeBatch } from '../data/batch';
import { channelsOf, type Dataset, type ImageSet } from '../data/dataset';
import { addSums, disposeSums, HITS, lossKey, type Sharded, type StepSums } from '../nn/stepSums';
import type { GoalOf } from './goals';

/** A shard as a plan of its images, and its share of the batch. */
export interface Shard {
  readonly plan: BatchPlan;
  readonly share: number;
}

/** Cuts a batch in order into `shards` parts of nearly equal size; into one part per image if there are fewer images. */
export function cutBatch({ indices, flips, rows, columns }: BatchPlan, shards: number): Shard[] {
  const images = indices.length;
  const count = Math.max(1, Math.min(shards, images));
  const start = (shard: number) => Math.floor((shard * images) / count);
  return Array.from({ length: count }, (_, shard) => {
    const [from, to] = [start(shard), start(shard + 1)];
    const plan = {
      indices: indices.slice(from, to),
      flips: flips.slice(from, to),
      rows: rows.slice(from, to),
      columns: columns.slice(from, to),
    };
    return { plan, share: (to - from) / images };
  });
}

/** A network being trained, the images of its batches, and their goal; owns none of them. */
export class Replica<Options, Passes> {
  constructor(
    readonly model: Sharded<Options, Passes>,
    private readonly goalOf: GoalOf,
    private readonly images: ImageSet,
    private readonly dataset: Pick<Dataset, 'height' | 'width' | 'normalization'>,
  ) {}

  /**
   * The sums of one shard, with the hits of the first pass; `images` hold those of its plan. Changes nothing; the caller owns
   * the result.
   */
  shard({ plan, share }: Shard, passes: Passes, images = this.images): StepSums {
    const { input, goal } = this.open(plan, images);
    const { sums, logits } = this.model.shard(input, goal.loss, share, passes);
    sums.set(HITS, countRight(logits[0], goal.answers));
    tf.dispose([input, ...logits, goal.answers, ...goal.kept]);
    return sums;
  }

  /** What a teacher says of the images of a batch: logits [n, classes]; undefined without one. */
  async taught(plan: BatchPlan): Promise<Float32Array | undefined> {
    const { input, goal } = this.open(plan, this.images);
    const logits = await goal.teacher?.data<'float32'>();
    tf.dispose([input, goal.answers, ...goal.kept]);
    return logits;
  }

  private open(plan: BatchPlan, images: ImageSet) {
    const { height, width } = this.dataset;
    const batch = composeBatch(images, plan, this.dataset);
    const input = tf.tensor4d(batch.images, [plan.indices.length, height, width, channelsOf(this.dataset)]);
    return { input, goal: this.goalOf(input, batch.labels) };
  }
}

function countRight(logits: tf.Tensor2D, answers: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), answers), 'float32')) as tf.Scalar);
}

/** A number that stays on the device until it is read: a scalar, or one like it. */
export interface DeviceNumber {
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

/** Mean loss of the batch in each pass, and correct predictions of the first; the caller owns them. */
export interface StepOutcome {
  readonly losses: readonly DeviceNumber[];
  readonly hits: DeviceNumber;
}

/** Where the steps of a run are made. Whoever makes them, the steps are the same. */
export interface Steps<Options, Passes> {
  /** One step on the images of `plan`. */
  step(plan: BatchPlan, passes: Passes, options: Options): Promise<StepOutcome>;
  /** Brings the replica's model up to date, if the steps were not made on it. Call before reading the model. */
  settle?(): Promise<void>;
  /** What keeps the steps from being compiled on a backend that compiles them; known after the first step. */
  readonly composed?: string | undefined;
  /** Ends the run; the replica is its maker's. */
  dispose(): void;
}

/** Steps that a replica makes alone, in `shards` shards. */
export class OwnSteps<Options, Passes> implements Steps<Options, Passes> {
  constructor(
    private readonly replica: Replica<Options, Passes>,
    private readonly shards: number,
  ) {}

  async step(plan: BatchPlan, passes: Passes, options: Options): Promise<StepOutcome> {
    const [first, ...others] = cutBatch(plan, this.shards);
    let sums = this.replica.shard(first, passes);
    for (const shard of others) sums = addSums(sums, this.replica.shard(shard, passes));
    this.replica.model.apply(sums, options);
    return outcomeOf(sums);
  }

  dispose(): void {}
}

/** Losses and hits of a step; takes ownership of its sums. */
export function outcomeOf(sums: StepSums): StepOutcome {
  const take = (key: string) => {
    const sum = sums.get(key) as tf.Scalar;
    sums.delete(key);
    return sum;
  };
  const losses: tf.Scalar[] = [];
  while (sums.has(lossKey(losses.length))) losses.push(take(lossKey(losses.length)));
  const hits = take(HITS);
  disposeSums(sums);
  return { losses, hits };
}
