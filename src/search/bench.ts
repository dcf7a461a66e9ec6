// Does a measuring task: rounds or fine-tunes the network under a policy, and counts right predictions on the images of
// the search, the first ones of the validation split. The test split is not read here. Knows no budget, so that an engine, a
// worker and another computer measure alike.
import { imagesAtOnce } from '../graph/batch';
import type { Network } from '../graph/network';
import { type BitPolicy, roundsNothing } from '../graph/policy';
import { wilson } from '../math/statistics';
import { Inference } from '../nn/inference';
import { choosesCodes } from '../quant/registry';
import { reestimationImages } from '../train/batchNorm';
import { distill } from '../train/distill';
import { type Evaluation, evaluate as evaluateHere } from '../train/evaluate';
import { PrefixCache } from '../train/prefixCache';
import { imagesShown, type TrainSettings, train } from '../train/train';
import type { Task } from './crew';
import type { Spent } from './ledger';
import type { Score, TrainingContext } from './method';

export interface BenchOptions extends Omit<Task, 'policy' | 'scheme'> {
  /** Memory limit of the prefix cache in bytes. */
  readonly cacheBytes: number;
}

/** What tasks are measured on. */
export type BenchContext = Pick<TrainingContext, 'dataset' | 'calibrated' | 'evaluate'>;

/** Images run, and policies measured. */
export type Charge = Pick<Spent, 'forward' | 'backward' | 'evaluations'>;

/** Awaited before every batch of work: lets other jobs run; throws to end the task. */
type Turn = () => Promise<void>;
/** Hears of work done. */
type Charging = (work: Partial<Charge>) => void;

/** Distillation temperature of fine-tuning. */
const TEMPERATURE = 2;

/** Fine-tunes for so many steps on the same batches for every policy, so that only the policy differs. */
export function tuningSettings({
  steps,
  batchSize,
  learningRate,
  seed,
}: Pick<Task, 'steps' | 'batchSize' | 'learningRate' | 'seed'>): TrainSettings {
  return {
    epochs: 1,
    imagesPerEpoch: steps * batchSize,
    batchSize,
    learningRate,
    schedule: 'cosine',
    momentum: 0.9,
    weightDecay: 5e-4,
    labelSmoothing: 0,
    augment: true,
    seed,
  };
}

/** What a task costs: all that `Bench.measure` charges for it. Without a policy, what it costs at most. */
export function chargeOf(
  { dataset, calibrated }: BenchContext,
  task: Omit<Task, 'policy'> & { readonly policy?: BitPolicy },
): Charge {
  const { policy, scheme, steps, images, learnFrom } = task;
  const evaluated = Math.min(images, dataset.validation.length);
  const corrected = calibrated.correctionImages(scheme);
  if (steps === 0) {
    const changes = policy === undefined || calibrated.changes(policy, scheme);
    return { forward: evaluated + (changes ? corrected : 0), backward: 0, evaluations: 1 };
  }
  const tuned = imagesShown(dataset, tuningSettings(task));
  if (policy !== undefined && roundsNothing(policy))
    return { forward: evaluated + tuned, backward: tuned, evaluations: 1 };
  const start = choosesCodes(scheme) ? corrected : 0;
  // The float network's answers take a forward pass of their own.
  const answers = learnFrom === 'float' ? tuned : 0;
  const reestimated = reestimationImages(calibrated.base(scheme), dataset);
  return { forward: evaluated + start + tuned + answers + reestimated, backward: tuned, evaluations: 1 };
}

/** Images per measurement at most, forward and backward together. */
export function priceOf(context: BenchContext, task: Omit<Task, 'policy'>): number {
  const { forward, backward } = chargeOf(context, task);
  return forward + backward;
}

/** Measures tasks, one at a time. Dispose at the end. */
export class Bench {
  /** The base of the last scheme. */
  private base: { readonly network: Network; readonly model: Inference; readonly cache: PrefixCache } | undefined;

