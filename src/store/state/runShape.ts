// Checks the text of a stored run field by field. The types ensure that fields added to a run are added here as well. runFits
// checks whether its policies match the network in use.
import { datasets } from '../../data/registry';
import { isCostTable } from '../../device/costTable';
import type {
  Allowed,
  Budget,
  Chosen,
  LossClaim,
  SearchLimit,
  SearchSettings,
  Spent,
  TriedPolicy,
} from '../../engine/protocol/searching';
import {
  type Check,
  hasFields,
  isAbsentOr,
  isAnyNumber,
  isEither,
  isFlag,
  isKeyOf,
  isList,
  isNullOr,
  isNumber,
  isOneOf,
  isRecord,
  isText,
  isTuple,
  isWhole,
} from '../../formats/shape';
import { isBitWidth, type LayerBits } from '../../graph/policy';
import { parseScheme } from '../../quant/parseScheme';
import { type QuantScheme, schemeName } from '../../quant/registry';
import { networks } from '../../zoo/registry';
import type { PlainRun } from './plainRun';
import { METHOD_IDS, type SearchForm } from './searchForm';
import type { RunState } from './searchRun';

const STATES: Readonly<Record<RunState, true>> = {
  queued: true,
  running: true,
  pausing: true,
  paused: true,
  done: true,
  stopped: true,
  failed: true,
  refused: true,
};

/** Bits that weights may have, and activations. */
export const isWeightBits: Check = (value) => typeof value === 'number' && isBitWidth(value, 'weights');
export const isActivationBits: Check = (value) => typeof value === 'number' && isBitWidth(value, 'activations');
/** A bit policy for any layers. */
export const isPolicy = isRecord(hasFields<LayerBits>({ weights: isWeightBits, activations: isActivationBits }));
/** A share in [0, 1]. */
export const isShare = isNumber(0, 1);
const isSteps = isEither(isWhole(), isOneOf('shared'));
/** The bit widths of a policy as written by `writeRun`. */
const isBits: Check = (value) =>
  typeof value === 'string' && /^(\d+\.\d+( |$))*$/.test(value) && widthsOf(value).every(isPair);
const isPair = isTuple(isWeightBits, isActivationBits);
const widthsOf = (bits: string) => (bits === '' ? [] : bits.split(' ').map((pair) => pair.split('.').map(Number)));
const isPlainShare: Check = (value) =>
  isTuple(isWhole(), isWhole(1))(value) && (value as number[])[0] <= (value as number[])[1];
/** JSON has null for a number that was not finite. */
export const isLoss = isNullOr(isAnyNumber);

const isSpent = hasFields<Spent>({
  forward: isNumber(0),
  backward: isNumber(0),
  evaluations: isNumber(0),
  seconds: isNumber(0),
  training: isAbsentOr(isNumber(0)),
});

/** A scheme whose quantizer exists. */
export const isScheme: Check = (value) => {
  try {
    return parseScheme(schemeName(value as QuantScheme)) !== undefined;
  } catch {
    return false;
  }
};

/** A network of the zoo, or a possible id of an imported one. */
export const isNetworkId: Check = (value) => isKeyOf(networks)(value) || /^own-[a-z0-9-]+$/.test(String(value));

const isOptions = isRecord(isEither(isAnyNumber, isText));
const isBudget = hasFields<Budget>({
  evaluations: isAbsentOr(isNumber(0)),
  images: isAbsentOr(isNumber(0)),
  seconds: isAbsentOr(isNumber(0)),
});

const isSetting = hasFields<SearchSettings>({
  method: isOneOf(...METHOD_IDS),
  options: isOptions,
  scheme: isScheme,
  allowed: hasFields<Allowed>({
    weights: isList(isWeightBits),
    activations: isEither(isOneOf('asWeights'), isList(isActivationBits)),
    locks: isPolicy,
    pairs: isAbsentOr(isList(hasFields<LayerBits>({ weights: isWeightBits, activations: isActivationBits }))),
    ties: isAbsentOr(isList(isList(isText))),
  }),
  limits: isList(
    hasFields<SearchLimit>({
      measure: isOneOf('memory', 'weights', 'bitOps', 'flash', 'ram', 'latency', 'energy'),
      most: isNumber(0),
      device: isAbsentOr(isText),
      table: isAbsentOr(isCostTable),
    }),
  ),
  budget: isBudget,
  seeds: isList(isPolicy),
  images: isWhole(1),
  steps: isWhole(),
  batchSize: isWhole(1),
  learningRate: isNumber(0),
  learnFrom: isAbsentOr(isOneOf('labels', 'float')),
  seed: isWhole(),
  lose: isAbsentOr(isNumber(0, 1)),
});

