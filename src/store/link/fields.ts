// The fields of a link: `key=value`, with values that people can read and write by hand. To add a field, add it to
// `LinkState` (codecs.ts), to this table, and to `firstState` (link.ts), which gives its value in links without it. The
// meaning of old links must never change.
import { KB } from '../../graph/size';
import { CALIBRATION, WEIGHT_RANGE } from '../../options/calibration';
import { GRANULARITY, SCHEME, scalesOf } from '../../options/scheme';
import { TRAINING } from '../../options/training';
import type { TensorMode } from '../../policy/edits';
import type { Calibration } from '../../quant/calibration';
import { parseGranularity } from '../../quant/granularity';
import type { Granularity } from '../../quant/quantizer';
import {
  activationsOf,
  calibrationOf,
  type QuantizerId,
  type QuantScheme,
  quantizerOf,
  withCalibration,
} from '../../quant/registry';
import { said } from '../../words/en/declared';
import { linking } from '../../words/en/linking';
import { BUDGET_RANGE } from '../measure/budget';
import type { SizeBudget } from '../state/budget';
import { LONGEST_NAME } from '../state/challenges';
import type { Axis, Tab } from '../state/desk';
import { LESSON_IDS, type LessonId } from '../state/lessons';
import { HIDEABLE, type Hideable } from '../state/shared';
import { boardFields } from './boardField';
import { challengeText } from './challengeText';
import {
  type Codec,
  codecOf,
  type LinkField,
  type LinkState,
  number,
  oneOf,
  pinned,
  places,
  plain,
  widths,
} from './codecs';
import { searchFields } from './searchFields';

const scheme = (part: Partial<QuantScheme>, state: LinkState) => ({ scheme: { ...state.scheme, ...part } });

const granularity: Codec<Granularity> = {
  wants: () => linking.granularity,
  write: (value) => value,
  read(text) {
    try {
      parseGranularity(text);
      return text as Granularity;
    } catch {
      return undefined;
    }
  },
};

/** Every part of a calibration, by its declaration. */
const calibrationFields = (Object.keys(CALIBRATION) as (keyof Calibration)[]).map((part) => {
  const { link, ...field } = CALIBRATION[part];
  return plain(
    link.key,
    () => said(link.name),
    codecOf(field),
    (state) => calibrationOf(state.scheme)[part] ?? field.initial,
    (value, state) => ({ scheme: withCalibration(state.scheme, { [part]: value }) }),
  );
});

const quantizerFields: readonly LinkField[] = [
  plain(
    SCHEME.quantizer.link.key,
    () => said(SCHEME.quantizer.link.name),
    oneOf(SCHEME.quantizer.choices),
    (state) => state.scheme.quantizer,
    (quantizer, state) => {
      const [first] = quantizerOf(quantizer).granularities;
      const isSupported = has(quantizer, state.scheme.granularity);
      return scheme(
        { quantizer, ...(isSupported ? {} : { granularity: first === 'block' ? 'block:32' : first }) },
        state,
      );
    },
  ),
  {
    ...plain(
      GRANULARITY.link.key,
      () => said(GRANULARITY.link.name),
      granularity,
      (state) => state.scheme.granularity,
      (value, state) => scheme({ granularity: value }, state),
    ),
    read(text, state, complain) {
      const { label, granularities } = quantizerOf(state.scheme.quantizer);
      const value = granularity.read(text);
      if (value !== undefined && has(state.scheme.quantizer, value)) return scheme({ granularity: value }, state);
      complain(linking.scalesPer(label, granularities), linking.staysPer(state.scheme.granularity));
      return {};
    },
  },
  plain(
    WEIGHT_RANGE.link.key,
    () => said(WEIGHT_RANGE.link.name),
    oneOf(WEIGHT_RANGE.choices),
    (state) => state.scheme.range ?? 'minMax',
    (range, state) => scheme(range === 'minMax' ? {} : { range }, state),
  ),
  plain(
    SCHEME.scaleBits.link.key,
    () => said(SCHEME.scaleBits.link.name),
    oneOf(SCHEME.scaleBits.choices),
    ({ scheme: { scaleBits } }) => `${scaleBits ?? SCHEME.scaleBits.initial}` as const,
    (word, state) => scheme(scalesOf(word), state),
  ),
  plain(
    SCHEME.activations.link.key,
    () => said(SCHEME.activations.link.name),
    oneOf(SCHEME.activations.choices),
    (state) => activationsOf(state.scheme),
    (activations, state) => scheme(activations === 'uniform' ? {} : { activations }, state),
  ),
  ...calibrationFields,
];

function has(id: QuantizerId, value: Granularity): boolean {
  return quantizerOf(id).granularities.includes(parseGranularity(value).kind);
}

type Training = LinkState['trainingOptions'];

/** Every option of training, by its declaration. */
const trainingFields = (Object.keys(TRAINING) as (keyof Training)[]).map((option) => {
  const { link, ...field } = TRAINING[option];
  return plain(
    link.key,
    () => said(link.name),
    codecOf(field),
    (state) => state.trainingOptions[option],
    (value, state) => ({ trainingOptions: { ...state.trainingOptions, [option]: value } }),
  );
});

