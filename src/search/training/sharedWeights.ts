import type { Rng } from '../../math/rng';
import type { Supernet } from '../../nn/supernet';
import { reestimateBatchNorm, reestimationImages } from '../../train/batchNorm';
import { type JointSettings, type JointStep, trainJointly } from '../../train/joint';
import type { SearchPoint, SearchProblem } from '../method';
import { policyOf } from '../space';
import { affordableSteps, mayTrain } from './trainingBudget';

/** Share of a budget in images for training. */
const TRAINING_SHARE = 0.5;

/** Images on which the batch norms of a vector are re-estimated: enough to compare vectors, at an eighth of the usual cost. */
const NORM_IMAGES = 64;

/** Settings of training shared weights. */
export interface SharedTraining {
  /** Wanted steps; a small budget in images allows fewer. */
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Vectors per step. */
  readonly passes: number;
  /** The vectors of the next step. */
  draw(rng: Rng): readonly (readonly number[])[];
}

/** Trains, charging each step before yielding it. `from`: finished steps, and their total number. */
export async function* trainShared(
  problem: SearchProblem,
  model: Supernet,
  { steps, batchSize, learningRate, passes: count, draw }: SharedTraining,
  from: Pick<JointStep, 'step' | 'steps'> | undefined,
): AsyncGenerator<JointStep, void, void> {
  const { space, evaluator, ledger, training, seed } = problem;
  const images = Math.min(batchSize, training.dataset.train.length);
  const least = sharedCost(problem) + evaluator.cost(evaluator.steps);
  const left = Math.max(least, (1 - TRAINING_SHARE) * (ledger.budget.images ?? 0));
  const settings: JointSettings = {
    steps: from?.steps ?? affordableSteps(problem, { steps, images: images * count, left, least }),
    batchSize: images,
    // The gradients of the passes add up.
    learningRate: learningRate / count,
    lastRate: 0,
    momentum: 0.9,
    weightDecay: 1e-4,
    labelSmoothing: 0,
    augment: true,
    seed,
  };
  const passes = (rng: Rng) => draw(rng).map((vector) => model.choose(policyOf(space, vector)));
  if (from && ledger.exhausted) return;
  for await (const done of trainJointly(model, training.dataset, settings, passes, from?.step)) {
    ledger.add({ forward: done.images, backward: done.images });
    yield done;
    if (!mayTrain(problem)) return;
    await problem.yieldTurn();
  }
}

/** Images per measurement with shared weights. */
export function sharedCost({ evaluator, training: { network, dataset } }: SearchProblem): number {
  return reestimationImages(network, dataset, NORM_IMAGES) + evaluator.cost(0);
}

/** Measures a vector with the shared weights, batch norms re-estimated for the vector. */
export async function measureShared(
  { evaluator, ledger, training, space, yieldTurn }: SearchProblem,
  model: Supernet,
  vector: readonly number[],
): Promise<SearchPoint> {
  const policy = policyOf(space, vector);
  const extracted = await model.extract(policy);
  const network = await reestimateBatchNorm(extracted, training.dataset, model.quantAware(policy), NORM_IMAGES);
  ledger.add({ forward: reestimationImages(extracted, training.dataset, NORM_IMAGES) });
  await yieldTurn();
  const score = await evaluator.measureWeights(network, policy);
  return { policy, steps: 'shared', role: 'candidate', ...score };
}
