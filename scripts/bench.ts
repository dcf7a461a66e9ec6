// What our WebAssembly kernels gain: images per second of training steps and of an evaluation with 8-bit activations,
// by tfjs' kernels with plain loops (off), by our functions (plain), and with fused products (fused, where Node has
// relaxed SIMD). All are measured alternately in one process, because only ratios are meaningful on a busy machine.
// usage: npm run bench -- [SUBJECT...] [--json LINES.jsonl]
// Subjects are the keys of SUBJECTS below; without one, all but those that need an idle machine. The figures of
// docs/performance.md come from it. The file gets the measurements in the form of scripts/bench/lines.ts.
import { setFlagsFromString } from 'node:v8';
import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { isLayer, type Network } from '../src/graph/network';
import { FLOAT, uniformPolicy } from '../src/graph/policy';
import { createRng } from '../src/math/rng';
import { blockFloat } from '../src/nn/blockFloat';
import { Inference } from '../src/nn/inference';
import { blockFloatForward } from '../src/nn/kernels/blockFloatHeap';
import { learnedInputGrad } from '../src/nn/kernels/learnedInputHeap';
import { registerKernels } from '../src/nn/kernels/register';
import { FUSED_KERNEL_BYTES } from '../src/nn/kernels/wasm/kernelBytes';
import { type KernelMode, setKernelMode } from '../src/nn/kernels/wasm/module';
import { roundLearned } from '../src/nn/quantizers/learnedInput';
import { Trainable } from '../src/nn/trainable';
import { initialize } from '../src/zoo/definition';
import { type NetworkId, networks } from '../src/zoo/registry';
import { ortEvaluate, policies1000 } from './bench/evaluations';
import { gpuEvaluate, gpuTrain, openGpu, trainDispatches } from './bench/gpuSubjects';
import { integerSubjects } from './bench/integerSpeed';
import { jaxTrain } from './bench/jaxStep';
import { batchNorm, filterGradient } from './bench/kernels';
import { median, Report, ratioOf } from './bench/lines';
import { searchWorkers } from './bench/searchWorkers';
import { gpIteration, knapsack } from './bench/solvers';
import { evaluateWorkers } from './bench/workers';

const BATCH = 64;
const ROUNDS = 10;
const SGD = { learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4 };

