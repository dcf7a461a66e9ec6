// The fields of a link: `key=value`, with values that people can read and write by hand. To add a field, add it to
// `LinkState` (codecs.ts), to this table, and to `firstState` (link.ts), which gives its value in links without it. The
// meaning of old links must never change.
import { type NumberRange, TRAINING_RANGES } from '../../engine/protocol/training';
import type { TensorMode } from '../../policy/edits';
import { activationQuantizers } from '../../quant/activationRegistry';
import type { Calibration, WeightRounding } from '../../quant/calibration';
import { parseGranularity } from '../../quant/granularity';
import type { ActivationQuantizerId, Granularity, RangeChoice, WeightRange } from '../../quant/quantizer';
import {
  activationsOf,
  calibrationOf,
  type QuantizerId,
  type QuantScheme,
  quantizerOf,
  quantizers,
  withCalibration,
} from '../../quant/registry';
import type { Axis, PhoneTab } from '../state/desk';
import { type Codec, type LinkField, type LinkState, number, oneOf, places, plain, widths, yesNo } from './codecs';
import { searchFields } from './searchFields';

const RANGES = ['minMax', 'percentile', 'mse'] as const satisfies readonly RangeChoice[];
const WEIGHT_RANGES = [...RANGES, 'hessian'] as const satisfies readonly WeightRange[];
const scheme = (part: Partial<QuantScheme>, state: LinkState) => ({ scheme: { ...state.scheme, ...part } });

const granularity: Codec<Granularity> = {
  wants: 'tensor, channel or block:32, if the quantizer has it',
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

const quantizerFields: readonly LinkField[] = [
  plain(
    'quantizer',
    'quantizer',
    oneOf(Object.keys(quantizers) as QuantizerId[]),
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
      'per',
      'granularity of the scales',
      granularity,
      (state) => state.scheme.granularity,
      (value, state) => scheme({ granularity: value }, state),
    ),
    read(text, state, complain) {
      const { label, granularities } = quantizerOf(state.scheme.quantizer);
      const value = granularity.read(text);
      if (value !== undefined && has(state.scheme.quantizer, value)) return scheme({ granularity: value }, state);
      complain(`${label} has scales per ${granularities.join(' or ')}.`, `They stay per ${state.scheme.granularity}.`);
      return {};
    },
  },
  plain(
    'range',
    'range',
    oneOf(WEIGHT_RANGES),
    (state) => state.scheme.range ?? 'minMax',
    (range, state) => scheme(range === 'minMax' ? {} : { range }, state),
  ),
  plain(
    'scales',
    'width of the scales',
    oneOf(['16', '32']),
    (state) => String(state.scheme.scaleBits ?? 32) as '16' | '32',
    (bits, state) => scheme(bits === '16' ? { scaleBits: 16 } : {}, state),
  ),
  plain(
    'acts',
    'quantizer of the activations',
    oneOf(Object.keys(activationQuantizers) as ActivationQuantizerId[]),
    (state) => activationsOf(state.scheme),
    (activations, state) => scheme(activations === 'uniform' ? {} : { activations }, state),
  ),
  plain(
    'rounding',
    'rounding of the weights',
    oneOf<WeightRounding>(['nearest', 'gptq']),
    (state) => calibrationOf(state.scheme).rounding ?? 'nearest',
    (rounding, state) => ({ scheme: withCalibration(state.scheme, { rounding }) }),
  ),
  calibrationSwitch('equal', 'choice of equalization', 'equalize'),
  calibrationSwitch('synthesized', 'choice of synthesized images', 'synthesize'),
  calibrationField('seen', 'range of the activations', 'range', oneOf(RANGES)),
  calibrationField('correct', 'correction', 'correction', oneOf(['none', 'bias', 'batchNorm'])),
  calibrationField('norms', 'choice about batch norms', 'batchNorm', oneOf(['keep', 'fold'])),
  calibrationField('looks', 'number of calibration images', 'images', number(1, 1_000_000, true)),
];

function calibrationField<K extends keyof Pick<Calibration, 'range' | 'correction' | 'batchNorm' | 'images'>>(
  key: string,
  label: string,
  part: K,
  codec: Codec<Calibration[K]>,
): LinkField {
  return plain(
    key,
    label,
    codec,
    (state) => calibrationOf(state.scheme)[part],
    (value, state) => ({ scheme: withCalibration(state.scheme, { [part]: value }) }),
  );
}

