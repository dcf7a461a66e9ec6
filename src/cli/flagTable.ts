// The flags of the command line, grouped by command: the source of the parser and `--help`. Options shared with the page
// come from their declarations (src/options/).
import { datasets } from '../data/registry';
import { DEVICE_ROUNDINGS } from '../device/requantize';
import { exports } from '../formats/export/registry';
import { CALIBRATION, WEIGHT_RANGE } from '../options/calibration';
import { EXPORTING } from '../options/exporting';
import type { Declared, Field, SwitchField } from '../options/fields';
import { GRANULARITY, SCHEME } from '../options/scheme';
import { SEARCHING } from '../options/searching';
import { TRAINING } from '../options/training';
import { searches } from '../search/registry';
import { networks } from '../zoo/registry';
import { meeting, queueing, serving, working } from './serviceFlags';
import { type TrainingCommand, trainingDefaults } from './trainingDefaults';

/** The value and the help text of a flag. */
interface TextFlag {
  readonly takes: string;
  readonly help: string;
}

/** A flag without a value. */
interface SwitchFlag {
  readonly help: string;
}

const keys = (table: object) => Object.keys(table).join('|');

/** The spelling of a choice on the command line. */
export const flagWord = ({ flag }: Declared, choice: string): string => flag?.words?.[choice] ?? choice;

/** A declared option as a flag; `initial` overrides the option's own default. */
function declared<F extends Field & Declared>(
  field: F,
  initial: string = field.kind === 'switch' ? '' : String(field.initial),
  more = '',
): F extends SwitchField ? SwitchFlag : TextFlag {
  const takes =
    field.kind === 'choice'
      ? field.choices.map((choice) => flagWord(field, choice)).join('|')
      : field.kind === 'number' && (field.integer ? 'N' : 'X');
  const said = field.kind === 'switch' ? field.hint : `${field.label}.${field.hint ? ` ${field.hint}` : ''}`;
  const help = [said, more, initial && `(${initial})`].filter(Boolean).join(' ');
  return { ...(takes && { takes }), help } as ReturnType<typeof declared<F>>;
}

/** A training option, with the default of each command. */
function training<K extends keyof typeof TRAINING>(option: K, more = '') {
  const byValue = new Map<string, TrainingCommand[]>();
  for (const [command, values] of Object.entries(trainingDefaults)) {
    const value = (values as Partial<Record<keyof typeof TRAINING, unknown>>)[option];
    if (value === undefined || typeof value === 'boolean') continue;
    byValue.set(String(value), [...(byValue.get(String(value)) ?? []), command as TrainingCommand]);
  }
  const [[first] = [''], ...others] = byValue;
  const initial = [first, ...others.map(([value, commands]) => `${commands.join(' and ')} ${value}`)].join('; ');
  return declared(TRAINING[option], initial, more);
}