/** Named apart from the budget of searches, whose key is `budget`. */
const sizeBudget: Codec<SizeBudget | null> = {
  wants: () => linking.sizes,
  // A quotient by 1024 is exact, so that any number of bytes is read as it was written.
  write: (budget) => (budget === null ? 'off' : `${budget.bytes / KB}KB${budget.mode === 'hold' ? '-hold' : ''}`),
  read(text) {
    if (text === 'off') return null;
    const [, digits = '', hold] = /^([\d.]+)KB(-hold)?$/.exec(text) ?? [];
    const size = number(BUDGET_RANGE.min / KB, BUDGET_RANGE.max / KB).read(digits);
    return size === undefined ? undefined : { bytes: size * KB, mode: hold ? 'hold' : 'warn' };
  },
};

/** Anybody's name; signs that part a link, or that a chat takes for the end of it, are written as codes. */
const person: Codec<string> = {
  wants: () => linking.names(LONGEST_NAME),
  write: (by) =>
    encodeURIComponent(by).replace(/[!'()*.]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`),
  read: (text) => ([...text].length <= LONGEST_NAME && !/\p{Cc}/u.test(text) ? text.trim() : undefined),
};

const hideable: Codec<readonly Hideable[]> = {
  wants: () => linking.someOf(HIDEABLE),
  write: (hidden) => HIDEABLE.filter((part) => hidden.includes(part)).join(','),
  read(text) {
    const named = text.split(',').filter((part) => part !== '');
    const known = HIDEABLE.filter((part) => named.includes(part));
    return known.length === new Set(named).size ? known : undefined;
  },
};

const seeds = number(TRAINING.seed.min, TRAINING.seed.max, true);
const fixedSeed: Codec<number | null> = {
  wants: () => linking.orNone(seeds.wants()),
  write: (seed) => (seed === null ? 'none' : seeds.write(seed)),
  read: (text) => (text === 'none' ? null : seeds.read(text)),
};

/** All fields, in the order in which links are written and read. */
export const linkFields: readonly LinkField[] = [
  // Before the widths, which depend on the quantizer.
  ...quantizerFields,
  widths('w', 'weights'),
  widths('a', 'activations'),
  pinned('pins'),
  ...trainingFields,
  plain(
    'fits',
    () => linking.fields.fits,
    sizeBudget,
    (state) => state.budget,
    (budget) => ({ budget }),
  ),
  ...boardFields,
  plain(
    'faders',
    () => linking.fields.faders,
    oneOf<TensorMode>(['weights', 'activations', 'both']),
    (state) => state.tensorMode,
    (tensorMode) => ({ tensorMode }),
  ),
  plain(
    'axis',
    () => linking.fields.axis,
    oneOf<Axis>(['memory', 'bitOps', 'averageBits', 'flash', 'ram', 'latency', 'energy']),
    (state) => state.axis,
    (axis) => ({ axis }),
  ),
  plain(
    'tab',
    () => linking.fields.tab,
    oneOf<Tab>(['tune', 'plot', 'images', 'layer', 'train', 'search', 'learn'], new Map([['inspect', 'layer']])),
    (state) => state.tab,
    (tab) => ({ tab }),
  ),
  plain(
    'lesson',
    () => linking.fields.lesson,
    oneOf<LessonId | 'none'>([...LESSON_IDS, 'none']),
    (state) => state.lesson ?? 'none',
    (lesson) => ({ lesson: lesson === 'none' ? null : lesson }),
  ),
  places(
    'select',
    () => linking.fields.select,
    (state) => state.selection,
    (selection) => ({ selection }),
  ),
  places(
    'layer',
    () => linking.fields.layer,
    (state) => (state.inspected === null ? [] : [state.inspected]),
    ([inspected = null]) => ({ inspected }),
  ),
  plain(
    'look',
    () => linking.fields.look,
    oneOf<LinkState['inspector']>(['weights', 'activations']),
    (state) => state.inspector,
    (inspector) => ({ inspector }),
  ),
  plain(
    'image',
    () => linking.fields.image,
    number(0, 9_999_999, true),
    (state) => state.image,
    (image) => ({ image }),
  ),
  plain(
    'challenge',
    () => linking.fields.challenge,
    challengeText,
    (state) => state.challenge,
    (challenge) => ({ challenge }),
  ),
  plain(
    'by',
    () => linking.fields.by,
    person,
    (state) => state.by,
    (by) => ({ by }),
  ),
  plain(
    'hide',
    () => linking.fields.hide,
    hideable,
    (state) => state.hidden,
    (hidden) => ({ hidden }),
  ),
  plain(
    'fix',
    () => linking.fields.fix,
    fixedSeed,
    (state) => state.fixedSeed,
    (fixed) => ({ fixedSeed: fixed }),
  ),
  plain(
    'view',
    () => linking.fields.view,
    oneOf(['desk', 'projector']),
    (state) => (state.projected ? 'projector' : 'desk'),
    (view) => ({ projected: view === 'projector' }),
  ),
  ...searchFields,
];
