// The command line of the headless runner: its flags, and what is wrong with them in one line.
import { parseArgs } from 'node:util';
import { datasets } from '../../src/data/registry';
import { type NumberRange, TRAINING_RANGES } from '../../src/engine/protocol/training';
import { exports } from '../../src/formats/export/registry';
import { type BitPolicy, FLOAT } from '../../src/graph/policy';
import { activationQuantizerOf, activationQuantizers } from '../../src/quant/activationRegistry';
import { parseGranularity } from '../../src/quant/granularity';
import type { ActivationQuantizerId, Granularity, WeightRange } from '../../src/quant/quantizer';
import { activationsOf, type QuantizerId, type QuantScheme, quantizerOf, quantizers } from '../../src/quant/registry';
import { searches } from '../../src/search/registry';
import { schedules } from '../../src/train/schedules';
import { networks } from '../../src/zoo/registry';

export const HELP = `usage: npm run headless -- COMMAND --network ID --dataset ID [options]

commands
  evaluate      accuracy of a policy on the test images
  sensitivity   what each layer costs at each width, on validation images
  calibrate     what corrections without training gain under a policy, on test images
  train         train a network, float or (--qat) under a policy's rounding
  export        measure a policy and write it in a format of other programs
  inspect FILE  what a file of your own holds, without using it
  predict       logits of a model file for images of yours
  distil        teach the rounded network the float one's answers, on training images without labels
  reproduce     run the rows of a published table, paper beside ours
  search        let searches find policies within limits; several methods run one after the other on the same budget
  proxies       how well guesses of what layers lose rank random policies, against measuring them

options
  --network     ${Object.keys(networks).join(', ')}
  --dataset     ${Object.keys(datasets).join(', ')}
  --data DIR    where the data set's files lie (cifar10: the six .bin files)
  --model F     a network of your own instead of --network: ONNX, Keras, TF.js (its directory), PyTorch, safetensors
  --normalize N how --model wants its images: none (0 to 1), 0-255, -1-1, cifar, imagenet, or MEAN/STD; tried out if absent
  --weights F   a safetensors file instead of the shipped weights; "none" for random ones
  --policy P    float, uniform:W, uniform:W/A, or a JSON file {layer: {weights, activations}}; several with commas;
                file: as --model says of itself, which is what it gets if it says so
  --weights-only         leave activations float
  --quantizer   ${Object.keys(quantizers).join(', ')} (symmetric)
  --granularity tensor, channel, or blocks of so many input channels, block:32 (dsconv block:32, others channel)
  --range       minMax, percentile, mse: of affine and symmetric grids; hessian: of any quantizer's levels, the least error
                in what layers give, on calibration images (minMax)
  --rounding    nearest, gptq: each weight by itself, or with error feedback, on calibration images (nearest)
  --scale-bits  32, 16: of dsconv's scales (32)
  --batch-norm  keep, fold: whether kernels are quantized before or after batch norms are multiplied in (keep)
  --activation-quantizer  ${Object.keys(activationQuantizers).join(', ')} (the one of the weight quantizer's paper: bfp with dsconv,
                pact with dorefa, lsq with lsq, else uniform); pact and lsq leave layers that read negative numbers uniform
  --activation-range  minMax, percentile, mse: the range that activations are rounded on (minMax)
  --correct     none, bias, batch-norm: shift biases, or measure batch norms anew, under the policy's rounding (none)
  --calibration-images N  training images for ranges, rounding and corrections; labels are not read (256)
  --synthesize  synthesize these images from the statistics of batch norms: no picture is looked at
  --equalize    make ranges of layers that meet through a ReLU alike before rounding
  --images N    images measured, or trained on an epoch (all)
  --backend     wasm, webgpu, cpu (webgpu on a real adapter, else wasm)
  --json OUT    write the result as JSON
  --force       replace outputs that this program did not write, and runs that --events keeps
  --seed N      (1)
train, distil
  --epochs N (10)  --batch-size N (64)  --learning-rate X (0.1; with --qat and distil 0.02)
  --schedule ${Object.keys(schedules).join('|')} (one-cycle; with --qat and distil cosine)
  --weight-decay X (0.0005; distil 0)  --no-augment  --out FILE.safetensors
  train: --qat  --progressive (with --qat: in stages of ever fewer bits)  --label-smoothing X (0.05)
  distil: --temperature X (2)
export
  --format ${Object.keys(exports).join('|')}  --out FILE (tfjs: model.json, with weights.bin beside it)
  onnx: --int2 (1 and 2 bits in 2-bit integers)  qonnx: --function (with the operations, for stock runtimes)
  onnx, qonnx: --scales-inside (in the nodes that round, for tools that fold them; else results agree bit for bit)
predict
  --model F  --images-json F ({"shape": [n, h, w, c], "values": [...]}, fed as they are) or --images F.png F.jpg FOLDER ...
  --policy file|float|uniform:W|8,4,... (a width a layer; file where the file says one, else float)
  --dataset ID  to measure ranges of activations on (else on the images themselves)
search
  --method ${Object.keys(searches).join(',')}  --option NAME=VALUE,... (of the method)
  --limit 16x,64KB,2GBitOps (compression of weights, packed file, bit operations; all hold; 1 KB is 1,024 bytes, 43848B)
  --lose P: which of its policies loses at most P points of accuracy against float, proved on validation images behind
      those of the search with 95 % confidence, instead of a limit or within it; --test-images N: looked at there, too (0)
  --budget 50, 200000images, 10min (policies, and images for so many)  --images N on which policies are measured (512, validation)
  --fine-tune N steps before a policy counts (0)  --batch-size N (32)  --learning-rate X (0.02)  --policy P to start from
  --bits 1-8 or 2,4,8 (all)  --activation-bits LIST, all, same (32: float)  --lock LAYER=BITS,...
  --events F.jsonl (a line a report; F.jsonl.METHOD.state to go on from)
  --resume (go on with what --events keeps; under the same settings, only the budget may change)
  --rescore N (0): the front again, on so many test images that no search has seen
  --limits 8x,12x,16x,20x: what each run's table of single layers says of these, each alone, measured on --rescore N (1,000)
  --finish EPOCHS (0): train every choice alike, --finish-images N an epoch, and compare on --test-images N (all)
proxies
  --policies N (30) drawn at random within --limit, --bits and --lock, and measured as by search (--images, --fine-tune)
reproduce
  --table metaquantnet-1  --network resnet20|vgg-small  --rows "uniform 2",... (all)  --epochs N of each row,
  of --finish-images N (all)  --test-images N (all); the options of search for its hybrid rows`;

