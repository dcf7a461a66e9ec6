import type { Rng } from '../../math/rng';
import type { Supernet } from '../../nn/supernet';
import { reestimateBatchNorm, reestimationImages } from '../../train/batchNorm';
import { type JointSettings, type JointStep, trainJointly } from '../../train/joint';
import type { SearchPoint, SearchProblem } from '../method';
import { policyOf } from '../space';
import { affordableSteps, mayTrain } from './trainingBudget';

/** Share of a budget in images for training. */
const TRAINING_SHARE = 0.5;

/** Settings of training shared weights. */
export interface SharedTraining {
  /** Wanted steps; a small budget in images allows fewer. */
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** The vector of the next batch. */
  draw(rng: Rng): readonly number[];
}

/** Trains, charging each step before yielding it. `from`: finished steps, and their total number. */
export async function* trainShared(
  problem: SearchProblem,
  model: Supernet,
  { steps, batchSize, learningRate, draw }: SharedTraining,
  from: Pick<JointStep, 'step' | 'steps'> | undefined,
): AsyncGenerator<JointStep, void, void> {
  const { space, evaluator, ledger, training, seed } = problem;
  const images = Math.min(batchSize, training.dataset.train.length);
  const least = sharedCost(problem) + evaluator.cost(evaluator.steps);
  const left = Math.max(least, (1 - TRAINING_SHARE) * (ledger.budget.images ?? 0));
  const settings: JointSettings = {
    steps: from?.steps ?? affordableSteps(problem, { steps, images, left, least }),
    batchSize: images,
    learningRate,
    lastRate: 0,
    momentum: 0.9,
    weightDecay: 1e-4,
    labelSmoothing: 0,
    augment: true,
    seed,
  };
  const passes = (rng: Rng) => [model.choose(policyOf(space, draw(rng)))];
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
  return reestimationImages(network, dataset) + evaluator.cost(0);
}

/** Measures a vector with the shared weights, batch norms re-estimated for the vector. */
export async function measureShared(
  { evaluator, ledger, training, space, yieldTurn }: SearchProblem,
  model: Supernet,
  vector: readonly number[],
): Promise<SearchPoint> {
  const policy = policyOf(space, vector);
  const extracted = await model.extract(policy);
  const network = await reestimateBatchNorm(extracted, training.dataset, model.quantAware(policy));
  ledger.add({ forward: reestimationImages(extracted, training.dataset) });
  await yieldTurn();
  const score = await evaluator.measureWeights(network, policy);
  return { policy, steps: 'shared', role: 'candidate', ...score };
}