function calibrationSwitch(key: string, label: string, part: 'equalize' | 'synthesize'): LinkField {
  return plain(
    key,
    label,
    yesNo,
    (state) => calibrationOf(state.scheme)[part] === true,
    (value, state) => ({ scheme: withCalibration(state.scheme, { [part]: value }) }),
  );
}

function has(id: QuantizerId, value: Granularity): boolean {
  return quantizerOf(id).granularities.includes(parseGranularity(value).kind);
}

type Training = LinkState['trainingOptions'];
const numberOf = (option: keyof typeof TRAINING_RANGES) => {
  const { min, max, whole }: NumberRange = TRAINING_RANGES[option];
  return number(min, max, whole);
};
const trainingCodecs: {
  readonly [K in keyof Training]-?: readonly [key: string, label: string, codec: Codec<Training[K]>];
} = {
  seed: ['seed', 'seed', numberOf('seed')],
  quantizationAware: ['aware', 'choice of training for these bits', yesNo],
  fromScratch: ['scratch', 'choice of new random weights', yesNo],
  epochs: ['epochs', 'number of epochs', numberOf('epochs')],
  imagesPerEpoch: ['drawn', 'number of images per epoch', numberOf('imagesPerEpoch')],
  batchSize: ['batch', 'batch size', numberOf('batchSize')],
  learningRate: ['rate', 'learning rate', numberOf('learningRate')],
  schedule: ['schedule', 'learning rate schedule', oneOf(['cosine', 'one-cycle'])],
  momentum: ['momentum', 'momentum', numberOf('momentum')],
  weightDecay: ['decay', 'weight decay', numberOf('weightDecay')],
  labelSmoothing: ['smoothing', 'label smoothing', numberOf('labelSmoothing')],
  augment: ['augment', 'choice of augmentation', yesNo],
  learnFrom: ['learn', 'choice of what is learned', oneOf(['labels', 'float'])],
  temperature: ['temperature', 'temperature', numberOf('temperature')],
};

function trainingField<K extends keyof Training>(option: K): LinkField {
  const [key, label, codec] = trainingCodecs[option] as readonly [string, string, Codec<Training[K]>];
  return plain<Training[K]>(
    key,
    label,
    codec,
    (state) => state.trainingOptions[option],
    (value, state) => ({ trainingOptions: { ...state.trainingOptions, [option]: value } }),
  );
}

/** All fields, in the order in which links are written and read. */
export const linkFields: readonly LinkField[] = [
  // Before the widths, which depend on the quantizer.
  ...quantizerFields,
  widths('w', 'weights'),
  widths('a', 'activations'),
  ...(Object.keys(trainingCodecs) as (keyof Training)[]).map((option) => trainingField(option)),
  plain(
    'faders',
    'choice of faders',
    oneOf<TensorMode>(['weights', 'activations', 'both']),
    (state) => state.tensorMode,
    (tensorMode) => ({ tensorMode }),
  ),
  plain(
    'axis',
    'axis of the plot',
    oneOf<Axis>(['memory', 'bitOps', 'averageBits']),
    (state) => state.axis,
    (axis) => ({ axis }),
  ),
  plain(
    'tab',
    'tab',
    oneOf<PhoneTab>(['tune', 'plot', 'inspect', 'train', 'search']),
    (state) => state.phoneTab,
    (phoneTab) => ({ phoneTab }),
  ),
  places(
    'select',
    'selected layers',
    (state) => state.selection,
    (selection) => ({ selection }),
  ),
  places(
    'layer',
    'layers looked at',
    (state) => (state.inspected === null ? [] : [state.inspected]),
    ([inspected = null]) => ({ inspected }),
  ),
  plain(
    'look',
    'look at the layer',
    oneOf<LinkState['inspector']>(['weights', 'activations']),
    (state) => state.inspector,
    (inspector) => ({ inspector }),
  ),
  plain(
    'image',
    'place of the image among those for testing',
    number(0, 9_999_999, true),
    (state) => state.image,
    (image) => ({ image }),
  ),
  ...searchFields,
];
