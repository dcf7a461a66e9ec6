// The training command: runs train/'s generator step by step, reports, pauses, stops, and says what became of it.
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { checkPolicy, FLOAT, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { type Proportion, wilson } from '../math/statistics';
import { Inference } from '../nn/inference';
import type { QuantAware } from '../nn/trainable';
import { calibrationOf } from '../quant/registry';
import { reestimateBatchNorm } from '../train/batchNorm';
import { distill } from '../train/distill';
import { evaluate } from '../train/evaluate';
import { DivergenceError, type StepMetrics, train } from '../train/train';
import { initialize } from '../zoo/definition';
import { EVALUATION_BATCH, type LoadedModel } from './loadedModel';
import type { Clock } from './measuring';
import type { HandlerContext, Params, Progress } from './protocol/commands';
import type { TrainOptions, TrainOutcome } from './protocol/training';
import type { Job } from './turns';

/** Validation images measured at the end of each epoch. */
const VALIDATION_IMAGES = 1000;
/** Of answers that are learned, where nothing else is asked for; G. Hinton et al., arXiv 1503.02531, use 1 to 20. */
const TEMPERATURE = 4;
/** Milliseconds between two reports. */
const REPORT_INTERVAL = 200;

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
  readonly validation: Proportion;
}

async function validate(
  network: Network,
  dataset: Dataset,
  turn: () => Promise<void>,
  quantAware?: QuantAware,
): Promise<Proportion> {
  const model = new Inference(network);
  try {
    const { policy, scheme, ranges } = quantAware ?? {
      policy: uniformPolicy(network, FLOAT, FLOAT),
      scheme: { quantizer: 'affine', granularity: 'channel' } as const,
      ranges: new Map(),
    };
    model.configure(policy, scheme, ranges);
    const to = Math.min(VALIDATION_IMAGES, dataset.validation.length);
    let right = 0;
    for await (const { correct } of evaluate(model, dataset, dataset.validation, {
      from: 0,
      to,
      batchSize: EVALUATION_BATCH,
    })) {
      right = correct;
      await turn();
    }
    return wilson(right, to);
  } finally {
    model.dispose();
  }
}

/** One line for the card of the weights. */
export function recipe(options: TrainOptions, steps: number, dataset: Dataset): string {
  const images = Math.min(options.imagesPerEpoch, dataset.train.length);
  const start = options.fromScratch ? 'random weights' : 'the weights before';
  const goal = options.learnFrom === 'float' ? ", the float network's answers" : '';
  const rounding = `${options.policy === undefined ? 'float' : 'quantization-aware'}${goal}`;
  return `bitmixer, from ${start}, ${steps} steps of ${options.batchSize} images (${images} an epoch), ${rounding}, SGD with Nesterov momentum ${options.momentum}, ${options.schedule} to ${options.learningRate}, weight decay ${options.weightDecay}, label smoothing ${options.labelSmoothing}, ${options.augment ? 'flip and crop' : 'no augmentation'}, seed ${options.seed}`;
}

/** Learns what the options say; both yield alike. */
function learn(start: Network, dataset: Dataset, options: TrainOptions, quantAware: QuantAware | undefined) {
  if (options.learnFrom !== 'float') return train(start, dataset, options, quantAware);
  if (quantAware === undefined)
    throw new RangeError('The float network answers as itself already; choose to train for these bits.');
  return distill(start, dataset, { ...options, temperature: options.temperature ?? TEMPERATURE }, quantAware);
}

/** Trains until the end, a stop (aborted signal: the weights so far are kept) or divergence (the old weights are kept). */
export async function runTraining(
  model: LoadedModel,
  dataset: Dataset,
  options: Params<'train'>,
  { signal, report }: HandlerContext<Progress<'train'>>,
  job: Job,
  pause: Pause,
  now: Clock,
): Promise<Trained> {
  // Who learns from the float network starts as it.
  const fresh = options.fromScratch && options.learnFrom !== 'float';
  const start = fresh ? initialize(model.network, createRng(options.seed)) : model.network;
  let quantAware: QuantAware | undefined;
  if (options.policy !== undefined && options.scheme !== undefined) {
    const policy = checkPolicy(start, options.policy);
    // What is trained has its batch norms: they are folded, where the scheme says so, into what training made.
    const calibration = { ...calibrationOf(options.scheme), batchNorm: 'keep' } as const;
    const scheme = { ...options.scheme, calibration };
    quantAware = { policy, scheme, ranges: await model.calibrated.rangesFor(policy, scheme) };
  }
  const generator = learn(start, dataset, options, quantAware);
  /** The weights so far, to be used: oscillating weights have spoiled their running averages. */
  const ready = async (metrics: StepMetrics): Promise<Network> => {
    const weights = await metrics.weights();
    return quantAware === undefined ? weights : reestimateBatchNorm(weights, dataset, quantAware);
  };
  // Validation goes on while the person stops the run: it is needed for the outcome.
  const turn = () => job.turn();
  let network = start;
  let steps = 0;
  let busySeconds = 0;
  let lastReport = Number.NEGATIVE_INFINITY;
  let loss = Number.NaN;
  let accuracy = Number.NaN;
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
      const validation = metrics.epochEnd ? await validate(await ready(metrics), dataset, turn, quantAware) : undefined;
      const progress = (): Progress<'train'> => ({
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
      });
      if (validation !== undefined || (metrics.loss !== undefined && now() - lastReport > REPORT_INTERVAL)) {
        lastReport = now();
        report(progress());
      }
      await job.turn();
      if (pause.paused) {
        report(progress());
        await Promise.race([pause.passed(), new Promise((resolve) => signal.addEventListener('abort', resolve))]);
      }
      if (signal.aborted) {
        network = await ready(metrics);
        break;
      }
    }
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    const validation = await validate(model.network, dataset, turn);
    return { network: model.network, reason: 'diverged', message: error.message, steps: error.step, validation };
  } finally {
    await generator.return(network);
  }
  const validation = await validate(network, dataset, turn, quantAware);
  const reason = signal.aborted ? 'stopped' : 'finished';
  return { network, reason, message: '', steps, validation };
}
