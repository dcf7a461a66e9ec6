// The engine without a page, for tests, benches and long runs.
// usage: npm run headless -- evaluate|train|sensitivity --network ID --dataset ID [options]; `--help` lists them.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Dataset } from '../src/data/dataset';
import { type DatasetId, datasets } from '../src/data/registry';
import { freshNetwork } from '../src/engine/checkpoints';
import type { BackendInfo, BackendName } from '../src/engine/protocol';
import { type CheckpointCard, writeCheckpoint } from '../src/formats/checkpoint';
import { packedBytes } from '../src/formats/packed';
import { policyCost } from '../src/graph/cost';
import { type Architecture, layersOf, type Network } from '../src/graph/network';
import { type BitPolicy, checkPolicy, FLOAT, isBitWidth, PolicyError, uniformPolicy } from '../src/graph/policy';
import { wilson } from '../src/math/statistics';
import { Inference } from '../src/nn/inference';
import type { Granularity } from '../src/quant/quantizer';
import { type QuantizerId, type QuantScheme, quantizers } from '../src/quant/registry';
import { calibrate } from '../src/train/calibrate';
import { evaluate, finish } from '../src/train/evaluate';
import { type ScheduleId, schedules } from '../src/train/schedules';
import { measureSensitivity } from '../src/train/sensitivity';
import { train } from '../src/train/train';
import { type NetworkId, networks } from '../src/zoo/registry';
import { openBackend, openDataset, openNetwork } from './nodeSurroundings';

const HELP = `usage: npm run headless -- COMMAND --network ID --dataset ID [options]

commands
  evaluate      accuracy of a policy on the test images
  sensitivity   what each layer costs at each width, on validation images
  train         train a network, float or (--qat) under a policy's rounding

options
  --network     ${Object.keys(networks).join(', ')}
  --dataset     ${Object.keys(datasets).join(', ')}
  --data DIR    where the data set's files lie (cifar10: the six .bin files)
  --weights F   a safetensors file instead of the shipped weights; "none" for random ones
  --policy P    float, uniform:W, uniform:W/A, or a JSON file {layer: {weights, activations}}; several with commas
  --weights-only         leave activations float
  --quantizer   ${Object.keys(quantizers).join(', ')} (symmetric)      --granularity   tensor, channel (channel)
  --images N    images measured, or trained on an epoch (all)
  --backend     wasm, webgpu, cpu (webgpu on a real adapter, else wasm)
  --json OUT    write the result as JSON
  --seed N      (1)
train
  --epochs N (10)  --batch-size N (64)  --learning-rate X (0.1)  --schedule ${Object.keys(schedules).join('|')} (one-cycle)
  --weight-decay X (0.0005)  --label-smoothing X (0.05)  --no-augment  --qat  --out FILE.safetensors`;

/** Wrong use: printed in one line, exit code 2. */
class UsageError extends Error {}

const { values: flags, positionals } = readFlags();

function readFlags() {
  try {
    const text = { type: 'string' } as const;
    const yes = { type: 'boolean' } as const;
    return parseArgs({
      allowPositionals: true,
      allowNegative: true,
      options: {
        help: yes,
        network: text,
        dataset: text,
        data: text,
        weights: text,
        policy: text,
        'weights-only': yes,
        quantizer: text,
        granularity: text,
        images: text,
        backend: text,
        json: text,
        seed: text,
        epochs: text,
        'batch-size': text,
        'learning-rate': text,
        schedule: text,
        'weight-decay': text,
        'label-smoothing': text,
        augment: yes,
        qat: yes,
        out: text,
      },
    });
  } catch (error) {
    console.error(`${(error as Error).message} Try --help.`);
    process.exit(2);
  }
}

function choice<K extends string>(name: keyof typeof flags, table: Readonly<Record<K, unknown>>, fallback?: K): K {
  const given = (flags[name] as string | undefined) ?? fallback;
  if (given === undefined || !Object.hasOwn(table, given))
    throw new UsageError(
      `--${name} ${given === undefined ? 'is missing' : `"${given}" does not exist`}; choose one of: ${Object.keys(table).join(', ')}.`,
    );
  return given as K;
}

function number(name: keyof typeof flags, fallback: number, { integer = true, min = 1 } = {}): number {
  const given = flags[name] as string | undefined;
  const value = given === undefined ? fallback : Number(given);
  if (!(value >= min) || (integer && given !== undefined && !Number.isInteger(value)))
    throw new UsageError(`--${name} ${given} is not ${integer ? 'a whole number' : 'a number'} of at least ${min}.`);
  return value;
}

