// The layer at hand: its weights or its activations, and the quantizers compared.
import { count, fixed, percent, plusMinus, signed } from '../numbers';
import { words } from '../words';
import { units } from './units';

const levels = (n: number) => `${count(n)} ${n === 1 ? 'level' : 'levels'}`;

export const layer = words('layer', {
  note: 'of the layer touched last',
  choice: 'Show of the layer',
  view: { weights: 'Weights', activations: 'Activations' },
  skipped: (name: string) =>
    `${name} is skipped with its branch: the network is stored and runs without it. To restore it, move its fader or press X there.`,
  weightsSoon: 'What do the bits do to the weights? Drawn once the engine is ready.',
  activationsSoon: 'What does the layer see in an image? Drawn once the engine is ready.',
  weights: (n: number) => `${count(n)} weights`,
  barScale: 'Scale of the bars',
  scale: { linear: 'Linear', log: 'Log' },
  axis: (log: boolean) => `weight value (no unit) · height: number of weights${log ? ', log scale' : ''}`,
  range: (bits: number) => `range of ${units.bitsInWords(bits)}`,
  exact: 'no error',
  sqnr: (decibels: number) => `SQNR ${fixed(decibels, 1)} dB`,
  mse: (mse: string) => `MSE ${mse}`,
  clipped: (share: number) => {
    if (share === 0) return 'No weight is clipped';
    return `${share < 0.0005 ? `Less than ${fixed(0.1, 1)}` : percent(share)}\u00a0% of the weights are clipped: they lie beyond the outermost level of their group`;
  },
  sentence: (text: string) => `${text}.`,
  levels: {
    float: 'Float weights have no levels: every value stays as it is.',
    tensor: (n: number) => `Lines: the ${levels(n)} of the whole layer.`,
    channel: (n: number, channel: number, channels: number) =>
      `Lines: the ${levels(n)} of output channel ${channel}, which has the largest weight; each of the ${count(channels)} channels has its own.`,
    block: (n: number, channel: number, blocks: number, size: number) =>
      `Lines: the ${levels(n)} of the block of output channel ${channel} with the largest weight; each of the ${count(blocks)} blocks of up to ${count(size)} has its own.`,
  },
  histogram: {
    about: (name: string, n: number, peak: string, bits: number) =>
      `Layer ${name}, ${count(n)} weights up to ±${peak}, ${units.bitsInWords(bits)}`,
    float: (about: string) => `${about}: no levels, no error.`,
    says: (about: string, n: number, from: string, to: string, clipped: string, errors: string) =>
      `${about}: ${levels(n)} from ${from} to ${to}; ${clipped}; ${errors}.`,
  },
  staircase: {
    says: (quantizer: string, bits: number, what: string) =>
      `Staircase of ${quantizer} at ${units.bitsInWords(bits)}. ${what}`,
    values: (peak: string, values: number) => `Weights from −${peak} to ${peak} become ${count(values)} values.`,
    float: 'Float: values stay as they are.',
    out: (peak: string) => `out ±${peak}`,
    in: (peak: string) => `in ±${peak}`,
    at: (bits: number) => `at ${units.bitsInWords(bits)}`,
    staysFloat: '(this layer stays in float)',
    about: (summary: string) => `. ${summary}`,
    reference: (reference: string) => `${reference}.`,
  },
  comparison: {
    summary: (network: string, images: string | undefined, bits: number) =>
      `Quantizers compared: ${network}${images === undefined ? '' : ` on ${images}`}, ${count(bits)}-bit weights, without retraining`,
    quantizer: 'Weight quantizer',
    bits: 'Bits',
    size: 'Model size',
    accuracy: 'Accuracy',
    difference: 'Points vs. float',
    action: 'Use',
    float: 'Not quantized',
    scheme: (quantizer: string, granularity: string, leastError: boolean) =>
      `${quantizer}, ${granularity}${leastError ? ', least-error range' : ''}`,
    granularity: {
      tensor: 'per tensor',
      channel: 'per channel',
      block: (size: number) => `per block of ${count(size)}`,
    },
    known: (known: { value: number; lower: number; upper: number }) =>
      `${percent(known.value)}\u00a0% ${plusMinus({ ...known, n: 0 })}`,
    here: (n: number) => `here, n = ${count(n)}`,
    points: (share: number) => signed(share * 100, 1),
    use: 'Use',
    useScheme: (scheme: string) => `Use ${scheme}`,
    inUse: 'In use',
    stop: (left: number) => `Stop, ${count(left)} left`,
    measure: 'Measure on this device',
  },
  /** Activations. */
  unnamed: (index: number) => `class ${index}`,
  testImage: 'Test image',
  imageBefore: 'Previous image',
  imageAfter: 'Next image',
  orPick: ', or pick one in “What changed”',
  key: {
    float: 'float: wide bars',
    quantized: 'quantized: narrow bars',
    change: 'below: the change, on its own scale',
  },
  floatAndQuantized: 'float and quantized',
  changeFromFloat: 'change from float',
  sameScales: 'same scales for all channels of this layer',
  channels: 'Channels',
  order: { given: 'In order', changed: 'Most changed' },
  channelsBefore: 'Previous channels',
  channelsAfter: 'Next channels',
  channelsOf: (from: number, to: number, of: number) => `channels ${count(from)}–${count(to)} of ${count(of)}`,
  float: 'float',
  quantized: 'quantized',
  change: 'change',
  both: (float: string, quantized: string) => `float ${float}, quantized ${quantized}`,
  shape: (h: number, w: number, c: number) => (h * w === 1 ? `${count(c)} values` : `${count(c)} maps of ${h}×${w}`),
  zeros: (float: number, quantized: number) => `zeros ${percent(float)} % → ${percent(quantized)} %`,
  channel: (channel: number, sqnr: string, mse: string) => `Channel ${count(channel)}: ${sqnr}, ${mse}`,
  /** Operations that follow a layer and belong to its output. */
  after: { 'batch norm': 'batch norm', relu: 'ReLU', relu6: 'ReLU6' },
  scope: (name: string, after: readonly string[], weights: number, activations: number) =>
    `Output of ${name} for one image${after.length === 0 ? '' : `, after its ${after.join(' and ')}`}. Quantized as on the faders: this layer (weights ${units.bitsInWords(weights)}, inputs ${units.bitsInWords(activations)}) and all layers before it.`,
  activationsSay: (
    name: string,
    image: number,
    label: string,
    shape: string,
    from: string,
    to: string,
    reach: string,
    rest: readonly string[],
  ) =>
    `Layer ${name}, test image ${image} (${label}): ${shape} from ${from} to ${to}, changed by quantization by at most ${reach}; ${rest.join(', ')}.`,
});