// Node 20 has relaxed SIMD behind a flag; later versions have it by default.
if (process.version.startsWith('v20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
const hasFused = WebAssembly.validate(Buffer.from(FUSED_KERNEL_BYTES, 'base64'));
const MODES: KernelMode[] = hasFused ? ['off', 'plain', 'fused'] : ['off', 'plain'];

const json = process.argv.indexOf('--json');
const lines = json < 0 ? undefined : new Report(process.argv[json + 1]);

/** A comparison for the file: speeds from the milliseconds of alternating rounds. */
function addLine(id: string, unit: string, per: number, ours: number[], baseline: number[], equal: boolean): void {
  const speeds = (ms: number[]) => ms.map((one) => per / one);
  const [fast, slow] = [speeds(ours), speeds(baseline)];
  lines?.add({
    ...{ id, backend: 'wasm', ours: median(fast), baseline: median(slow) },
    ...ratioOf(fast, slow),
    ...{ unit, equal },
  });
}

const fewest = (ms: readonly number[]) => Math.min(...ms);

/** Equal except for sums in another order: within 1e-4 of the largest. */
function close(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  const size = Array.from(a).reduce((max, v) => Math.max(max, Math.abs(v)), 0);
  return Array.from(a).every((v, i) => Math.abs(v - b[i]) <= 1e-4 * size);
}

function build(id: NetworkId): Network {
  return initialize(networks[id].build([32, 32, 3], 10), createRng(1));
}

function randomImages(): tf.Tensor4D {
  const rng = createRng(2);
  const pixels = Float32Array.from({ length: BATCH * 32 * 32 * 3 }, () => rng.normal());
  return tf.tensor4d(pixels, [BATCH, 32, 32, 3]);
}

/** Milliseconds of every round of `work` in each mode, with the order of the modes alternating. */
function compare(work: () => void): Map<KernelMode, number[]> {
  const times = new Map<KernelMode, number[]>(MODES.map((mode) => [mode, []]));
  for (let round = -1; round < ROUNDS; round++)
    for (const mode of round % 2 === 0 ? MODES : [...MODES].reverse()) {
      setKernelMode(tf.backend() as BackendWasm, mode);
      const start = performance.now();
      work();
      // The first round warms up.
      if (round >= 0) times.get(mode)?.push(performance.now() - start);
    }
  return times;
}

/** The result of `answer` in each mode. */
function answers(answer: () => Float32Array): Map<KernelMode, Float32Array> {
  return new Map(
    MODES.map((mode) => {
      setKernelMode(tf.backend() as BackendWasm, mode);
      return [mode, answer()];
    }),
  );
}

function benchTraining(id: NetworkId): void {
  const network = build(id);
  const model = new Trainable(network);
  const images = randomImages();
  const target = tf.oneHot(tf.range(0, BATCH, 1, 'int32').mod(tf.scalar(10, 'int32')), 10);
  const loss = (logits: tf.Tensor2D) => tf.neg(tf.mean(tf.mul(tf.cast(target, 'float32'), tf.logSoftmax(logits))));
  const step = (trained: Trainable) => {
    const result = trained.step(images, loss as (logits: tf.Tensor2D) => tf.Scalar, SGD);
    result.loss.dataSync();
    result.loss.dispose();
    return result.logits;
  };
  // The second step's logits depend on the first one's gradients.
  const second = () => {
    const fresh = new Trainable(network);
    step(fresh).dispose();
    const logits = step(fresh);
    const values = Float32Array.from(logits.dataSync());
    logits.dispose();
    fresh.dispose();
    return values;
  };
  report(
    `train-step-${id}`,
    `training step, ${networks[id].label}`,
    answers(second),
    compare(() => step(model).dispose()),
  );
  model.dispose();
  tf.dispose([images, target]);
}

function benchEvaluation(id: NetworkId, activations: 8 | typeof FLOAT): void {
  const network = build(id);
  const model = new Inference(network);
  const images = randomImages();
  // Any range will do: the work is the same.
  const range = { min: -4, max: 4, meanMagnitude: 1, choice: 'minMax' } as const;
  const ranges = new Map(network.nodes.filter(isLayer).map((node) => [node.id, range]));
  model.configure({
    policy: uniformPolicy(network, 8, activations),
    scheme: { quantizer: 'affine', granularity: 'channel' },
    ranges,
  });
  const run = () => {
    const { logits } = model.run(() => images.clone());
    const values = Float32Array.from(logits.dataSync());
    logits.dispose();
    return values;
  };
  const width = activations === FLOAT ? 'float' : '8-bit';
  report(
    `evaluate-${id}-${width}`,
    `evaluation, ${networks[id].label}, ${width} activations`,
    answers(run),
    compare(run),
  );
  model.dispose();
  images.dispose();
}

/** Layers of integers against float, and whether they give the bits of sums of floats (bench:integers has more). */
function benchIntegers(id: NetworkId, mode: KernelMode): void {
  const subjects = integerSubjects(id, BATCH, mode);
  const times: number[][] = subjects.map(() => []);
  const logits: Float32Array[] = [];
  for (let round = -1; round < ROUNDS; round++)
    for (const i of round % 2 === 0 ? subjects.keys() : [...subjects.keys()].reverse()) {
      const start = performance.now();
      logits[i] = subjects[i].run();
      if (round >= 0) times[i].push(performance.now() - start);
    }
  const words = subjects.map((subject, i) => {
    const sums = subjects.findIndex((other) => other.id === `${subject.id}-sums`);
    const equal = sums < 0 || logits[i].every((value, at) => Object.is(value, logits[sums][at]));
    if (sums >= 0)
      addLine(`evaluate-integer-${id}-${subject.id}-${mode}`, 'images/s', 1000 * BATCH, times[i], times[0], equal);
    return `${subject.id} ${((BATCH / fewest(times[i])) * 1000).toFixed(0)}${equal ? '' : ' (OTHER BITS)'}`;
  });
  console.log(`${`integers, ${networks[id].label}, ${mode}`.padEnd(44)} images/s: ${words.join(', ')}`);
  for (const subject of subjects) subject.dispose();
}

/** With and without relaxed SIMD. */
function benchAllIntegers(): void {
  for (const mode of MODES) if (mode !== 'off') benchIntegers('resnet20', mode);
}

/** Rounding a layer's input, forward and backward: one kernel of ours against tfjs' composed operations. */
function benchRounding(
  name: string,
  kernel: string,
  round: (x: tf.Tensor, learned: tf.Tensor) => tf.Tensor,
  learns: boolean,
): void {
  const backend = tf.getBackend();
  const fused = tf.getKernel(kernel, backend);
  const rng = createRng(3);
  const x = tf.tensor4d(
    Float32Array.from({ length: BATCH * 32 * 32 * 16 }, () => Math.max(0, rng.normal())),
    [BATCH, 32, 32, 16],
  );
  const inputs = [x, ...(learns ? [tf.tensor2d([[0.4]])] : [])];
  const time = (ours: boolean) => {
    tf.unregisterKernel(kernel, backend);
    if (ours) tf.registerKernel(fused);
    const start = performance.now();
    const { value, grads } = tf.valueAndGrads(round)(inputs, x) as { value: tf.Tensor; grads: tf.Tensor[] };
    const ms = performance.now() - start;
    const values = [value, ...grads].map((tensor) => Float32Array.from(tensor.dataSync()));
    tf.dispose([value, grads]);
    if (!ours) tf.registerKernel(fused);
    return { ms, values };
  };
  setKernelMode(tf.backend() as BackendWasm, 'plain');
  const composed = time(false).values;
  const equal = time(true).values.every((values, i) => close(composed[i], values));
  const times: [composed: number[], ours: number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++)
    for (const ours of [true, false]) times[Number(ours)].push(time(ours).ms);
  const [slow, fast] = times.map(fewest);
  console.log(
    `rounding and its gradient, ${name.padEnd(18)} ms: composed ${slow.toFixed(1)}, our kernel ${fast.toFixed(1)} (x${(slow / fast).toFixed(2)})`,
  );
  addLine(`rounding-${name.replaceAll(' ', '-')}`, 'runs/s', 1000, times[1], times[0], equal);
  tf.dispose(inputs);
}

function report(
  id: string,
  what: string,
  answers: ReadonlyMap<KernelMode, Float32Array>,
  times: ReadonlyMap<KernelMode, number[]>,
): void {
  const off = times.get('off') as number[];
  const words = [...times].map(
    ([mode, ms]) => `${mode} ${((BATCH / fewest(ms)) * 1000).toFixed(0)} (x${(fewest(off) / fewest(ms)).toFixed(2)})`,
  );
  console.log(`${what.padEnd(44)} images/s: ${words.join(', ')}`);
  const plain = answers.get('off') as Float32Array;
  for (const [mode, ms] of times)
    if (mode !== 'off')
      addLine(`${id}-${mode}`, 'images/s', 1000 * BATCH, ms, off, close(plain, answers.get(mode) as Float32Array));
}

const best = MODES[MODES.length - 1];
const all = lines ?? new Report();

/** What can be measured, in this order: everything on wasm before what is on WebGPU. */
const SUBJECTS: Readonly<Record<string, () => unknown>> = {
  'train-step': () => {
    for (const id of ['resnet8', 'resnet20', 'vgg-small'] as const) benchTraining(id);
  },
  evaluate: () => {
    for (const id of ['resnet8', 'resnet20'] as const)
      for (const bits of [FLOAT, 8] as const) benchEvaluation(id, bits);
  },
  'evaluate-integer': benchAllIntegers,
  rounding: () => {
    benchRounding('block floating point', blockFloatForward.name, (x) => blockFloat(x, 32, 4), false);
    for (const id of ['pact', 'lsq'] as const)
      benchRounding(id, learnedInputGrad.name, (x, learned) => roundLearned(id, x, learned, 4), true);
  },
  'filter-gradient': () => filterGradient(all, best),
  'batch-norm': () => batchNorm(all, best),
  'policies-1000': () => policies1000(all),
  'ort-evaluate': () => ortEvaluate(all),
  knapsack: () => knapsack(all),
  'gp-iteration': () => gpIteration(all),
  'evaluate-workers': () => evaluateWorkers(all),
  'search-workers': () => searchWorkers(all),
  'train-dispatches': async () => (await openGpu()) && trainDispatches(all),
  'train-step-webgpu': async () => (await openGpu()) && gpuTrain(all),
  'train-step-jax': async () => (await openGpu()) && jaxTrain(all),
  'evaluate-webgpu': async () => (await openGpu()) && gpuEvaluate(all),
};
const IDLE = ['evaluate-workers', 'search-workers'];

const words = process.argv.slice(2);
const asked = words.filter((word, i) => word !== '--json' && words[i - 1] !== '--json');
const unknown = asked.filter((id) => !(id in SUBJECTS));
if (unknown.length > 0) {
  console.error(`There is no subject ${unknown.join(', ')}. Choose among: ${Object.keys(SUBJECTS).join(', ')}.`);
  process.exit(2);
}
await registerKernels('wasm');
await tf.setBackend('wasm');
for (const [id, work] of Object.entries(SUBJECTS))
  if (asked.length === 0 ? !IDLE.includes(id) : asked.includes(id)) await work();
// Workers and Dawn keep Node alive.
process.exit();