async function readPolicy(text: string, architecture: Architecture): Promise<BitPolicy> {
  const uniform = /^uniform:(\d+)(?:\/(\d+))?$/.exec(text);
  let policy: BitPolicy;
  if (text === 'float') policy = uniformPolicy(architecture, FLOAT, FLOAT);
  else if (uniform) {
    const weights = Number(uniform[1]);
    const activations = Number(uniform[2] ?? Math.max(2, weights));
    if (!isBitWidth(weights, 'weights') || !isBitWidth(activations, 'activations'))
      throw new PolicyError(`"${text}": weights take 1-8 or 32 bits, activations 2-8 or 32.`);
    policy = uniformPolicy(architecture, weights, activations);
  } else {
    const content = await readFile(text, 'utf8').catch(() => {
      throw new UsageError(`--policy "${text}" is neither float, nor uniform:W, nor a file that can be read.`);
    });
    const parsed = JSON.parse(content) as { layers?: unknown };
    policy = checkPolicy(architecture, parsed.layers ?? parsed);
  }
  if (!flags['weights-only']) return policy;
  return Object.fromEntries(Object.entries(policy).map(([id, bits]) => [id, { ...bits, activations: FLOAT }]));
}

/** What every command starts from. */
interface Setting {
  readonly networkId: NetworkId;
  readonly datasetId: DatasetId;
  readonly dataset: Dataset;
  readonly network: Network;
  readonly scheme: QuantScheme;
  readonly backend: BackendInfo;
  readonly seed: number;
  readonly policies: readonly { readonly name: string; readonly policy: BitPolicy }[];
}

async function prepare(): Promise<Setting> {
  const networkId = choice('network', networks);
  const datasetId = choice('dataset', datasets);
  const quantizer: QuantizerId = choice('quantizer', quantizers, 'symmetric');
  const granularity = choice<Granularity>('granularity', { tensor: 1, channel: 1 }, 'channel');
  const seed = number('seed', 1, { min: 0 });
  const forced = flags.backend && choice<BackendName>('backend', { wasm: 1, webgpu: 1, cpu: 1, webgl: 1 });
  const dataset = await openDataset(datasetId, flags.data, seed);
  const { network } =
    flags.weights === 'none'
      ? freshNetwork(networkId, dataset, seed)
      : await openNetwork(networkId, datasetId, dataset, flags.weights);
  const names = (flags.policy ?? 'float').split(',');
  const policies = await Promise.all(names.map(async (name) => ({ name, policy: await readPolicy(name, network) })));
  const backend = await openBackend(forced || undefined);
  return { networkId, datasetId, dataset, network, scheme: { quantizer, granularity }, backend, seed, policies };
}

const BATCH = 64;
const CALIBRATION_IMAGES = 256;

async function runEvaluate({ dataset, network, scheme, backend, policies, networkId, datasetId }: Setting) {
  const to = Math.min(number('images', dataset.test.length), dataset.test.length);
  const quantizes = policies.some(({ policy }) =>
    Object.values(policy).some(({ activations }) => activations !== FLOAT),
  );
  const ranges = quantizes ? await calibrate(network, dataset, CALIBRATION_IMAGES) : new Map();
  const model = new Inference(network);
  const results = [];
  for (const { name, policy } of policies) {
    model.configure(policy, scheme, ranges);
    const started = performance.now();
    const { correct, loss } = await finish(evaluate(model, dataset, dataset.test, { from: 0, to, batchSize: BATCH }));
    const seconds = (performance.now() - started) / 1000;
    const { value: accuracy, lower, upper, n } = wilson(correct, to);
    const { weightBytes, bitOps } = policyCost(network, policy);
    const fileBytes = packedBytes(network, policy, scheme);
    const imagesPerSecond = to / seconds;
    results.push({
      network: networkId,
      dataset: datasetId,
      accuracy,
      lower,
      upper,
      n,
      loss,
      weightBytes,
      fileBytes,
      bitOps,
      imagesPerSecond,
      backend: backend.name,
      device: backend.device,
      policyName: name,
      policy,
      ...scheme,
    });
    console.log(
      `${networkId} ${name}${flags['weights-only'] ? ' (weights only)' : ''}: ${(accuracy * 100).toFixed(2)} % (${(lower * 100).toFixed(2)} to ${(upper * 100).toFixed(2)}), n = ${n}, ${(fileBytes / 1000).toFixed(1)} KB, ${Math.round(imagesPerSecond)} images/s on ${backend.name}`,
    );
  }
  model.dispose();
  return results.length === 1 ? results[0] : results;
}

async function runSensitivity({ dataset, network, scheme, networkId, datasetId, backend }: Setting) {
  const images = Math.min(number('images', 512), dataset.validation.length);
  const ranges = await calibrate(network, dataset, CALIBRATION_IMAGES);
  const options = {
    images,
    batchSize: BATCH,
    weightBits: [1, 2, 3, 4, 5, 6, 7, 8] as const,
    activationBits: flags['weights-only'] ? [] : ([2, 3, 4, 5, 6, 7, 8] as const),
    turn: async () => {},
  };
  const entries = [];
  let float = { loss: Number.NaN, accuracy: Number.NaN };
  for await (const step of measureSensitivity(network, dataset, scheme, ranges, options)) {
    float = step.float;
    if (step.cell === undefined) continue;
    entries.push(step.cell);
    const { layer, tensor, bits, lossIncrease } = step.cell;
    console.log(
      `${entries.length}/${step.total} ${layer} ${tensor} ${bits} bits: loss ${lossIncrease >= 0 ? '+' : ''}${lossIncrease.toFixed(4)}`,
    );
  }
  return {
    network: networkId,
    dataset: datasetId,
    scheme,
    backend: backend.name,
    version: 0,
    images,
    floatLoss: float.loss,
    floatAccuracy: float.accuracy,
    entries,
  };
}