/** Wrong use: printed in one line, exit code 2. */
export class UsageError extends Error {}

/** The flags and other words of the command line in use, which `takeArguments` sets. */
export const flags: ReturnType<typeof parse>['values'] = {};
export const positionals: string[] = [];

/**
 * Takes a command line in use.
 * @throws UsageError for a flag that does not exist, and for a value where none is taken or missing.
 */
export function takeArguments(line: readonly string[]): void {
  const parsed = usage(() => parse(line), ' Try --help.');
  for (const name of Object.keys(flags)) delete flags[name as keyof typeof flags];
  Object.assign(flags, parsed.values);
  positionals.splice(0, positionals.length, ...parsed.positionals);
}

const text = { type: 'string' } as const;
const boolean = { type: 'boolean' } as const;

function parse(line: readonly string[]) {
  return parseArgs({
    args: [...line],
    allowPositionals: true,
    allowNegative: true,
    options: {
      help: boolean,
      network: text,
      dataset: text,
      data: text,
      model: text,
      normalize: text,
      weights: text,
      policy: text,
      'weights-only': boolean,
      quantizer: text,
      granularity: text,
      range: text,
      rounding: text,
      equalize: boolean,
      synthesize: boolean,
      'scale-bits': text,
      'batch-norm': text,
      images: text,
      'images-json': text,
      'activation-quantizer': text,
      'activation-range': text,
      correct: text,
      'calibration-images': text,
      backend: text,
      json: text,
      seed: text,
      epochs: text,
      'batch-size': text,
      'learning-rate': text,
      schedule: text,
      'weight-decay': text,
      'label-smoothing': text,
      augment: boolean,
      qat: boolean,
      progressive: boolean,
      temperature: text,
      out: text,
      format: text,
      int2: boolean,
      function: boolean,
      'scales-inside': boolean,
      method: text,
      option: text,
      limit: text,
      lose: text,
      limits: text,
      budget: text,
      policies: text,
      'fine-tune': text,
      bits: text,
      'activation-bits': text,
      lock: text,
      events: text,
      resume: boolean,
      force: boolean,
      table: text,
      rows: text,
      rescore: text,
      finish: text,
      'finish-images': text,
      'test-images': text,
    },
  });
}

