// Checks WebGPU on the current GPU: correctness and speed. Headless, on Dawn for Node; lines in the form of
// scripts/bench/lines.ts, and a Markdown table for docs/performance.md. Every rate is shown next to tfjs' matmul rate
// of the same run.
// usage: npm i --no-save webgpu@0.6.2 && npm run gpu-check -- [--out LINES.jsonl] [--minutes 9] [--tiny] [--networks
// tiny,resnet8] [--sprites FILE]
// --tiny is for software adapters: small batches, few rounds; its figures mean nothing. tfjs' full package registers
// gradients and the plain backend.
import '@tensorflow/tfjs';
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { openEmoji10 } from '../src/data/emoji10';
import { chooseBackend } from '../src/engine/backend';
import { isLayer, type Network } from '../src/graph/network';
import { FLOAT, uniformPolicy } from '../src/graph/policy';
import { createRng } from '../src/math/rng';
import { Inference } from '../src/nn/inference';
import { registerKernels } from '../src/nn/kernels/register';
import { tuneEvaluation } from '../src/nn/webgpu/evaluation/tuning';
import { installWebgpu } from '../src/node/webgpu';
import type { Rounding } from '../src/rounding/rounding';
import { initialize } from '../src/zoo/definition';
import { type NetworkId, networks } from '../src/zoo/registry';
import { learningLines } from './bench/gpuLearning';
import { macs, measured, type Pace, randomImages, rate, ratesInTurns } from './bench/gpuRates';
import { trainingLines, tuned } from './bench/gpuTraining';
import { median, Report, ratioOf, table } from './bench/lines';

const flag = (name: string) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const tiny = process.argv.includes('--tiny');
const deadline = performance.now() + Number(flag('minutes') ?? 9) * 60_000;
const report = new Report(flag('out'));
const IDS = (flag('networks')?.split(',') ?? ['resnet20', 'resnet8', 'tiny']) as NetworkId[];
const SIDE = tiny ? 8 : 32;
const pace: Pace = tiny ? { rounds: 1, seconds: 0.01 } : { rounds: 7, seconds: 0.25 };
const BATCHES = tiny ? [2] : [128, 256, 512];

/** False, reported once, when the time is over: the rest is then skipped. */
let late = false;
function inTime(what: string): boolean {
  if (performance.now() < deadline) return true;
  if (!late) console.log(`Out of time before ${what}.`);
  late = true;
  return false;
}

const failures: string[] = [];
/** Runs a check if there is time; a failure is reported, and the rest continues. */
async function part<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
  if (!inTime(what)) return undefined;
  try {
    return await work();
  } catch (error) {
    failures.push(`${what}: ${(error as Error).message}`);
    console.log(`FAILED ${failures[failures.length - 1]}`);
    return undefined;
  }
}

/** tfjs' own product of two square float32 matrices, in multiplications and additions per second. */
async function matmulRate(): Promise<number> {
  let best = 0;
  for (const n of tiny ? [64] : [1024, 2048, 4096]) {
    const rng = createRng(n);
    const [a, b] = [0, 1].map(() =>
      tf.tensor2d(
        Float32Array.from({ length: n * n }, () => rng.uniform()),
        [n, n],
      ),
    );
    let last: tf.Tensor | undefined;
    const work = () => {
      last?.dispose();
      last = tf.matMul(a, b);
    };
    const flops = await rate(pace, 2 * n ** 3, work, async () => tf.slice(last as tf.Tensor2D, [0, 0], [1, 1]).data());
    report.add(measured(`matmul-${n}`, 'GFLOP/s', flops / 1e9));
    best = Math.max(best, flops);
    tf.dispose([a, b, ...(last ? [last] : [])]);
  }
  return best;
}

const build = (id: NetworkId) => initialize(networks[id].build([SIDE, SIDE, 3], 10), createRng(1));

// Any range will do: the work is the same.
const RANGE = { min: 0, max: 4, meanMagnitude: 1, choice: 'minMax' } as const;
function rounding(network: Network, bits: 4 | 8, quantizer: 'symmetric' | 'lsq'): Rounding {
  return {
    policy: uniformPolicy(network, bits, bits),
    scheme:
      quantizer === 'lsq'
        ? { quantizer, granularity: 'tensor', activations: 'lsq' }
        : { quantizer, granularity: 'channel' },
    ranges: new Map(network.nodes.filter(isLayer).map((node) => [node.id, RANGE])),
  };
}
const float = (network: Network): Rounding => ({
  ...rounding(network, 8, 'symmetric'),
  policy: uniformPolicy(network, FLOAT, FLOAT),
});

/** Logits of a few images, on the current backend. */
async function logitsOf(network: Network, how: Rounding): Promise<Float32Array> {
  const model = new Inference(network);
  model.configure(how);
  const images = randomImages(tiny ? 2 : 32, SIDE);
  const { logits } = model.run(() => images.clone());
  const values = Float32Array.from(await logits.data());
  tf.dispose([logits, images]);
  model.dispose();
  return values;
}