  /** `cacheBytes` is the memory limit of the prefix cache. */
  constructor(
    private readonly context: BenchContext,
    private readonly cacheBytes: number,
  ) {}

  /** The score of a task. `charge` hears of the work as it is done. */
  async measure(task: Task, turn: Turn, charge: Charging = () => {}): Promise<Score> {
    return task.steps === 0 ? this.rounded(task, turn, charge) : this.tuned(task, turn, charge);
  }

  /** The score of other weights under a policy, without training. */
  async measureWeights(network: Network, task: Task, turn: Turn, charge: Charging = () => {}): Promise<Score> {
    const model = new Inference(network);
    try {
      return await this.score(model, task, turn, charge);
    } finally {
      model.dispose();
    }
  }

  dispose(): void {
    this.base?.cache.dispose();
    this.base?.model.dispose();
    this.base = undefined;
  }

  private baseOf(network: Network): NonNullable<Bench['base']> {
    if (this.base?.network === network) return this.base;
    this.dispose();
    this.base = { network, model: new Inference(network), cache: new PrefixCache(this.cacheBytes) };
    return this.base;
  }

  /** The network with rounded weights, corrected if the scheme says so. */
  private async rounded(task: Task, turn: Turn, charge: Charging): Promise<Score> {
    const { calibrated } = this.context;
    const { policy, scheme } = task;
    const network = calibrated.base(scheme);
    const corrected = await calibrated.networkFor(policy, scheme, turn);
    if (corrected === network) {
      const { model, cache } = this.baseOf(network);
      return this.score(model, task, turn, charge, cache);
    }
    charge({ forward: calibrated.correctionImages(scheme) });
    await turn();
    return this.measureWeights(corrected, task, turn, charge);
  }

  private async tuned(task: Task, turn: Turn, charge: Charging): Promise<Score> {
    const { dataset, calibrated } = this.context;
    const { policy, scheme } = task;
    const network = calibrated.base(scheme);
    const ranges = await calibrated.rangesFor(policy, scheme);
    const rounds = !roundsNothing(policy);
    const settings = tuningSettings(task);
    const start = rounds ? await calibrated.startFor(policy, scheme, turn) : network;
    if (rounds && choosesCodes(scheme)) charge({ forward: calibrated.correctionImages(scheme) });
    const rounding = { policy, scheme, ranges };
    const distills = rounds && task.learnFrom === 'float';
    const run = distills
      ? distill(start, dataset, { ...settings, temperature: TEMPERATURE }, rounding, undefined, network)
      : train(start, dataset, settings, rounds ? rounding : undefined);
    const images = Math.min(settings.batchSize, dataset.train.length);
    try {
      for (;;) {
        const next = await run.next();
        if (next.done) {
          charge({ forward: rounds ? reestimationImages(network, dataset) : 0 });
          await turn();
          return await this.measureWeights(next.value, task, turn, charge);
        }
        charge({ forward: distills ? 2 * images : images, backward: images });
        await turn();
      }
    } finally {
      await run.return(network);
    }
  }

  private async score(
    model: Inference,
    { policy, scheme, images }: Task,
    turn: Turn,
    charge: Charging,
    cache?: PrefixCache,
  ): Promise<Score> {
    const { dataset, calibrated, evaluate = evaluateHere } = this.context;
    model.configure({ policy, scheme, ranges: await calibrated.rangesFor(policy, scheme) });
    const to = Math.min(images, dataset.validation.length);
    // Before the first batch too: otherwise evaluations of a single batch would block every drag, pause or stop.
    await turn();
    let last: Evaluation | undefined;
    const options = { from: 0, to, batchSize: imagesAtOnce(model.network), ...(cache && { cache }) };
    for await (const evaluation of evaluate(model, dataset, dataset.validation, options)) {
      charge({ forward: evaluation.images - (last?.images ?? 0) });
      last = evaluation;
      if (evaluation.images < to) await turn();
    }
    charge({ evaluations: 1 });
    const { correct, loss } = last as Evaluation;
    return { accuracy: wilson(correct, to), loss };
  }
}
