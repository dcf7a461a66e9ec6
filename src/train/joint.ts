// Trains a network of several widths: each step runs a batch under several passes and adds up their gradients. An async
// generator that counts steps: the caller decides when the next one runs. All randomness comes from the seed and the
// step number, so that a resumed run ends as if it had not stopped. Reference: LIMPQ, arXiv 2203.08368, section 3.3
// (its code's process.py): uniform passes and a random one per step.
import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, runPlans } from '../data/batch';
import { augments, channelsOf, type Dataset, type ImageSet } from '../data/dataset';
import { createRng, mixSeed, type Rng } from '../math/rng';
import type { Supernet } from '../nn/supernet';
import type { Choose } from '../nn/supernetOptions';
import { labelGoal, openGoal } from './goals';
import { type DeviceNumber, Replica } from './replica';
import { geometryOf } from './replicaPlan';
import { ownSteps, type StepsFor } from './sharedSteps';
import { DivergenceError, LOSS_LIMIT } from './train';

export interface JointSettings {
  readonly steps: number;
  readonly batchSize: number;
  /** Learning rate at the first step; follows half a cosine down to `lastRate`. */
  readonly learningRate: number;
  readonly lastRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  readonly augment: boolean;
  /** Rate of what moves by its logarithm (`Supernet`'s `byLogarithm`) at the first step; falls with the learning rate. */
  readonly logRate?: number;
  /** Gradient clipping: largest magnitude of any element of the summed gradients; none by default. */
  readonly clip?: number;
  /** Parts of each batch with batch statistics of their own (replica.ts); 1 if absent. */
  readonly shards?: number;
  readonly seed: number;
}

/** Metrics after one step. */
export interface JointStep {
  /** Steps done. */
  readonly step: number;
  readonly steps: number;
  /** Images that went forward and backward in this step, counted once per pass. */
  readonly images: number;
  /** Mean loss of the passes since it was last reported; every `REPORT_EVERY` steps and at the end. */
  readonly loss?: number;
}

/** Steps between two readings of the loss. */
export const REPORT_EVERY = 10;

/** The passes of one step, drawn from the step's own random stream. */
export type PassesOf = (rng: Rng) => readonly Choose[];

/** Along half a cosine from `learningRate` to `lastRate`. */
export function cosineRate({ learningRate, lastRate }: JointSettings, progress: number): number {
  return lastRate + ((learningRate - lastRate) * (1 + Math.cos(Math.PI * progress))) / 2;
}

/** Losses of steps, on the device until they are read. */
export class LossMeter {
  private readonly pending: DeviceNumber[] = [];
  private last: number | undefined;

  /** Takes ownership of a loss. */
  add(loss: DeviceNumber): void {
    this.pending.push(loss);
  }

  /** Mean of the losses added since the last call. @throws DivergenceError when it is not finite. */
  async read(step: number, learningRate: number): Promise<number> {
    let sum = 0;
    const count = this.pending.length;
    for (const loss of this.pending) sum += (await loss.data())[0];
    this.dispose();
    const mean = sum / count;
    if (!(Math.abs(mean) < LOSS_LIMIT)) throw new DivergenceError(step, this.last, learningRate);
    this.last = mean;
    return mean;
  }

  dispose(): void {
    for (const loss of this.pending) loss.dispose();
    this.pending.length = 0;
  }
}

/** Tensors of a batch of `set`: images [n, h, w, 3] and the goal for its labels. The caller owns both. */
export function batchTensors(
  set: ImageSet,
  plan: Parameters<typeof composeBatch>[1],
  dataset: Dataset,
  labelSmoothing: number,
) {
  const batch = composeBatch(set, plan, dataset);
  const images = tf.tensor4d(batch.images, [plan.indices.length, dataset.height, dataset.width, channelsOf(dataset)]);
  return { images, goal: labelGoal(batch.labels, dataset.classes.length, labelSmoothing) };
}

/**
 * Runs the steps after `from` on the training split of `dataset`. Yields after every step; the caller owns `model`.
 * @throws DivergenceError when the loss is no longer finite.
 */
export async function* trainJointly(
  model: Supernet,
  dataset: Dataset,
  settings: JointSettings,
  passesOf: PassesOf,
  from = 0,
  stepsFor: StepsFor = ownSteps,
): AsyncGenerator<JointStep, void, void> {
  const { steps, labelSmoothing, seed, shards = 1, logRate: logRateAtFirst = 0 } = settings;
  const batchSize = Math.min(settings.batchSize, dataset.train.length);
  const plans = runPlans(dataset.train.length, { batchSize, augment: augments(dataset, settings.augment) }, seed, from);
  const meter = new LossMeter();
  const goal = openGoal({ labelSmoothing }, dataset.classes.length);
  const { network, options: widths } = model;
  const plan = { trained: { network, widths }, goal: { labelSmoothing }, geometry: geometryOf(dataset) };
  const making = stepsFor(new Replica(model, goal.of, dataset.train, dataset), plan, dataset.train, shards);
  try {
    for (let step = from; step < steps; ) {
      const passes = passesOf(createRng(mixSeed(mixSeed(seed, step), STEP_LABEL)));
      const learningRate = cosineRate(settings, step / steps);
      const logRate = (logRateAtFirst * learningRate) / settings.learningRate;
      const own = { ...settings, learningRate, logRate, step: step + 1 };
      const { losses, hits } = await making.step(plans.next().value, passes, own);
      for (const loss of losses) meter.add(loss);
      hits.dispose();
      step++;
      const reads = step % REPORT_EVERY === 0 || step === steps;
      const loss = reads ? await meter.read(step, learningRate) : undefined;
      yield { step, steps, images: batchSize * passes.length, ...(loss !== undefined && { loss }) };
    }
  } finally {
    making.dispose();
    goal.dispose();
    meter.dispose();
  }
}

/** Separates the random streams of steps from those of epochs. */
const STEP_LABEL = 0x5354;
