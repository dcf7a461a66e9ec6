// What WebGPU does on the GPU at hand: is it right, and how fast. Headless, on Dawn for Node; lines as scripts/bench/lines.ts
// has them, and a Markdown table for docs/performance.md. Every rate stands beside tfjs' matmul rate of the same run.
// usage: npm i --no-save webgpu@0.6.2 && npm run gpu-check -- [--out LINES.jsonl] [--minutes 9] [--tiny]
// --tiny is for software adapters: small batches, few rounds; its figures mean nothing.
// tfjs' umbrella package registers gradients and the plain backend.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../src/engine/backend';
import { layerCosts } from '../src/graph/cost';
import { isLayer, type Network } from '../src/graph/network';
import { FLOAT, uniformPolicy } from '../src/graph/policy';
import { createRng } from '../src/math/rng';
import { Inference } from '../src/nn/inference';
import { registerKernels } from '../src/nn/kernels/register';
import { Trainable } from '../src/nn/trainable';
import type { Rounding } from '../src/rounding/rounding';
import { labelGoal } from '../src/train/train';
import { initialize } from '../src/zoo/definition';
import { type NetworkId, networks } from '../src/zoo/registry';
import { countGpu } from './bench/gpuCounts';
import { type Line, median, Report, table } from './bench/lines';
import { installWebgpu } from './headless/webgpu';

const flag = (name: string) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const tiny = process.argv.includes('--tiny');
const deadline = performance.now() + Number(flag('minutes') ?? 9) * 60_000;
const report = new Report(flag('out'));
const IDS = ['tiny', 'resnet8', 'resnet20'] as const;
const [SIDE, ROUNDS, SECONDS] = tiny ? [8, 1, 0.01] : [32, 7, 0.3];
const BATCHES = tiny ? [2] : [128, 256, 512];
const SGD = { learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4 };

/** False, and said once, when the time is over: then what is left is skipped. */
let late = false;
function inTime(what: string): boolean {
  if (performance.now() < deadline) return true;
  if (!late) console.log(`Out of time before ${what}.`);
  late = true;
  return false;
}

const measured = (id: string, unit: string, ours: number, equal: boolean | null = null, share?: number): Line => ({
  ...{ id, backend: 'webgpu', ours, baseline: null, ratio: null, lower: null, upper: null, unit, equal },
  ...(share !== undefined && { share }),
});

/**
 * Runs a second of `work` in each of the rounds: median over rounds of `per` a second. `work` asks the device for the
 * work, `settle` waits until it is done.
 */
async function rate(per: number, work: () => void, settle: () => Promise<unknown>): Promise<number> {
  work();
  await settle();
  let repeats = 1;
  const timed = async () => {
    const start = performance.now();
    for (let i = 0; i < repeats; i++) work();
    await settle();
    return performance.now() - start;
  };
  for (let ms = await timed(); ms < SECONDS * 1000; ms = await timed()) repeats *= ms < (SECONDS * 1000) / 4 ? 4 : 2;
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rates.push(((per * repeats) / (await timed())) * 1000);
  return median(rates);
}

/** tfjs' own product of two square float32 matrices, in multiplications and additions a second. */
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
    const flops = await rate(2 * n ** 3, work, async () => tf.slice(last as tf.Tensor2D, [0, 0], [1, 1]).data());
    report.add(measured(`matmul-${n}`, 'GFLOP/s', flops / 1e9));
    best = Math.max(best, flops);
    tf.dispose([a, b, ...(last ? [last] : [])]);
  }
  return best;
}

const build = (id: NetworkId) => initialize(networks[id].build([SIDE, SIDE, 3], 10), createRng(1));
const macs = (network: Network) => layerCosts(network).reduce((sum, layer) => sum + layer.macs, 0);

function randomImages(batch: number): tf.Tensor4D {
  const rng = createRng(2);
  return tf.tensor4d(
    Float32Array.from({ length: batch * SIDE * SIDE * 3 }, () => rng.normal()),
    [batch, SIDE, SIDE, 3],
  );
}