/** The fields of the form, each absent or valid; absent fields have their initial value. */
const FORM: Readonly<Record<keyof SearchForm, Check>> = {
  method: isOneOf(...METHOD_IDS),
  options: isRecord(isOptions),
  budgetKind: isOneOf('evaluations', 'minutes', 'images'),
  budgets: hasFields<SearchForm['budgets']>({ evaluations: isNumber(0), minutes: isNumber(0), images: isNumber(0) }),
  limitKind: isOneOf('memory', 'compression', 'bitOps', 'loss', 'none'),
  limits: hasFields<SearchForm['limits']>({
    memory: isNullOr(isNumber(0)),
    compression: isNullOr(isNumber(0)),
    bitOps: isNullOr(isNumber(0)),
    loss: isAbsentOr(isNullOr(isNumber(0))),
  }),
  weights: isList(isWeightBits),
  activations: isOneOf('eight', 'float', 'asWeights', 'pairs', 'searched'),
  ties: isOneOf('none', 'shortcuts', 'blocks'),
  locked: isList(isText),
  images: isWhole(1),
  steps: isWhole(),
  seed: isWhole(),
  useMine: isFlag,
};
const isForm = hasFields<SearchForm>(
  Object.fromEntries(Object.entries(FORM).map(([name, check]) => [name, isAbsentOr(check)])) as typeof FORM,
);

/** True if all policies of a run are for the same layers. */
function hasItsLayers({ layers, points, front, chosen }: PlainRun): boolean {
  const ids = [...layers].sort().join('\n');
  const table = chosen?.table;
  const others = [chosen?.policy, chosen?.control, chosen?.believed?.policy].filter((policy) => policy !== undefined);
  return (
    new Set(layers).size === layers.length &&
    [...points, ...front].every(([bits]) => widthsOf(bits).length === layers.length) &&
    (layers.length === 0 ||
      table === undefined ||
      table.layers
        .map(({ id }) => id)
        .sort()
        .join('\n') === ids) &&
    (layers.length === 0 || others.every((policy) => Object.keys(policy).sort().join('\n') === ids))
  );
}

type HarmTable = NonNullable<Chosen['table']>;
/** What a method knows of single layers. */
const isHarmTable = hasFields<HarmTable>({
  label: isText,
  layers: isList(
    hasFields<HarmTable['layers'][number]>({
      id: isText,
      choices: isList(isTuple(isWeightBits, isActivationBits, isAnyNumber)),
    }),
  ),
});

/** A policy whose loss was tested; the loss may be negative, a gain. */
const isTried = hasFields<TriedPolicy>({
  policy: isPolicy,
  bytes: isNumber(0),
  lost: isAnyNumber,
  atMost: isAnyNumber,
  n: isWhole(1),
  state: isOneOf('open', 'proved', 'failed'),
  needed: isAbsentOr(isNumber(0)),
});

type ChosenBelief = NonNullable<Chosen['believed']>;

const isPlainRun = hasFields<PlainRun>({
  version: isOneOf(1),
  id: isText,
  name: isText,
  label: isText,
  network: isNetworkId,
  dataset: isKeyOf(datasets),
  fingerprint: isText,
  backend: isAbsentOr(isOneOf('webgpu', 'webgl', 'wasm', 'cpu')),
  setting: isSetting,
  form: isAbsentOr(isForm),
  state: isKeyOf(STATES),
  why: isText,
  begun: isFlag,
  phase: isText,
  done: isAbsentOr(isNumber(0)),
  used: isNumber(0),
  spent: isSpent,
  layers: isList(isText),
  points: isList(
    isTuple(
      isBits,
      isSteps,
      isOneOf('candidate', 'control'),
      isWhole(),
      isWhole(1),
      isLoss,
      isTuple(isNumber(0), isNumber(0), isNumber(0), isNumber(0)),
    ),
  ),
  inside: () => true,
  chosen: isNullOr(
    hasFields<Chosen>({
      policy: isPolicy,
      because: isText,
      control: isAbsentOr(isPolicy),
      table: isAbsentOr(isHarmTable),
      believed: isAbsentOr(hasFields<ChosenBelief>({ policy: isPolicy, because: isText })),
    }),
  ),
  claim: isAbsentOr(
    hasFields<LossClaim>({
      most: isShare,
      images: isWhole(),
      tried: isList(isTried),
      proved: isAbsentOr(isTried),
      tested: isAbsentOr(isRecord(isAnyNumber)),
    }),
  ),
  front: isList(isTuple(isBits, isSteps, isNullOr(isPlainShare), isPlainShare)),
  scoring: isOneOf('no', 'waiting', 'running'),
  discarded: isFlag,
});

/** True for an unchanged result of `writeRun`. */
export function isStoredRun(value: unknown): value is PlainRun {
  return isPlainRun(value) && hasItsLayers(value as PlainRun);
}
