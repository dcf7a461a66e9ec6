// Measures what a search has found on the test split: at its end, and of a run that was stopped when a person asks.
import type { LoadedModel } from '../core/loadedModel';
import { packedBytes } from '../formats/packed';
import { policyCost } from '../graph/cost';
import { type BitPolicy, samePolicy } from '../graph/policy';
import type { Chosen } from '../search/chosen';
import type { SearchPoint } from '../search/method';
import { rescore } from '../search/rescore';
import { frontOf, type RunPoint } from '../search/run';
import type { LimitMeasure } from '../search/space';
import type { Params } from './protocol/commands';
import type { ScoredPolicy, ScoringProgress, SearchSettings } from './protocol/searching';

/** What the front is made over: the measure of the first limit, or memory. */
function costBy(measure: LimitMeasure, { calibrated }: LoadedModel, { scheme }: SearchSettings) {
  const network = calibrated.base(scheme);
  if (measure === 'memory') return (policy: BitPolicy) => packedBytes(network, policy, scheme);
  return (policy: BitPolicy) => policyCost(network, policy)[measure === 'bitOps' ? 'bitOps' : 'weightBytes'];
}

/** What scoring needs of the engine. */
export interface ScoringContext {
  readonly model: LoadedModel;
  readonly cacheBytes: number;
  /** Awaited before every batch; throws when the work is to end. */
  yieldTurn(): Promise<void>;
  report(progress: ScoringProgress): void;
  /** True when the rest is to be put off. */
  pausing(): boolean;
}

/**
 * The front of a run's points, its chosen policy, the one it believed better and the control on test images; undefined when
 * it is put off by a pause.
 */
export async function scoreFront(
  points: readonly RunPoint[],
  choice: Chosen | undefined,
  { setting, testImages }: Pick<Params<'scoreSearch'>, 'setting' | 'testImages'>,
  { model, cacheBytes, yieldTurn, report, pausing }: ScoringContext,
): Promise<ScoredPolicy[] | undefined> {
  const { calibrated, dataset } = model;
  const { scheme } = setting;
  // What shared weights can do goes with them.
  const own = points.filter(({ steps }) => steps !== 'shared');
  const cost = costBy(setting.limits[0]?.measure ?? 'memory', model, setting);
  const found: (Pick<SearchPoint, 'policy' | 'steps'> & Partial<SearchPoint>)[] = frontOf(own, cost);
  for (const policy of [choice?.policy, choice?.believed?.policy, choice?.control]) {
    if (policy === undefined) continue;
    const hasPolicy = (point: { readonly policy: BitPolicy }) => samePolicy(point.policy, policy);
    if (!found.some(hasPolicy)) found.push(own.find(hasPolicy) ?? { policy, steps: setting.steps });
  }
  const scored: ScoredPolicy[] = [];
  const images = Math.min(testImages, dataset.test.length);
  report({ kind: 'scoring', done: 0, of: found.length, images });
  const training = { network: calibrated.base(scheme), dataset, scheme, calibrated };
  for await (const { policy, accuracy } of rescore(training, found, { ...setting, cacheBytes, images }, yieldTurn)) {
    const { accuracy: searched, steps } = found[scored.length];
    scored.push({ policy, steps, ...(searched && { searched }), tested: accuracy });
    report({ kind: 'scoring', done: scored.length, of: found.length, images });
    if (pausing()) return undefined;
  }
  return scored;
}
