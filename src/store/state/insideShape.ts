// Checks the inside of a stored run, by kind.
import type { Inside } from '../../engine/protocol/searching';
import {
  type Check,
  hasFields,
  isAbsentOr,
  isAnyNumber,
  isFlag,
  isKeyOf,
  isList,
  isNumber,
  isText,
  isWhole,
} from '../../formats/shape';
import { isActivationBits, isLoss, isPolicy, isShare, isWeightBits } from './runShape';

/** Lists of one layer, of the same length as its `bits`. */
const isAligned =
  (bits: string, ...lists: readonly string[]): Check =>
  (value) => {
    const layer = value as Readonly<Record<string, readonly unknown[] | undefined>>;
    return lists.every((name) => layer[name] === undefined || layer[name].length === layer[bits]?.length);
  };
const isBoth =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.every((check) => check(value));
type InsideOf<K extends Inside['kind']> = Extract<Inside, { kind: K }>;
type LayerOf<K extends 'importance' | 'mixture' | 'table'> = InsideOf<K>['layers'][number];
type Believed = InsideOf<'posterior'>['choice'];
const believed = { policy: isPolicy, mean: isAnyNumber, sd: isNumber(0) };

/** The inside of a run, by kind. An invalid one is dropped: the run is usable with its points alone. */
const INSIDES: { readonly [K in Inside['kind']]: Check } = {
  posterior: hasFields<InsideOf<'posterior'>>({
    kind: isText,
    tasks: isList(
      hasFields<InsideOf<'posterior'>['tasks'][number]>({ label: isText, cost: isNumber(0), gain: isAnyNumber }),
    ),
    candidates: isList(
      hasFields<InsideOf<'posterior'>['candidates'][number]>({
        averageBits: isNumber(0, 32),
        mean: isAnyNumber,
        sd: isNumber(0),
      }),
    ),
    correlation: isList(isList(isAnyNumber)),
    choice: hasFields<Believed>(believed),
    next: isAbsentOr(hasFields<NonNullable<InsideOf<'posterior'>['next']>>({ ...believed, task: isWhole() })),
  }),
  importance: hasFields<InsideOf<'importance'>>({
    kind: isText,
    layers: isList(
      isBoth(
        hasFields<LayerOf<'importance'>>({
          id: isText,
          bits: isList(isWeightBits),
          weights: isList(isAnyNumber),
          activations: isAbsentOr(isList(isAnyNumber)),
          activationBits: isAbsentOr(isList(isActivationBits)),
        }),
        isAligned('bits', 'weights'),
        isAligned('activationBits', 'activations'),
      ),
    ),
    squared: isAbsentOr(isFlag),
    loss: isAbsentOr(isAnyNumber),
    moved: isAbsentOr(isNumber(0)),
    program: isAbsentOr(
      hasFields<NonNullable<InsideOf<'importance'>['program']>>({
        penalty: isAnyNumber,
        bound: isAnyNumber,
        optimal: isFlag,
        nodes: isNumber(0),
      }),
    ),
  }),
  mixture: hasFields<InsideOf<'mixture'>>({
    kind: isText,
    temperature: isAnyNumber,
    layers: isList(
      isBoth(
        hasFields<LayerOf<'mixture'>>({ id: isText, bits: isList(isWeightBits), probabilities: isList(isShare) }),
        isAligned('bits', 'probabilities'),
      ),
    ),
    averageBits: isAnyNumber,
    loss: isAbsentOr(isAnyNumber),
  }),
  population: hasFields<InsideOf<'population'>>({
    kind: isText,
    size: isWhole(),
    origins: (value) => typeof value === 'string' && /^[rmcs]*$/.test(value),
    loss: isAbsentOr(isAnyNumber),
  }),
  table: hasFields<InsideOf<'table'>>({
    kind: isText,
    label: isText,
    layers: isList(
      isBoth(
        hasFields<LayerOf<'table'>>({ id: isText, bits: isList(isWeightBits), values: isList(isLoss) }),
        isAligned('bits', 'values'),
      ),
    ),
  }),
};

/** True for a valid inside; false also for one from an earlier version that lacks data now drawn. */
export function isInside(value: unknown): value is Inside {
  const { kind } = (value ?? {}) as { kind?: unknown };
  return isKeyOf(INSIDES)(kind) && INSIDES[kind as Inside['kind']](value);
}
