// Trains the network in use, step by step: from random or current weights, in float or under a policy's rounding, on
// labels or on the float network's predictions.
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { checkPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import type { Proportion } from '../math/statistics';
import { choosesCodes, withCalibration } from '../quant/registry';
import type { ActivationRange } from '../rounding/activationRounding';
import type { Rounding } from '../rounding/rounding';
import { reestimateBatchNorm } from '../train/batchNorm';
import { distill } from '../train/distill';
import type { StepsFor } from '../train/sharedSteps';
import { withTrainedCodes } from '../train/startFromCodes';
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
  { network: float }: LoadedModel,
  start: Network,
  dataset: Dataset,
  options: TrainOptions,
  rounding: Rounding | undefined,
  from: TrainState | undefined,
  stepsFor: StepsFor | undefined,
) {
  if (options.learnFrom !== 'float') return train(start, dataset, options, rounding, from, options, stepsFor);
  if (rounding === undefined)
    throw new RangeError(
      'Training in float on the float network’s own predictions changes nothing; choose to train for these bits.',
    );
  const settings = { ...options, temperature: options.temperature ?? TEMPERATURE };
  return distill(start, dataset, settings, rounding, from, float, stepsFor);
}

/** The rounding that a run trains under; undefined in float. */
async function roundingOf(
  { calibrated, network }: LoadedModel,
  { policy: given, scheme: asked }: TrainOptions,
  ranges: TrainingSoFar['ranges'] | undefined,
  turn: Turn,
): Promise<Rounding | undefined> {
  if (given === undefined || asked === undefined) return undefined;
  const policy = checkPolicy(network, given);
  // Training leaves batch norms and layers as they are; a scheme that says so folds and equalizes the trained ones.
  const scheme = withCalibration(asked, { batchNorm: 'keep', equalize: false });
  return { policy, scheme, ranges: ranges ? new Map(ranges) : await calibrated.rangesFor(policy, scheme, turn) };
}

/**
 * The network that a run starts from: random weights, or those of the network in use. Under a `rounding` whose scheme chooses
 * codes, weights near those codes; in stages of fewer and fewer bits, which have codes of their own, as they are.
 */
async function startOf(
  { network, calibrated }: LoadedModel,
  { fromScratch, learnFrom, progressive, seed }: TrainOptions,
  rounding: Rounding | undefined,
  turn: Turn,
): Promise<Network> {
  // Training on the float network's predictions starts from the float network.
  if (fromScratch && learnFrom !== 'float') return initialize(network, createRng(seed));
  if (rounding === undefined || progressive) return network;
  return calibrated.startFor(rounding.policy, rounding.scheme, turn);
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
  turn: Turn = alone,
  stepsFor?: StepsFor,
): AsyncGenerator<TrainingStep, Network, void> {
  const { dataset, evaluate } = model;
  const rounding = await roundingOf(model, options, from?.ranges, turn);
  const start = await startOf(model, options, from === undefined ? rounding : undefined, turn);
  const run = learn(model, start, dataset, options, rounding, from?.state, stepsFor);
  const chosen = rounding !== undefined && choosesCodes(rounding.scheme);
  try {
    for (;;) {
      const next = await run.next();
      if (next.done) return chosen ? withTrainedCodes(next.value, rounding) : next.value;
      const { weights: raw, state, ...metrics } = next.value;
      const weights = async () => {
        const trained = await raw();
        if (rounding === undefined) return trained;
        const ready = await reestimateBatchNorm(trained, dataset, rounding);
        return chosen ? withTrainedCodes(ready, rounding) : ready;
      };
      yield {
        ...metrics,
        weights,
        validate: async (images, turn = alone) =>
          shareOf(await hits(await weights(), { dataset, split: 'validation', images, evaluate }, rounding, turn)),
        soFar: async () => ({ ranges: [...(rounding?.ranges ?? [])], state: await state() }),
      };
    }
  } finally {
    await run.return(start);
  }
}
