// The training command: drives a run of the session step by step, reports, saves it, pauses, stops, and compares the
// network before and after.
import { type Comparison, compare, hitsAsMeasured } from '../core/accuracy';
import type { Session } from '../core/session';
import type { TrainingStep } from '../core/training';
import { augments, type Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { thinned } from '../math/thinned';
import { Calibrated } from '../train/calibrated';
import { DivergenceError, shardWords } from '../train/train';
import type { HandlerContext, Progress } from './protocol/commands';
import type { CurvePoint, TrainOptions, TrainOutcome } from './protocol/training';
import type { Job } from './scheduler';
import type { KeptTraining } from './trainingKeeping';

/** Validation images on which networks are compared. */
const VALIDATION_IMAGES = 1000;
/** Milliseconds between two reports. */
const REPORT_INTERVAL = 200;
/** Milliseconds until a run is first saved, and between saves; saving takes at most a fiftieth of the time. */
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

/** The network after training, before it is put in use. */
export interface Trained {
  readonly network: Network;
  readonly reason: TrainOutcome['reason'];
  readonly message: string;
  readonly steps: number;
  readonly comparison?: Comparison;
}

/** A run's interface to the engine. */
export interface TrainingPlace {
  readonly session: Session;
  readonly job: Job;
  readonly pause: Pause;
  /** Saves the current state of the run; returns the reason if that fails. */
  keep(kept: KeptTraining): Promise<string | undefined>;
}

/** One line for the card of the weights. */
export function recipe(options: TrainOptions, steps: number, dataset: Dataset): string {
  const images = Math.min(options.imagesPerEpoch, dataset.train.length);
  const start = options.fromScratch ? 'random weights' : 'the previous weights';
  const goal = options.learnFrom === 'float' ? ', distilled from the float network' : '';
  const rounding = `${options.policy === undefined ? 'float' : 'quantization-aware'}${goal}`;
  return `fewbits, from ${start}, ${steps} steps of ${options.batchSize} images (${images} per epoch), ${rounding}, SGD with Nesterov momentum ${options.momentum}, ${options.schedule} to ${options.learningRate}, weight decay ${options.weightDecay}, label smoothing ${options.labelSmoothing}, ${augments(dataset, options.augment) ? 'flip and crop' : 'no augmentation'}${shardWords(options)}, seed ${options.seed}`;
}

/**
 * Trains until the end, a stop (aborted signal) or divergence, from the beginning or from a saved state. Returns the
 * trained network; after divergence, the original one.
 */
export async function runTraining(
  options: TrainOptions,
  { signal, report }: HandlerContext<Progress<'train'>>,
  { session, job, pause, keep }: TrainingPlace,
  kept?: KeptTraining,
): Promise<Trained> {
  const { model } = session;
  const { now } = session.environment;
  const { dataset } = model;
  // Measuring continues even if the user stops the run: its result needs the measurement.
  const turn = () => job.yieldTurn();
  const run = session.train(options, kept, async () => {
    await turn();
    signal.throwIfAborted();
  });
  let network = model.network;
  let steps = kept?.state.step ?? 0;
  let busySeconds = kept?.busySeconds ?? 0;
  let [loss, accuracy] = [Number.NaN, Number.NaN];
  let curve: readonly CurvePoint[] = kept?.curve ?? [];
  /** Additional fields of the next report. */
  let news: Pick<Progress<'train'>, 'curve' | 'kept' | 'notKept'> = kept ? { curve, kept: steps } : {};
  let [lastReport, lastKept, keepAfter] = [Number.NEGATIVE_INFINITY, now(), FIRST_KEEP];
  const keepRun = async (step: TrainingStep) => {
    const started = now();
    const notKept = await keep({
      ...{ fingerprint: model.fingerprint, options, curve, busySeconds },
      ...(await step.soFar()),
    });
    news = { ...news, ...(notKept === undefined ? { kept: step.step } : { notKept }) };
    lastKept = now();
    keepAfter = Math.max(KEEP_INTERVAL, KEEP_SHARE * (lastKept - started));
  };
  try {
    for (;;) {
      const started = now();
      const next = await run.next();
      busySeconds += (now() - started) / 1000;
      if (next.done) {
        network = next.value;
        break;
      }
      const step = next.value;
      steps = step.step;
      loss = step.loss ?? loss;
      accuracy = step.accuracy ?? accuracy;
      const validation = step.epochEnd ? await step.validate(VALIDATION_IMAGES, turn) : undefined;
      if (step.loss !== undefined) {
        const point = { step: steps, loss, accuracy, ...(validation && { validation: validation.value }) };
        curve = [...thinned(curve, (each) => each.validation !== undefined), point];
      }
      const tell = () => {
        report({
          state: pause.paused ? 'paused' : 'running',
          step: steps,
          steps: step.steps,
          epoch: step.epoch,
          loss,
          accuracy,
          learningRate: step.learningRate,
          imagesPerSecond: (steps * options.batchSize) / busySeconds,
          secondsLeft: (busySeconds / steps) * (step.steps - steps),
          ...(step.composed !== undefined && { composed: step.composed }),
          ...(validation && { validation }),
          ...news,
        });
        news = {};
        lastReport = now();
      };
      const isNews = validation !== undefined || news.kept !== undefined || news.notKept !== undefined;
      if (isNews || (step.loss !== undefined && now() - lastReport > REPORT_INTERVAL)) tell();
      await turn();
      if (now() - lastKept > keepAfter || pause.paused) await keepRun(step);
      if (pause.paused) {
        tell();
        await Promise.race([pause.passed(), new Promise((resolve) => signal.addEventListener('abort', resolve))]);
      }
      if (signal.aborted) {
        network = await step.weights();
        break;
      }
    }
  } catch (error) {
    // Stopped before the first step, while the start was made.
    if (signal.aborted && steps === 0) network = model.network;
    else if (!(error instanceof DivergenceError)) throw error;
    else return { network: model.network, reason: 'diverged', message: error.message, steps: error.step };
  } finally {
    await run.return(network);
  }
  // Both at the end: the user wants to see the run learn first, and the old weights are still here.
  const images = { dataset, split: 'validation', images: VALIDATION_IMAGES, evaluate: model.evaluate } as const;
  const before = await hitsAsMeasured(model.calibrated, images, options, turn);
  const after = await hitsAsMeasured(new Calibrated(network, dataset), images, options, turn);
  const comparison = compare(before, after, dataset.classes.length);
  return { network, reason: signal.aborted ? 'stopped' : 'finished', message: '', steps, comparison };
}