const common = {
  network: {
    takes: 'ID',
    help: `a built-in network, with shipped weights where there are some: ${Object.keys(networks).join(', ')}`,
  },
  dataset: { takes: keys(datasets), help: 'the images; emoji10 and words12 come with fewbits' },
  data: { takes: 'DIR', help: "where the data set's files lie (cifar10: the six .bin files; idx: images and labels)" },
  model: {
    takes: 'F',
    help: 'a network of your own instead of --network: ONNX, Keras, TF.js (its directory), .tflite, PyTorch, safetensors',
  },
  normalize: {
    takes: 'N',
    help: 'input preprocessing of --model: none (0 to 1), 0-255, -1-1, cifar, imagenet, or MEAN/STD; found by trial if absent',
  },
  weights: { takes: 'F', help: 'a safetensors file instead of the shipped weights; "none" for random ones' },
  policy: {
    takes: 'P',
    help: 'float, uniform:W, uniform:W/A, or a JSON file {layer: {weights, activations}}; several with commas; file: the one that --model states, the default if it states one',
  },
  'weights-only': { help: 'leave activations float' },
  [SCHEME.quantizer.flag.name]: declared(SCHEME.quantizer),
  [GRANULARITY.flag.name]: {
    takes: 'G',
    help: 'tensor, channel, or blocks of so many input channels, block:32 (dsconv block:32, others channel)',
  },
  [WEIGHT_RANGE.flag.name]: declared(
    WEIGHT_RANGE,
    undefined,
    "hessian is for any quantizer's levels, the others for affine and symmetric grids.",
  ),
  [CALIBRATION.rounding.flag.name]: declared(CALIBRATION.rounding),
  [CALIBRATION.independent.flag.name]: declared(CALIBRATION.independent),
  [CALIBRATION.equalize.flag.name]: declared(CALIBRATION.equalize),
  [CALIBRATION.synthesize.flag.name]: declared(CALIBRATION.synthesize),
  [SCHEME.scaleBits.flag.name]: declared(SCHEME.scaleBits, undefined, 'For dsconv.'),
  [CALIBRATION.batchNorm.flag.name]: declared(CALIBRATION.batchNorm),
  [SCHEME.activations.flag.name]: declared(
    SCHEME.activations,
    "the one of the weight quantizer's paper: bfp with dsconv, pact with dorefa, lsq with lsq, else uniform",
    'pact and lsq fall back to the uniform grid for layers with negative inputs.',
  ),
  [CALIBRATION.range.flag.name]: declared(CALIBRATION.range),
  [CALIBRATION.correction.flag.name]: declared(CALIBRATION.correction),
  [CALIBRATION.images.flag.name]: declared(CALIBRATION.images),
  images: { takes: 'N', help: 'images measured, or trained on per epoch (all)' },
  as: {
    takes: keys(DEVICE_ROUNDINGS),
    help: 'measure the .tflite file in integers, as microcontrollers (tflm) or phones and browsers (litert) compute it; needs activations of 8 bits, or --int16. (evaluate)',
  },
  'cost-table': {
    takes: 'F.csv',
    help: 'what each layer takes at each width, as CSV or JSON: layer, weights, activations, ms, mJ (docs/devices.md). (evaluate, search, race, proxies)',
  },
  backend: { takes: 'wasm|webgpu|cpu', help: 'what computes (webgpu on a real adapter, else wasm)' },
  workers: {
    takes: 'N',
    help: 'engines that evaluate at the same time, and train where --shards allows it, on wasm or cpu; results do not depend on it (a power of two, at most the cores and 8)',
  },
  request: {
    takes: 'F.json',
    help: 'the command and its flags as JSON, {"command": "evaluate", "network": "tiny", "images": 100, ...}; - reads standard input; flags on the command line come after it',
  },
  json: { takes: 'OUT', help: 'write the result as JSON (docs/cli.md lists its fields)' },
  force: { help: 'overwrite outputs that this program did not write, and runs that --events keeps' },
  [TRAINING.seed.flag.name]: declared(TRAINING.seed),
  help: { help: 'this text; -h for short' },
  version: { help: 'the version of fewbits' },
} as const;

const learning = {
  [TRAINING.quantizationAware.flag.name]: { help: 'train under the rounding of --policy (QAT). (train)' },
  progressive: { help: 'with --qat: in stages of ever fewer bits' },
  [TRAINING.epochs.flag.name]: training('epochs'),
  [TRAINING.batchSize.flag.name]: training('batchSize'),
  [TRAINING.learningRate.flag.name]: training('learningRate'),
  [TRAINING.schedule.flag.name]: training('schedule'),
  [TRAINING.weightDecay.flag.name]: training('weightDecay'),
  [TRAINING.labelSmoothing.flag.name]: training('labelSmoothing', '(train)'),
  [TRAINING.learnFrom.flag.name]: training('learnFrom', '(train --qat, search --fine-tune)'),
  [TRAINING.temperature.flag.name]: training('temperature'),
  [TRAINING.damping.flag.name]: declared(TRAINING.damping, '0', '(train --qat)'),
  [TRAINING.augment.flag.name]: declared(TRAINING.augment, 'yes; --no-augment for none'),
  [TRAINING.shards.flag.name]: declared(TRAINING.shards),
  out: { takes: 'FILE.safetensors', help: 'write the weights, and their card beside them' },
} as const;

const exporting = {
  format: { takes: keys(exports), help: 'what to write' },
  out: { takes: 'FILE', help: 'the file to write (tfjs: model.json, with weights.bin beside it)' },
  [EXPORTING.int2.flag.name]: declared(EXPORTING.int2, '', '(onnx)'),
  [EXPORTING.runnable.flag.name]: declared(EXPORTING.runnable, '', '(qonnx)'),
  [EXPORTING.scalesInside.flag.name]: declared(EXPORTING.scalesInside, '', '(onnx, qonnx)'),
  [EXPORTING.int16.flag.name]: declared(EXPORTING.int16, '', '(tflite, tflm; evaluate --as)'),
  [EXPORTING.floatEnds.flag.name]: declared(EXPORTING.floatEnds, '', '(tflite, tflm)'),
} as const;

const predicting = {
  'images-json': { takes: 'F', help: 'images as numbers, fed unchanged: {"shape": [n, h, w, c], "values": [...]}' },
  images: { takes: 'F.png F.jpg FOLDER ...', help: 'images as PNG or JPEG' },
  policy: {
    takes: 'file|float|uniform:W|8,4,...',
    help: 'a width per layer (file where the file says one, else float)',
  },
  dataset: { takes: 'ID', help: 'images to measure ranges of activations on (else the given ones)' },
} as const;

