// Values derived from the desk: comparable measurements, the estimate and whether to show it, the headline.
import type { SensitivityTable } from '../../engine/protocol/measuring';
import type { FloatAnswers } from '../../engine/protocol/opening';
import { learnedKernelName } from '../../graph/learned';
import { layersOf } from '../../graph/network';
import { type BitPolicy, FLOAT, samePolicy } from '../../graph/policy';
import { isNearChance, type PairedDifference, type Proportion, wilson } from '../../math/statistics';
import { createEstimator } from '../../optim/surrogate';
import { calibrationOf, choosesCodes, quantizerOf, schemeName } from '../../quant/registry';
import type { Desk, MeasuredPoint } from '../state/desk';
import type { ShippedPoint } from '../state/shipped';
import { floatPolicy } from './costs';

/** The estimate is hidden below this rank correlation with measurements. */
export const AGREEMENT_NEEDED = 0.9;

type Estimator = ReturnType<typeof createEstimator>;

/** Caches the latest result of a function; arguments are compared by identity. */
export function latest<A extends readonly unknown[], R>(compute: (...args: A) => R): (...args: A) => R {
  let last: { args: A; result: R } | undefined;
  return (...args) => {
    if (last === undefined || last.args.some((arg, i) => !Object.is(arg, args[i])))
      last = { args, result: compute(...args) };
    return last.result;
  };
}

type ContextFields = Pick<Desk, 'networkId' | 'datasetId' | 'scheme' | 'network'>;

/** Key of what measurements belong to: network, data, scheme, and weights and images by fingerprint. */
export function contextOf({ networkId, datasetId, scheme, network }: ContextFields): string {
  return [networkId, datasetId, schemeName(scheme), network?.fingerprint ?? 'unloaded'].join('/');
}

const pointsWith = latest((measured: readonly MeasuredPoint[], context: string) =>
  measured.filter((point) => point.context === context),
);

/** The measurements of the network, data, scheme and weights in use. */
export function pointsHere(desk: Desk): readonly MeasuredPoint[] {
  return pointsWith(desk.measured, contextOf(desk));
}

/** What could not be loaded, so that nothing can be measured; null if everything is loaded or loading. */
export function missing({ phase, dataset, weightsMissing }: Desk): 'images' | 'weights' | null {
  if (phase === 'ready' && dataset === null) return 'images';
  return weightsMissing ? 'weights' : null;
}

const NONE: readonly ShippedPoint[] = [];

function shippedHere({ shipped, scheme, network, networkId, datasetId, weightsMissing }: Desk): Desk['shipped'] {
  // Without weights, shipped results must not look like results of the network in use.
  if (weightsMissing) return null;
  if (shipped === null || (network !== null && network.fingerprint !== shipped.sensitivity.fingerprint)) return null;
  const sameScheme = schemeName(shipped.scheme) === schemeName(scheme);
  // After a switch, the previous network's results stay in the store until the new ones arrive.
  const sameNetwork = shipped.sensitivity.network === networkId && shipped.sensitivity.dataset === datasetId;
  return sameScheme && sameNetwork ? shipped : null;
}

/** The shipped cloud, if it was measured with the weights and scheme in use. */
export function cloudHere(desk: Desk): readonly ShippedPoint[] {
  return shippedHere(desk)?.cloud ?? NONE;
}

/**
 * Whether single-layer costs can predict a policy. They do not add up under a correction, which is computed for each policy
 * as a whole, unless codes are chosen on images, which leaves a correction little to do.
 */
export function canEstimate({ scheme }: Pick<Desk, 'scheme'>): boolean {
  const { correction } = calibrationOf(scheme);
  return correction === 'none' || (correction === 'batchNorm' && choosesCodes(scheme));
}

/** The sensitivity table in use: measured here, or else shipped. */
export function tableHere(desk: Desk): { table: SensitivityTable; origin: 'measured' | 'shipped' } | null {
  const { sensitivity, scheme, networkId, datasetId, network } = desk;
  if (
    sensitivity !== null &&
    sensitivity.network === networkId &&
    sensitivity.dataset === datasetId &&
    sensitivity.fingerprint === network?.fingerprint &&
    schemeName(sensitivity.scheme) === schemeName(scheme)
  )
    return measuredTable(sensitivity);
  const shipped = shippedHere(desk);
  return shipped ? shippedTable(shipped.sensitivity) : null;
}
const measuredTable = latest((table: SensitivityTable) => ({ table, origin: 'measured' as const }));
const shippedTable = latest((table: SensitivityTable) => ({ table, origin: 'shipped' as const }));

