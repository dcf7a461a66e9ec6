// Measures policies for a search: rounds or fine-tunes the network under each policy, and counts right predictions on the
// images of the search, the first ones of the validation split. The test split is not read here.
import type { Network } from '../graph/network';
import { type BitPolicy, policyKey, roundsNothing } from '../graph/policy';
import { wilson } from '../math/statistics';
import { Inference } from '../nn/inference';
import { choosesCodes } from '../quant/registry';
import { reestimationImages } from '../train/batchNorm';
import { distill } from '../train/distill';
import { type Evaluation, evaluate } from '../train/evaluate';
import { PrefixCache } from '../train/prefixCache';
import { type TrainSettings, train } from '../train/train';
import type { Ledger } from './ledger';
import type { Evaluator, Score, SearchPoint, TrainingContext } from './method';

export interface BenchOptions {
  /** Search images, of the validation split. */
  readonly images: number;
  /** Fine-tuning steps before a policy is measured. */
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** What fine-tuning learns: labels (default), or the answers of the float network. */
  readonly learnFrom?: 'labels' | 'float';
  readonly seed: number;
  /** Memory limit of the prefix cache in bytes. */
  readonly cacheBytes: number;
}

/** Distillation temperature of fine-tuning. */
const TEMPERATURE = 2;
/** Batch size without training. */
const BATCH = 64;

/** Fine-tunes for so many steps on the same batches for every policy, so that only the policy differs. */
export function tuningSettings(steps: number, options: BenchOptions): TrainSettings {
  const { batchSize, learningRate, seed } = options;
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

/** Images per measurement, forward and backward together; the float network's answers take a forward pass of their own. */
export function priceOf(training: TrainingContext, options: BenchOptions, steps: number): number {
  const { images, batchSize, learnFrom } = options;
  const { network, scheme, dataset, calibrated } = training;
  const evaluated = Math.min(images, dataset.validation.length);
  const start = choosesCodes(scheme) ? calibrated.correctionImages(scheme) : 0;
  if (steps > 0)
    return (
      evaluated + start + batchSize * (learnFrom === 'float' ? 3 : 2) * steps + reestimationImages(network, dataset)
    );
  return evaluated + calibrated.correctionImages(scheme);
}

/** Evaluates policies of a real network on real images. Dispose after the search. */
export class PolicyEvaluator implements Evaluator {
  readonly steps: number;
  private readonly model: Inference;
  private readonly cache: PrefixCache;
  private readonly known = new Map<string, Score>();

  constructor(
    private readonly training: TrainingContext,
    private readonly options: BenchOptions,
    private readonly ledger: Ledger,
    private readonly yieldTurn: () => Promise<void>,
  ) {
    this.steps = options.steps;
    this.model = new Inference(training.network);
    this.cache = new PrefixCache(options.cacheBytes);
  }

  /** Adopts the measurements of an earlier part of the run, to avoid measuring and charging them again. */
  recall(points: readonly SearchPoint[]): void {
    for (const { policy, steps, accuracy, loss } of points)
      if (steps !== 'shared') this.known.set(`${policyKey(policy)}@${steps}`, { accuracy, loss });
  }

  async measure(policy: BitPolicy, steps = this.steps): Promise<Score> {
    const key = `${policyKey(policy)}@${steps}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const score = steps === 0 ? await this.rounded(policy) : await this.tuned(policy, steps);
    this.known.set(key, score);
    return score;
  }

  async measureWeights(network: Network, policy: BitPolicy): Promise<Score> {
    const model = new Inference(network);
    try {
      return await this.score(model, policy);
    } finally {
      model.dispose();
    }
  }

  cost(steps: number): number {
    return priceOf(this.training, this.options, steps);
  }

  dispose(): void {
    this.cache.dispose();
    this.model.dispose();
  }

  /** The network with rounded weights, corrected if the scheme says so. */
  private async rounded(policy: BitPolicy): Promise<Score> {
    const { calibrated, scheme, network } = this.training;
    const corrected = await calibrated.networkFor(policy, scheme, this.yieldTurn);
    if (corrected === network) return this.score(this.model, policy, this.cache);
    this.ledger.add({ forward: calibrated.correctionImages(scheme) });
    await this.yieldTurn();
    return this.measureWeights(corrected, policy);
  }

  private async tuned(policy: BitPolicy, steps: number): Promise<Score> {
    const { network, dataset, scheme, calibrated } = this.training;
    const ranges = await calibrated.rangesFor(policy, scheme);
    const rounds = !roundsNothing(policy);
    const settings = tuningSettings(steps, this.options);
    const start = rounds ? await calibrated.startFor(policy, scheme, this.yieldTurn) : network;
    if (rounds && choosesCodes(scheme)) this.ledger.add({ forward: calibrated.correctionImages(scheme) });
    const rounding = { policy, scheme, ranges };
    const distills = rounds && this.options.learnFrom === 'float';
    const run = distills
      ? distill(start, dataset, { ...settings, temperature: TEMPERATURE }, rounding, undefined, network)
      : train(start, dataset, settings, rounds ? rounding : undefined);
    const images = settings.batchSize;
    try {
      for (;;) {
        const next = await run.next();
        if (next.done) {
          this.ledger.add({ forward: rounds ? reestimationImages(network, dataset) : 0 });
          await this.yieldTurn();
          return await this.measureWeights(next.value, policy);
        }
        this.ledger.add({ forward: distills ? 2 * images : images, backward: images });
        await this.yieldTurn();
      }
    } finally {
      await run.return(network);
    }
  }

  private async score(model: Inference, policy: BitPolicy, cache?: PrefixCache): Promise<Score> {
    const { dataset, scheme, calibrated } = this.training;
    model.configure({ policy, scheme, ranges: await calibrated.rangesFor(policy, scheme) });
    const to = Math.min(this.options.images, dataset.validation.length);
    // Before the first batch too: otherwise evaluations of a single batch would block every drag, pause or stop.
    await this.yieldTurn();
    let last: Evaluation | undefined;
    const options = { from: 0, to, batchSize: BATCH, ...(cache && { cache }) };
    for await (const evaluation of evaluate(model, dataset, dataset.validation, options)) {
      this.ledger.add({ forward: evaluation.images - (last?.images ?? 0) });
      last = evaluation;
      if (evaluation.images < to) await this.yieldTurn();
    }
    this.ledger.add({ evaluations: 1 });
    const { correct, loss } = last as Evaluation;
    return { accuracy: wilson(correct, to), loss };
  }
}