// Any range does: the work is the same.
const RANGE = { min: 0, max: 4, meanMagnitude: 1, choice: 'minMax' } as const;
function rounding(network: Network, bits: 4 | 8, quantizer: 'symmetric' | 'lsq'): Rounding {
  return {
    policy: uniformPolicy(network, bits, bits),
    scheme: { quantizer, granularity: quantizer === 'lsq' ? 'tensor' : 'channel' },
    ranges: new Map(network.nodes.filter(isLayer).map((node) => [node.id, RANGE])),
  };
}
const float = (network: Network): Rounding => ({
  ...rounding(network, 8, 'symmetric'),
  policy: uniformPolicy(network, FLOAT, FLOAT),
});

/** Logits of a few images, on the backend in use. */
async function logitsOf(network: Network, how: Rounding): Promise<Float32Array> {
  const model = new Inference(network);
  model.configure(how);
  const images = randomImages(tiny ? 2 : 32);
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
  const plain = await logitsOf(network, how(network));
  await tf.setBackend('webgpu');
  const size = plain.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
  const worst = plain.reduce((max, v, i) => Math.max(max, Math.abs(v - onGpu[i])), 0) / size;
  console.log(`${id}, ${name}: largest difference to plain numbers ${worst.toExponential(1)} of the largest logit`);
  return worst < 1e-4;
}

async function evaluation(id: NetworkId, name: string, how: (network: Network) => Rounding, flops: number) {
  const equal = await checkAnswers(id, name, how);
  const network = build(id);
  const model = new Inference(network);
  model.configure(how(network));
  for (const batch of BATCHES) {
    const images = randomImages(batch);
    let last: tf.Tensor | undefined;
    const work = () => {
      last?.dispose();
      last = model.run(() => images.clone()).logits;
    };
    const speed = await rate(batch, work, async () => (last as tf.Tensor).data());
    report.add(
      measured(`evaluate-${id}-${name}-b${batch}`, 'images/s', speed, equal, (speed * 2 * macs(network)) / flops),
    );
    tf.dispose([images, ...(last ? [last] : [])]);
  }
  model.dispose();
}

async function trainStep(id: NetworkId, name: string, how: Rounding | undefined, network: Network, flops: number) {
  for (const batch of BATCHES.slice(0, 2)) {
    const model = new Trainable(network, how);
    const images = randomImages(batch);
    const { loss, answers } = labelGoal(
      Uint8Array.from({ length: batch }, (_, i) => i % 10),
      10,
      0,
    );
    let last: tf.Tensor | undefined;
    const work = () => {
      last?.dispose();
      const result = model.step(images, loss, SGD);
      result.logits.dispose();
      last = result.loss;
    };
    work();
    await (last as unknown as tf.Tensor).data();
    if (batch === BATCHES[0])
      for (const [what, count] of Object.entries(await countGpu(work)))
        report.add(measured(`train-${what}-${id}-${name}-composed`, what, count));
    const speed = await rate(batch, work, async () => (last as tf.Tensor).data());
    // A step computes each product three times: forward, for the input's gradient and for the filter's.
    const share = (speed * 6 * macs(network)) / flops;
    report.add(measured(`train-step-${id}-${name}-b${batch}-composed`, 'images/s', speed, null, share));
    model.dispose();
    tf.dispose([images, answers, ...(last ? [last as tf.Tensor] : [])]);
  }
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
for (const id of IDS) {
  const network = build(id);
  for (const [name, how] of [
    ['float', undefined],
    ['lsq4', rounding(network, 4, 'lsq')],
  ] as const)
    if (inTime(`train-step-${id}-${name}`)) await trainStep(id, name, how, network, flops);
  for (const [name, how] of [
    ['float', float],
    ['8bit', (n: Network) => rounding(n, 8, 'symmetric')],
  ] as const)
    if (inTime(`evaluate-${id}-${name}`)) await evaluation(id, name, how, flops);
}
console.log(
  `\n${description || device || vendor || architecture}: ${(flops / 1e12).toFixed(2)} TFLOP/s in tfjs' matmul\n`,
);
console.log(table(report.lines));
const wrong = report.lines.filter(({ equal }) => equal === false);
if (faults.length > 0 || wrong.length > 0) console.log(`\n${faults.length} faults, ${wrong.length} lines unequal`);
// Dawn keeps Node alive.
process.exit(faults.length > 0 || wrong.length > 0 ? 1 : 0);