/** An accuracy on test images, measured in this browser or shipped with the page. */
export interface KnownAccuracy {
  readonly accuracy: Proportion;
  readonly source: 'measured' | 'shipped';
}

const unroundedFrom = latest(
  (
    network: Desk['network'],
    measured: readonly MeasuredPoint[],
    cloud: readonly ShippedPoint[],
    float: BitPolicy,
  ): KnownAccuracy | undefined => {
    let best: MeasuredPoint | undefined;
    for (const point of measured) if (point.accuracy.n >= (best?.accuracy.n ?? 0)) best = point;
    if (best) {
      const { n, value } = best.accuracy;
      return { accuracy: wilson(Math.round((value - best.againstFloat.difference) * n), n), source: 'measured' };
    }
    const shipped = cloud.find(({ policy }) => samePolicy(policy, float))?.accuracy;
    const { origin, accuracy, images } = network?.checkpoint ?? {};
    const stated = origin === 'shipped' && accuracy !== undefined && images !== undefined;
    const proportion = shipped ?? (stated ? wilson(Math.round(accuracy * images), images) : undefined);
    return proportion && { accuracy: proportion, source: 'shipped' };
  },
);

/** Accuracy of the weights in use without rounding, on test images; undefined if not known. */
export function unrounded(desk: Desk): KnownAccuracy | undefined {
  return unroundedFrom(desk.network, pointsHere(desk), cloudHere(desk), floatPolicy(desk.architecture));
}

/** True unless the weights in use come from QAT: without rounding, such weights are not the float network. */
export function isFloatNetwork({ network }: Pick<Desk, 'network'>): boolean {
  return network?.checkpoint.trainedFrom === undefined;
}

const fromAnswers = latest(
  (answers: FloatAnswers): KnownAccuracy => ({ accuracy: answers.accuracy, source: 'measured' }),
);

/**
 * Accuracy on test images of the float network that the weights in use came from: what "float" means on the page. Undefined
 * if it is not known or there was none.
 */
export function floatNetwork(desk: Desk): KnownAccuracy | undefined {
  const answers = desk.network?.checkpoint.trainedFrom;
  if (answers === undefined) return unrounded(desk);
  return answers === null ? undefined : fromAnswers(answers);
}

/** Test images of which accuracy says something. */
const ENOUGH = 100;

/** True if a network of the user's is hardly better than guessing on the images in use, even without rounding. */
export function isAtChance(desk: Desk): boolean {
  const { network, dataset } = desk;
  if (network?.checkpoint.origin !== 'own' || dataset === null) return false;
  const { accuracy } = floatNetwork(desk) ?? {};
  return accuracy !== undefined && accuracy.n >= ENOUGH && isNearChance(accuracy, dataset.classes.length);
}

const estimatorFor = latest(
  (
    table: SensitivityTable,
    measured: readonly MeasuredPoint[],
    cloud: readonly ShippedPoint[],
    unroundedAccuracy: number | undefined,
  ): Estimator =>
    createEstimator(
      table,
      [
        ...cloud.map(({ policy, accuracy, loss }) => ({ policy, loss, accuracy: accuracy.value })),
        ...measured.map(({ policy, accuracy, loss }) => ({ policy, loss, accuracy: accuracy.value })),
      ],
      unroundedAccuracy,
    ),
);

/** The current estimator of accuracy on test images, or null without a sensitivity table. */
export function estimatorHere(desk: Desk): Estimator | null {
  const sensitivity = tableHere(desk);
  return sensitivity
    ? estimatorFor(sensitivity.table, pointsHere(desk), cloudHere(desk), unrounded(desk)?.accuracy.value)
    : null;
}

/** Whether to show the estimate: not if it is known to disagree with measurements. */
export function isTrusted(estimator: Estimator): boolean {
  return !(estimator.agreement < AGREEMENT_NEEDED);
}

/** An estimated accuracy and its typical error, in [0, 1]; the error is NaN with too few measured policies. */
export interface Estimate {
  readonly value: number;
  readonly error: number;
}

