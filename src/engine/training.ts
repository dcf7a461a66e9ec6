// The training command: runs train/'s generator step by step, reports, keeps it, pauses, stops, and compares what became
// of the network with what it was.
import { type Comparison, compare, hits, hitsAsMeasured, shareOf } from '../core/accuracy';
import type { LoadedModel } from '../core/loadedModel';
import type { Clock } from '../core/turn';
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { checkPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { thinned } from '../math/thinned';
import { calibrationOf } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import { reestimateBatchNorm } from '../train/batchNorm';
import { Calibrated } from '../train/calibrated';
import { distill } from '../train/distill';
import { DivergenceError, type StepMetrics, type TrainState, train } from '../train/train';
import { initialize } from '../zoo/definition';
import type { HandlerContext, Progress } from './protocol/commands';
import type { CurvePoint, TrainOptions, TrainOutcome } from './protocol/training';
import type { Job } from './scheduler';
import type { KeptTraining } from './trainingKeeping';

/** Default distillation temperature; G. Hinton et al., arXiv 1503.02531, use 1 to 20. */
const TEMPERATURE = 4;
/** Validation images on which networks are compared. */
const VALIDATION_IMAGES = 1000;
/** Milliseconds between two reports. */
const REPORT_INTERVAL = 200;
/** Milliseconds until a run is first kept, and from then on; and at most a fiftieth of the time goes into keeping. */
const FIRST_KEEP = 1000;
const KEEP_INTERVAL = 5000;
const KEEP_SHARE = 50;

/** A switch that the `pauseTraining` command turns. */
export class Pause {
  private resume: (() => void) | undefined;
  private waiting: Promise<void> | undefined;

  set(paused: boolean): void {
    if (paused) this.waiting ??= new Promise((resolve) => (this.resume = resolve));
    else {
      this.resume?.();
      this.waiting = undefined;
    }
  }

  get paused(): boolean {
    return this.waiting !== undefined;
  }

  /** Resolves at once, or when training is resumed. */
  async passed(): Promise<void> {
    await this.waiting;
  }
}

/** What training made of the network, before it is put in use. */
export interface Trained {
  readonly network: Network;
  readonly reason: TrainOutcome['reason'];
  readonly message: string;
  readonly steps: number;
  readonly comparison?: Comparison;
}

/** What one run needs of the engine. */
export interface TrainingPlace {
  readonly model: LoadedModel;
  readonly job: Job;
  readonly pause: Pause;
  readonly now: Clock;
  /** Keeps the run as far as it has come; answers why that cannot be, if so. */
  keep(kept: KeptTraining): Promise<string | undefined>;
}

/** One line for the card of the weights. */
export function recipe(options: TrainOptions, steps: number, dataset: Dataset): string {
  const images = Math.min(options.imagesPerEpoch, dataset.train.length);
  const start = options.fromScratch ? 'random weights' : 'the weights before';
  const goal = options.learnFrom === 'float' ? ", the float network's answers" : '';
  const rounding = `${options.policy === undefined ? 'float' : 'quantization-aware'}${goal}`;
  return `fewbits, from ${start}, ${steps} steps of ${options.batchSize} images (${images} an epoch), ${rounding}, SGD with Nesterov momentum ${options.momentum}, ${options.schedule} to ${options.learningRate}, weight decay ${options.weightDecay}, label smoothing ${options.labelSmoothing}, ${options.augment ? 'flip and crop' : 'no augmentation'}, seed ${options.seed}`;
}

/** Learns what the options say; both yield alike. */
function learn(
  start: Network,
  dataset: Dataset,
  options: TrainOptions,
  quantAware: Rounding | undefined,
  from: TrainState | undefined,
) {
  if (options.learnFrom !== 'float') return train(start, dataset, options, quantAware, from);
  if (quantAware === undefined)
    throw new RangeError('The float network answers as itself already; choose to train for these bits.');
  const settings = { ...options, temperature: options.temperature ?? TEMPERATURE };
  return distill(start, dataset, settings, quantAware, from);
}

/** The rounding that a run trains under; undefined in float. */
async function roundingOf(
  model: LoadedModel,
  start: Network,
  options: TrainOptions,
  ranges: KeptTraining['ranges'] | undefined,
): Promise<Rounding | undefined> {
  if (options.policy === undefined || options.scheme === undefined) return undefined;
  const policy = checkPolicy(start, options.policy);
  // What is trained has its batch norms: they are folded, where the scheme says so, into what training made.
  const calibration = { ...calibrationOf(options.scheme), batchNorm: 'keep' } as const;
  const scheme = { ...options.scheme, calibration };
  return { policy, scheme, ranges: ranges ? new Map(ranges) : await model.calibrated.rangesFor(policy, scheme) };
}

/**
 * Trains until the end, a stop (aborted signal) or divergence, from the beginning or from where a run was kept. The network
 * is what was learned; after divergence, what was there before.
 */
export async function runTraining(
  options: TrainOptions,
  { signal, report }: HandlerContext<Progress<'train'>>,
  { model, job, pause, now, keep }: TrainingPlace,
  kept?: KeptTraining,
): Promise<Trained> {
  const { dataset } = model;
  // Who learns from the float network starts as it.
  const fresh = options.fromScratch && options.learnFrom !== 'float';
  const start = fresh ? initialize(model.network, createRng(options.seed)) : model.network;
  const quantAware = await roundingOf(model, start, options, kept?.ranges);
  // Measuring goes on while the person stops the run: it is needed for the outcome.
  const turn = () => job.yieldTurn();
  const images = { dataset, split: 'validation', images: VALIDATION_IMAGES } as const;
  const generator = learn(start, dataset, options, quantAware, kept?.state);
  /** The weights so far, to be used: oscillating weights have spoiled their running averages. */
  const withFreshBatchNorms = async (metrics: StepMetrics): Promise<Network> => {
    const weights = await metrics.weights();
    return quantAware === undefined ? weights : reestimateBatchNorm(weights, dataset, quantAware);
  };
  let network = start;
  let steps = kept?.state.step ?? 0;
  let busySeconds = kept?.busySeconds ?? 0;
  let [loss, accuracy] = [Number.NaN, Number.NaN];
  let curve: readonly CurvePoint[] = kept?.curve ?? [];
  /** What the next report says besides. */
  let news: Pick<Progress<'train'>, 'curve' | 'kept' | 'notKept'> = kept ? { curve, kept: steps } : {};
  let [lastReport, lastKept, keepAfter] = [Number.NEGATIVE_INFINITY, now(), FIRST_KEEP];
  const keepRun = async (metrics: StepMetrics) => {
    const started = now();
    const notKept = await keep({
      ...{ fingerprint: model.fingerprint, options, curve, busySeconds },
      ranges: [...(quantAware?.ranges ?? [])],
      state: await metrics.state(),
    });
    news = { ...news, ...(notKept === undefined ? { kept: metrics.step } : { notKept }) };
    lastKept = now();
    keepAfter = Math.max(KEEP_INTERVAL, KEEP_SHARE * (lastKept - started));
  };
  try {
    for (;;) {
      const started = now();
      const next = await generator.next();
      busySeconds += (now() - started) / 1000;
      if (next.done) {
        network = next.value;
        break;
      }
      const metrics = next.value;
      steps = metrics.step;
      loss = metrics.loss ?? loss;
      accuracy = metrics.accuracy ?? accuracy;
      const validation = metrics.epochEnd
        ? shareOf(await hits(await withFreshBatchNorms(metrics), images, quantAware, turn))
        : undefined;
      if (metrics.loss !== undefined) {
        const point = { step: steps, loss, accuracy, ...(validation && { validation: validation.value }) };
        curve = [...thinned(curve, (each) => each.validation !== undefined), point];
      }
      const tell = () => {
        report({
          state: pause.paused ? 'paused' : 'running',
          step: steps,
          steps: metrics.steps,
          epoch: metrics.epoch,
          loss,
          accuracy,
          learningRate: metrics.learningRate,
          imagesPerSecond: (steps * options.batchSize) / busySeconds,
          secondsLeft: (busySeconds / steps) * (metrics.steps - steps),
          ...(validation && { validation }),
          ...news,
        });
        news = {};
        lastReport = now();
      };
      const isNews = validation !== undefined || news.kept !== undefined || news.notKept !== undefined;
      if (isNews || (metrics.loss !== undefined && now() - lastReport > REPORT_INTERVAL)) tell();
      await job.yieldTurn();
      if (now() - lastKept > keepAfter || pause.paused) await keepRun(metrics);
      if (pause.paused) {
        tell();
        await Promise.race([pause.passed(), new Promise((resolve) => signal.addEventListener('abort', resolve))]);
      }
      if (signal.aborted) {
        network = await withFreshBatchNorms(metrics);
        break;
      }
    }
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    return { network: model.network, reason: 'diverged', message: error.message, steps: error.step };
  } finally {
    await generator.return(network);
  }
  // Both at the end: whoever starts a run wants to see it learn, and the weights before are still here.
  const before = await hitsAsMeasured(model.calibrated, images, options, turn);
  const after = await hitsAsMeasured(new Calibrated(network, dataset), images, options, turn);
  const comparison = compare(before, after, dataset.classes.length);
  return { network, reason: signal.aborted ? 'stopped' : 'finished', message: '', steps, comparison };
}
