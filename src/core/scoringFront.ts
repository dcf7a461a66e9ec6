// Measures the results of a search on the test split: at its end, or on request for a stopped run.
import { type BitPolicy, samePolicy } from '../graph/policy';
import type { Proportion } from '../math/statistics';
import type { Chosen } from '../search/chosen';
import { frontCost } from '../search/limitCosts';
import type { SearchPoint } from '../search/method';
import { rescore } from '../search/rescore';
import { frontOf, type RunPoint } from '../search/run';
import type { LoadedModel } from './loadedModel';
import type { SearchSettings } from './searching';
import type { Turn } from './turn';

/** Policies of a front, and the number of test images to measure them on. */
export interface ScoringProgress {
  readonly kind: 'scoring';
  readonly done: number;
  readonly of: number;
  readonly images: number;
}

/** A policy found by a search: its accuracy on the images of the search, and on unseen test images. */
export interface ScoredPolicy extends Pick<SearchPoint, 'policy' | 'steps'> {
  /** Absent if the search chose the policy by prediction, unmeasured. */
  readonly searched?: Proportion;
  readonly tested: Proportion;
}

/** The points to score, with the scoring settings. */
export interface ScoreParams {
  readonly setting: SearchSettings;
  readonly points: readonly RunPoint[];
  readonly chosen?: Chosen | undefined;
  readonly testImages: number;
}

/** Scores policies on the first test images, in order, each after the same fine-tuning as in the search. */
export function scorePolicies(
  { calibrated, dataset, evaluate }: LoadedModel,
  policies: readonly Pick<SearchPoint, 'policy' | 'steps'>[],
  { setting, testImages: images }: Pick<ScoreParams, 'setting' | 'testImages'>,
  cacheBytes: number,
  turn: Turn,
): ReturnType<typeof rescore> {
  const { scheme } = setting;
  const training = { network: calibrated.base(scheme), dataset, scheme, calibrated, evaluate };
  return rescore(training, policies, { ...setting, cacheBytes, images }, turn);
}

/**
 * The front of a run's points, its chosen policy, the policy that it predicted to be better, and the control on test
 * images.
 */
export async function* scoreFront(
  model: LoadedModel,
  params: ScoreParams,
  cacheBytes: number,
  turn: Turn,
): AsyncGenerator<ScoringProgress, ScoredPolicy[], void> {
  const { setting, points, chosen, testImages } = params;
  // The shared weights themselves are not kept, so neither is their accuracy.
  const own = points.filter(({ steps }) => steps !== 'shared');
  const { calibrated, dataset } = model;
  const { scheme, limits } = setting;
  const cost = frontCost({ architecture: calibrated.base(scheme), scheme, images: dataset }, limits);
  const found: (Pick<SearchPoint, 'policy' | 'steps'> & Partial<SearchPoint>)[] = frontOf(own, cost);
  for (const policy of [chosen?.policy, chosen?.believed?.policy, chosen?.control]) {
    if (policy === undefined) continue;
    const hasPolicy = (point: { readonly policy: BitPolicy }) => samePolicy(point.policy, policy);
    if (!found.some(hasPolicy)) found.push(own.find(hasPolicy) ?? { policy, steps: setting.steps });
  }
  const scored: ScoredPolicy[] = [];
  const images = Math.min(testImages, model.dataset.test.length);
  const progress = () => ({ kind: 'scoring', done: scored.length, of: found.length, images }) as const;
  yield progress();
  for await (const { policy, accuracy } of scorePolicies(
    model,
    found,
    { setting, testImages: images },
    cacheBytes,
    turn,
  )) {
    const { accuracy: searched, steps } = found[scored.length];
    scored.push({ policy, steps, ...(searched && { searched }), tested: accuracy });
    yield progress();
  }
  return scored;
}