const estimates = new WeakMap<Estimator, WeakMap<BitPolicy, Estimate>>();

function estimateOf(estimator: Estimator, policy: BitPolicy): Estimate | undefined {
  const byPolicy = estimates.get(estimator) ?? new WeakMap<BitPolicy, Estimate>();
  estimates.set(estimator, byPolicy);
  const estimate = byPolicy.get(policy) ?? {
    value: estimator.estimate(policy).accuracy,
    error: estimator.errorAt(policy),
  };
  byPolicy.set(policy, estimate);
  return Number.isFinite(estimate.value) ? estimate : undefined;
}

/** Estimated accuracy of a policy; undefined without a table or if the estimate is hidden. */
export function estimatedAccuracy(desk: Desk, policy: BitPolicy): Estimate | undefined {
  const estimator = estimatorHere(desk);
  return estimator && isTrusted(estimator) ? estimateOf(estimator, policy) : undefined;
}

/** Difference of a policy, on the same images, from the float network behind the weights, or else from them unrounded. */
export interface Against {
  readonly reference: 'float' | 'unrounded';
  readonly difference: PairedDifference;
}

/** The comparison of a measurement with the float network if there is one, or else with the unrounded weights. */
export function againstOf(
  { againstFloat, againstSource }: Pick<MeasuredPoint, 'againstFloat' | 'againstSource'>,
  desk: Pick<Desk, 'network'>,
): Against {
  if (againstSource) return { reference: 'float', difference: againstSource };
  return { reference: isFloatNetwork(desk) ? 'float' : 'unrounded', difference: againstFloat };
}

/** The accuracy of the policy on the faders, best source first. */
export type Headline =
  | { readonly source: 'measured'; readonly accuracy: Proportion; readonly against: Against }
  | { readonly source: 'shipped'; readonly accuracy: Proportion }
  | ({ readonly source: 'estimated' } & Estimate)
  | { readonly source: 'none' };

const headlineOf = latest(
  (
    policy: BitPolicy,
    current: Desk['current'],
    measured: readonly MeasuredPoint[],
    cloud: readonly ShippedPoint[],
    estimate: Estimate | undefined,
    network: Desk['network'],
  ): Headline => {
    const earlier = measured.findLast((point) => samePolicy(point.policy, policy));
    const now = current !== null && samePolicy(current.policy, policy) ? current : undefined;
    const best = earlier && earlier.accuracy.n >= (now?.accuracy.n ?? 0) ? earlier : now;
    if (best) return { source: 'measured', accuracy: best.accuracy, against: againstOf(best, { network }) };
    const shipped = cloud.find((point) => samePolicy(point.policy, policy));
    if (shipped) return { source: 'shipped', accuracy: shipped.accuracy };
    return estimate === undefined ? { source: 'none' } : { source: 'estimated', ...estimate };
  },
);

/** Accuracy of the policy on the faders and its source. */
export function headline(desk: Desk): Headline {
  const { policy, current, network, scheme } = desk;
  const now =
    current !== null &&
    current.fingerprint === network?.fingerprint &&
    schemeName(current.scheme) === schemeName(scheme)
      ? current
      : null;
  return headlineOf(policy, now, pointsHere(desk), cloudHere(desk), estimatedAccuracy(desk, policy), network);
}

/** The layer whose weights are shown: the one touched last, else the one selected last, else the first. */
export function inspectedLayer({ inspected, selection, policy, architecture }: Desk): string {
  const here = [inspected, ...selection.toReversed()].find((id) => id !== null && policy[id] !== undefined);
  return here ?? layersOf(architecture)[0].id;
}

/** True if the quantizer of the weights is designed for QAT, and a layer was neither trained with it nor came with its levels. */
export function needsTraining({ scheme, policy, network }: Desk): boolean {
  if (!quantizerOf(scheme.quantizer).madeForTraining || network === null) return false;
  const { origin, trainedFrom } = network.checkpoint;
  const isFloat = origin !== 'initial' && trainedFrom === undefined;
  const known = new Set(network.learned);
  return (
    isFloat &&
    Object.entries(policy).some(
      ([id, { weights }]) => weights !== FLOAT && !known.has(learnedKernelName(id, scheme, weights)),
    )
  );
}
