// Training the network in use, step by step: from random weights or those in use, in float or under a policy's rounding, on
// labels or on the float network's answers.
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { checkPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import type { Proportion } from '../math/statistics';
import { calibrationOf } from '../quant/registry';
import type { ActivationRange } from '../rounding/activationRounding';
import type { Rounding } from '../rounding/rounding';
import { reestimateBatchNorm } from '../train/batchNorm';
import { distill } from '../train/distill';
import { type StepMetrics, type TrainState, train } from '../train/train';
import { initialize } from '../zoo/definition';
import { hits, shareOf } from './accuracy';
import type { LoadedModel } from './loadedModel';
import type { TrainOptions } from './trainOptions';
import { alone, type Turn } from './turn';

/** Default distillation temperature; G. Hinton et al., arXiv 1503.02531, use 1 to 20. */
const TEMPERATURE = 4;

/** A run as far as it has come: all that it takes to go on to the same losses. */
export interface TrainingSoFar {
  /** Of activations, as they were measured when it began. */
  readonly ranges: readonly (readonly [layer: string, range: ActivationRange])[];
  readonly state: TrainState;
}

/** One step of a run. What it says besides its numbers holds until the next step is asked for. */
export interface TrainingStep extends Omit<StepMetrics, 'weights' | 'state'> {
  /** The weights so far, fit for use: under rounding with batch norms re-estimated, whose averages training has spoiled. */
  weights(): Promise<Network>;
  /** Accuracy of `weights()` on the first validation images, as they are trained: in float or under the rounding. */
  validate(images: number, turn?: Turn): Promise<Proportion>;
  /** What the run can go on from. */
  soFar(): Promise<TrainingSoFar>;
}

/** Learns what the options say; both yield alike. */
function learn(
  start: Network,
  dataset: Dataset,
  options: TrainOptions,
  rounding: Rounding | undefined,
  from: TrainState | undefined,
) {
  if (options.learnFrom !== 'float') return train(start, dataset, options, rounding, from);
  if (rounding === undefined)
    throw new RangeError('The float network answers as itself already; choose to train for these bits.');
  const settings = { ...options, temperature: options.temperature ?? TEMPERATURE };
  return distill(start, dataset, settings, rounding, from);
}

/** The rounding that a run trains under; undefined in float. */
async function roundingOf(
  { calibrated, network }: LoadedModel,
  { policy: given, scheme: asked }: TrainOptions,
  ranges: TrainingSoFar['ranges'] | undefined,
): Promise<Rounding | undefined> {
  if (given === undefined || asked === undefined) return undefined;
  const policy = checkPolicy(network, given);
  // What is trained has its batch norms: they are folded, where the scheme says so, into what training made.
  const scheme = { ...asked, calibration: { ...calibrationOf(asked), batchNorm: 'keep' } as const };
  return { policy, scheme, ranges: ranges ? new Map(ranges) : await calibrated.rangesFor(policy, scheme) };
}

/**
 * Trains from the beginning, or from where a run was; returns what was learned. Yields after every step, between which
 * whoever drives it gives others their turn.
 * @throws DivergenceError for a loss that is not finite.
 */
export async function* trainModel(
  model: LoadedModel,
  options: TrainOptions,
  from?: TrainingSoFar,
): AsyncGenerator<TrainingStep, Network, void> {
  const { dataset } = model;
  // Who learns from the float network starts as it.
  const fresh = options.fromScratch && options.learnFrom !== 'float';
  const start = fresh ? initialize(model.network, createRng(options.seed)) : model.network;
  const rounding = await roundingOf(model, options, from?.ranges);
  const run = learn(start, dataset, options, rounding, from?.state);
  try {
    for (;;) {
      const next = await run.next();
      if (next.done) return next.value;
      const { weights: raw, state, ...metrics } = next.value;
      const weights = async () => {
        const trained = await raw();
        return rounding === undefined ? trained : reestimateBatchNorm(trained, dataset, rounding);
      };
      yield {
        ...metrics,
        weights,
        validate: async (images, turn = alone) =>
          shareOf(await hits(await weights(), { dataset, split: 'validation', images }, rounding, turn)),
        soFar: async () => ({ ranges: [...(rounding?.ranges ?? [])], state: await state() }),
      };
    }
  } finally {
    await run.return(start);
  }
}