async function runTrain({ dataset, network, scheme, backend, policies, networkId, datasetId, seed }: Setting) {
  const settings = {
    epochs: number('epochs', 10),
    batchSize: number('batch-size', 64),
    learningRate: number('learning-rate', 0.1, { integer: false, min: 0 }),
    schedule: choice<ScheduleId>('schedule', schedules, 'one-cycle'),
    momentum: 0.9,
    weightDecay: number('weight-decay', 5e-4, { integer: false, min: 0 }),
    labelSmoothing: number('label-smoothing', 0.05, { integer: false, min: 0 }),
    augment: flags.augment ?? true,
    imagesPerEpoch: number('images', dataset.train.length),
    seed,
  };
  const { policy } = policies[0];
  const quantAware = flags.qat
    ? { policy, scheme, ranges: await calibrate(network, dataset, CALIBRATION_IMAGES) }
    : undefined;
  const generator = train(network, dataset, settings, quantAware);
  const started = performance.now();
  const log: object[] = [];
  let trained = network;
  for (;;) {
    const next = await generator.next();
    if (next.done) {
      trained = next.value;
      break;
    }
    const { step, steps, epoch, loss, accuracy, epochEnd } = next.value;
    if (!epochEnd) continue;
    const validation = await accuracyOf(await next.value.weights(), dataset, 'validation', quantAware);
    const seconds = (performance.now() - started) / 1000;
    log.push({ epoch, loss, accuracy, validation, seconds });
    console.log(
      `epoch ${epoch} of ${settings.epochs}, step ${step}/${steps}: loss ${loss?.toFixed(4)}, validation ${(validation * 100).toFixed(2)} %, ${Math.round((step * settings.batchSize) / seconds)} images/s`,
    );
  }
  const test = await accuracyOf(trained, dataset, 'test', quantAware);
  console.log(`${networkId}: ${(test * 100).toFixed(2)} % on ${dataset.test.length} test images`);
  const images = Math.min(settings.imagesPerEpoch, dataset.train.length);
  const card: CheckpointCard = {
    network: networkId,
    dataset: datasetId,
    accuracy: test,
    n: dataset.test.length,
    measuredBy: `bitmixer headless on ${backend.name}`,
    recipe: `bitmixer headless, ${settings.epochs} epochs of ${images} images, SGD with Nesterov momentum, batch ${settings.batchSize}, ${settings.schedule} to ${settings.learningRate}, weight decay ${settings.weightDecay}, label smoothing ${settings.labelSmoothing}, ${settings.augment ? 'flip and crop' : 'no augmentation'}${flags.qat ? `, quantization-aware ${policies[0].name}` : ''}`,
    seed,
    normalization: dataset.normalization,
  };
  if (flags.out !== undefined) {
    await writeFile(flags.out, writeCheckpoint(trained));
    await writeFile(flags.out.replace(/(\.safetensors)?$/, '.json'), `${JSON.stringify(card, null, 2)}\n`);
  }
  return { ...card, layers: layersOf(trained).length, settings, log };
}

async function accuracyOf(
  network: Network,
  dataset: Dataset,
  split: 'validation' | 'test',
  quantAware?: { policy: BitPolicy; scheme: QuantScheme; ranges: ReadonlyMap<string, readonly [number, number]> },
): Promise<number> {
  const model = new Inference(network);
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const { policy, ranges } = quantAware ?? { policy: uniformPolicy(network, FLOAT, FLOAT), ranges: new Map() };
  model.configure(policy, quantAware?.scheme ?? scheme, ranges);
  const to = dataset[split].length;
  const { correct } = await finish(evaluate(model, dataset, dataset[split], { from: 0, to, batchSize: BATCH }));
  model.dispose();
  return correct / to;
}

const COMMANDS: Readonly<Record<string, (setting: Setting) => Promise<unknown>>> = {
  evaluate: runEvaluate,
  sensitivity: runSensitivity,
  train: runTrain,
};

try {
  const command = positionals[0] ?? '';
  if (flags.help) console.log(HELP);
  else {
    if (!Object.hasOwn(COMMANDS, command))
      throw new UsageError(
        `"${command}" is no command; choose one of: ${Object.keys(COMMANDS).join(', ')}. Try --help.`,
      );
    const result = await COMMANDS[command](await prepare());
    if (flags.json !== undefined) await writeFile(flags.json, `${JSON.stringify(result, null, 2)}\n`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