async function checkAnswers(id: NetworkId, name: string, how: (network: Network) => Rounding): Promise<boolean> {
  const network = build(id);
  const onGpu = await logitsOf(network, how(network));
  await tf.setBackend('cpu');
  let plain: Float32Array;
  try {
    plain = await logitsOf(network, how(network));
  } finally {
    await tf.setBackend('webgpu');
  }
  const size = plain.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
  const worst = plain.reduce((max, v, i) => Math.max(max, Math.abs(v - onGpu[i])), 0) / size;
  console.log(`${id}, ${name}: largest difference to plain numbers ${worst.toExponential(1)} of the largest logit`);
  return worst < 1e-4;
}

async function evaluation(id: NetworkId, name: string, how: (network: Network) => Rounding, flops: number) {
  const equal = await checkAnswers(id, name, how);
  const network = build(id);
  // Kernels of ours, and tfjs' operations.
  const models = [false, true].map((composed) => new Inference(network, { composed }));
  for (const model of models) model.configure(how(network));
  for (const batch of BATCHES) {
    const images = randomImages(batch, SIDE);
    const last: tf.Tensor[] = [];
    const works = models.map((model, i) => ({
      ask: () => {
        last[i]?.dispose();
        last[i] = model.run(() => images.clone()).logits;
      },
      settle: () => last[i].data(),
    }));
    const [ours, baseline] = await ratesInTurns(pace, batch, works);
    const speed = median(ours);
    report.add({
      ...{ id: `evaluate-${id}-${name}-b${batch}`, backend: 'webgpu', ours: speed, baseline: median(baseline) },
      ...{ ...ratioOf(ours, baseline), unit: 'images/s', equal, share: (speed * 2 * macs(network)) / flops },
    });
    tf.dispose([images, ...last]);
  }
  for (const model of models) model.dispose();
}

/** Whether layers of 8-bit codes add bytes here (nn/webgpu/evaluation/tuning.ts). */
async function products(): Promise<void> {
  const trial = await tuneEvaluation();
  if (trial === undefined) return console.log('No products of bytes.');
  const { floats, bytes, equal } = trial;
  const ratio = floats / bytes;
  report.add({
    ...{ id: 'bytes', backend: 'webgpu', ours: 1000 / bytes, baseline: 1000 / floats, ratio, lower: null, upper: null },
    ...{ unit: 'runs/s', equal },
  });
}

await registerKernels('cpu');
await installWebgpu();
const faults: string[] = [];
const adapter = (await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' })) as GPUAdapter;
const { vendor, architecture, device, description } = adapter.info;
console.log(JSON.stringify({ adapter: { vendor, architecture, device, description }, node: process.version }));
console.log(JSON.stringify({ features: [...adapter.features].sort() }));
await chooseBackend({
  forced: 'webgpu',
  onFault: (error) => {
    faults.push(`${error.message} ${String((error.cause as Error | undefined)?.message ?? error.cause ?? '')}`);
    console.log(`FAULT ${faults[faults.length - 1]}`);
  },
});
const flops = await matmulRate();
const setting = {
  ...{ gpu: (tf.backend() as unknown as { device: GPUDevice }).device, report, pace, side: SIDE, flops },
  batches: BATCHES.slice(0, 2),
};
const tiling = (await part('tiling', () => tuned(setting, IDS[0], build(IDS[0])))) ?? {};
await part('products of bytes', products);
for (const id of IDS) {
  const network = build(id);
  for (const [name, how] of [
    ['float', undefined],
    ['lsq4', rounding(network, 4, 'lsq')],
  ] as const)
    await part(`train-step-${id}-${name}`, () => trainingLines(setting, `${id}-${name}`, network, how, tiling));
  if (id === IDS[0])
    await part('learning', async () => {
      const sprites = await readFile(flag('sprites') ?? 'public/emoji10/sprites.bin');
      const sizes = tiny ? { sizes: { train: 4, validation: 4, test: 4 } } : {};
      const dataset = await openEmoji10(new Uint8Array(sprites).buffer, sizes);
      const shape = [dataset.height, dataset.width, 3] as const;
      const fresh = initialize(networks[id].build(shape, dataset.classes.length), createRng(1));
      await learningLines(setting, fresh, dataset);
    });
  for (const [name, how] of [
    ['float', float],
    ['8bit', (n: Network) => rounding(n, 8, 'symmetric')],
  ] as const)
    await part(`evaluate-${id}-${name}`, () => evaluation(id, name, how, flops));
}
console.log(
  `\n${description || device || vendor || architecture}: ${(flops / 1e12).toFixed(2)} TFLOP/s in tfjs' matmul\n`,
);
console.log(table(report.lines));
const wrong = report.lines.filter(({ equal }) => equal === false).map(({ id }) => `${id}: not the same`);
const faulty = [...faults, ...failures, ...wrong];
console.log(faulty.length === 0 ? '\nAll the same, no faults.' : `\n${faulty.join('\n')}`);
// Dawn keeps Node alive.
process.exit(faulty.length > 0 ? 1 : 0);