const searching = {
  method: { takes: Object.keys(searches).join(','), help: 'one search, or several with commas' },
  option: { takes: 'NAME=VALUE,...', help: 'options of the method' },
  limit: {
    takes: '16x,64KB,2GBitOps,flash:96KB,ram:64KB,latency@BOARD:120ms,energy@table:5mJ',
    help: 'compression of weights, size of the packed file (1 KB is 1,024 bytes; or 43848B), bit operations; on a board, size of the .tflite file, working memory, latency; by --cost-table, latency@table and energy@table (docs/devices.md); all of them hold',
  },
  limits: {
    takes: '8x,12x,16x,20x',
    help: "answers other limits, one at a time, from each run's table of single layers; measured on --rescore N (1,000)",
  },
  lose: {
    takes: 'P',
    help: 'instead of a limit, or within one: the smallest config that loses at most P points of accuracy against float, proved with 95 % confidence on validation images that the search has not seen; also measured on --test-images N (0)',
  },
  budget: { takes: '50|200000images|10min', help: 'measured configs, images or minutes (50 configs)' },
  [SEARCHING.images.flag.name]: declared(SEARCHING.images, '512', 'Of the validation split.'),
  [SEARCHING.steps.flag.name]: declared(SEARCHING.steps),
  [TRAINING.batchSize.flag.name]: declared(TRAINING.batchSize, '32', 'Of fine-tuning.'),
  [TRAINING.learningRate.flag.name]: declared(TRAINING.learningRate, '0.02', 'Of fine-tuning.'),
  policy: { takes: 'P', help: 'configs to start from' },
  bits: { takes: '1-8|2,4,8', help: 'widths of weights to choose from (all)' },
  'activation-bits': { takes: 'LIST|all|same', help: 'widths of activations to choose from (32: float)' },
  pairs: {
    takes: 'W/A,...',
    help: 'pairs of weight and activation bits to choose from, in place of both: 1/4,2/4,3/3,4/4,8/8,32/32 as in DNAS',
  },
  lock: { takes: 'LAYER=BITS,...', help: 'layers that keep their bits' },
  tie: {
    takes: 'shortcuts|blocks|LAYER+LAYER,...',
    help: 'layers that share one width: shortcuts with the first layer of their block, all layers of a block, or these (none)',
  },
  events: { takes: 'F.jsonl', help: 'write a line of JSON per report, and F.jsonl.METHOD.state to resume from' },
  resume: { help: 'continue the runs that --events keeps; of their settings, only the budget may change' },
  rescore: { takes: 'N', help: 'measure the front again, on N test images that no search has seen (0)' },
  finish: {
    takes: 'EPOCHS',
    help: 'train every choice alike, as --schedule, --weight-decay and --augment say, and compare on test images (0)',
  },
  'finish-images': { takes: 'N', help: 'images per epoch of --finish (all)' },
  'test-images': { takes: 'N', help: 'test images of --finish (all)' },
} as const;

const ranking = {
  policies: {
    takes: 'N',
    help: 'how many configs to draw at random within --limit, --bits and --lock, and to measure as search does (--images, --fine-tune) (30)',
  },
} as const;

const reproducing = {
  table: { takes: 'metaquantnet-1', help: 'the published table; its networks are resnet20 and vgg-small' },
  rows: { takes: '"uniform 2",...', help: 'rows of the table (all)' },
  method: {
    takes: 'NAME',
    help: 'chooses the bits of hybrid rows; what another one chooses is finished as in race, by --rounding and --epochs (metaquantnet)',
  },
  results: {
    takes: 'F.jsonl',
    help: 'file of finished rows, a line of JSON each; what it holds already is not run again',
  },
  epochs: {
    takes: 'N',
    help: 'of each row, with --finish-images N per epoch (all), compared on --test-images N (all); 0 for rounding alone; hybrid rows take the options of search (10)',
  },
} as const;

const racing = {
  results: {
    takes: 'F.jsonl',
    help: 'file of finished runs, a line of JSON each; what it holds already is not run again',
  },
  seeds: {
    takes: '1-5|1,3',
    help: 'each draws the random numbers of the methods, the images they measure on and those that calibrate (1)',
  },
  method: { takes: 'NAMES', help: 'methods, with commas; uniform always races (all)' },
  limits: { takes: '16x,20x', help: 'races on each of these limits' },
  finish: {
    takes: 'EPOCHS',
    help: 'train each choice for so many epochs of --finish-images images after its rounding (0)',
  },
} as const;

/** Flags by command; a flag may have a different meaning in another command. */
export const flagGroups = {
  options: common,
  'train, distil': learning,
  export: exporting,
  predict: predicting,
  search: searching,
  race: racing,
  proxies: ranking,
  reproduce: reproducing,
  serve: serving,
  room: meeting,
  'search, worker': queueing,
  worker: working,
} as const;

/** All flags. */
export const flagTable = {
  ...queueing,
  ...working,
  ...serving,
  ...meeting,
  ...reproducing,
  ...ranking,
  ...racing,
  ...searching,
  ...predicting,
  ...exporting,
  ...learning,
  ...common,
} as const;