/** The value of a flag that names an entry of a table. */
export function choice<K extends string>(
  name: keyof typeof flags,
  table: Readonly<Record<K, unknown>>,
  fallback?: K,
): K {
  const given = (flags[name] as string | undefined) ?? fallback;
  if (given === undefined || !Object.hasOwn(table, given))
    throw new UsageError(
      `--${name} ${given === undefined ? 'is missing' : `"${given}" does not exist`}; choose one of: ${Object.keys(table).join(', ')}.`,
    );
  return given as K;
}

/** The value of a flag that is a number. */
export function number(
  name: keyof typeof flags,
  fallback: number,
  { integer = true, min = 1, max = Number.POSITIVE_INFINITY } = {},
): number {
  const given = flags[name] as string | undefined;
  const value = given === undefined ? fallback : Number(given);
  const bounds = max === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to ${max}`;
  if (!(value >= min && value <= max) || (integer && given !== undefined && !Number.isInteger(value)))
    throw new UsageError(`--${name} ${given} is not ${integer ? 'a whole number' : 'a number'} ${bounds}.`);
  return value;
}

/** The value of a flag that is an option of training. */
export function trainingNumber(
  name: keyof typeof flags,
  fallback: number,
  option: keyof typeof TRAINING_RANGES,
): number {
  const { min, max, whole }: NumberRange = TRAINING_RANGES[option];
  return number(name, fallback, { integer: whole === true, min, max });
}

/** Turns a refusal into wrong use. */
function usage<T>(parse: () => T, hint = ''): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(`${(error as Error).message}${hint}`);
  }
}

/** How weights are quantized, from the flags. */
export function readScheme(): QuantScheme {
  const quantizer = choice<QuantizerId>('quantizer', quantizers, 'symmetric');
  const { granularities, halfScales, hasRange, label } = quantizerOf(quantizer);
  const granularity = (flags.granularity ?? (granularities[0] === 'block' ? 'block:32' : 'channel')) as Granularity;
  const { kind } = usage(() => parseGranularity(granularity));
  if (!granularities.includes(kind))
    throw new UsageError(`${label} does not work per ${kind}; choose ${granularities.join(' or ')}.`);
  const range = choice<WeightRange>('range', { minMax: 1, percentile: 1, mse: 1, hessian: 1 }, 'minMax');
  if (range !== 'minMax' && range !== 'hessian' && !hasRange) {
    const others = (Object.keys(quantizers) as QuantizerId[]).filter((id) => quantizerOf(id).hasRange);
    throw new UsageError(`--range ${range} is for ${others.join(' and ')}; ${label} has its own.`);
  }
  const half = choice<'16' | '32'>('scale-bits', { 16: 1, 32: 1 }, '32') === '16';
  if (half && !halfScales) throw new UsageError(`${label} keeps 32-bit scales only.`);
  const activations = choice<ActivationQuantizerId>(
    'activation-quantizer',
    activationQuantizers,
    quantizerOf(quantizer).activations,
  );
  return {
    quantizer,
    granularity,
    ...(activations !== 'uniform' && { activations }),
    ...(range !== 'minMax' && { range }),
    ...(half && { scaleBits: 16 as const }),
  };
}

/** The activation quantizer in words, where a policy rounds activations by another than the uniform one; else nothing. */
export function activationWords(scheme: QuantScheme, policy: BitPolicy): string {
  const id = activationsOf(scheme);
  const rounds = Object.values(policy).some(({ activations }) => activations !== FLOAT);
  return id === 'uniform' || !rounds ? '' : `, ${activationQuantizerOf(id).label} activations`;
}
