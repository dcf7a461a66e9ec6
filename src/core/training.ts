// Trains the network in use, step by step: from random or current weights, in float or under a policy's rounding, on
// labels or on the float network's predictions.
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { checkPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import type { Proportion } from '../math/statistics';
import { withCalibration } from '../quant/registry';
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

/** The full state of a run: resuming reproduces the same losses. */
export interface TrainingSoFar {
  /** Activation ranges, as measured at the start. */
  readonly ranges: readonly (readonly [layer: string, range: ActivationRange])[];
  readonly state: TrainState;
}

/** One step of a run. Its methods are valid until the next step is requested. */
export interface TrainingStep extends Omit<StepMetrics, 'weights' | 'state'> {
  /**
   * The weights so far, ready for use: under rounding, batch norms are re-estimated, because training distorts their
   * averages.
   */
  weights(): Promise<Network>;
  /** Accuracy of `weights()` on the first validation images, as trained: in float or under the rounding. */
  validate(images: number, turn?: Turn): Promise<Proportion>;
  /** The state for resuming. */
  soFar(): Promise<TrainingSoFar>;
}

/** Trains by the options; both kinds of training yield alike. */
function learn(
  start: Network,
  dataset: Dataset,
  options: TrainOptions,
  rounding: Rounding | undefined,
  from: TrainState | undefined,
) {
  if (options.learnFrom !== 'float') return train(start, dataset, options, rounding, from);
  if (rounding === undefined)
    throw new RangeError(
      'Training in float on the float network’s own predictions changes nothing; choose to train for these bits.',
    );
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
  // Training leaves batch norms and layers as they are; a scheme that says so folds and equalizes the trained ones.
  const scheme = withCalibration(asked, { batchNorm: 'keep', equalize: false });
  return { policy, scheme, ranges: ranges ? new Map(ranges) : await calibrated.rangesFor(policy, scheme) };
}

/**
 * Trains from the start or from a saved state, and returns the trained network. Yields after every step, so that the
 * caller can let other jobs run.
 * @throws DivergenceError if the loss is not finite.
 */
export async function* trainModel(
  model: LoadedModel,
  options: TrainOptions,
  from?: TrainingSoFar,
): AsyncGenerator<TrainingStep, Network, void> {
  const { dataset } = model;
  // Training on the float network's predictions starts from the float network.
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
