// A training step on a GPU, compiled against composed of tfjs' operations: gradients, GPU requests of each, and images
// per second, measured alternately.
import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../../src/graph/network';
import { FLOAT } from '../../src/graph/policy';
import { createRng } from '../../src/math/rng';
import { Trainable } from '../../src/nn/trainable';
import { CompiledStep } from '../../src/nn/webgpu/compiledStep';
import { planStep } from '../../src/nn/webgpu/planStep';
import type { PlanOptions, StepPlan } from '../../src/nn/webgpu/stepPlan';
import type { Rounding } from '../../src/rounding/rounding';
import { labelGoal } from '../../src/train/goals';
import { countGpu } from './gpuCounts';
import { macs, measured, type Pace, randomImages, randomPixels, rate, ratesInTurns } from './gpuRates';
import { median, type Report, ratioOf } from './lines';

const CLASSES = 10;
const SGD = { learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4 };
/** After such a step the velocity is the gradient. */
const PLAIN = { learningRate: 0.01, momentum: 0, weightDecay: 0 };

export interface Setting {
  readonly gpu: GPUDevice;
  readonly report: Report;
  readonly pace: Pace;
  readonly batches: readonly number[];
  readonly side: number;
  /** Of tfjs' matmul, multiplications and additions per second. */
  readonly flops: number;
}
type Tiling = Pick<PlanOptions, 'pixels' | 'workgroups'>;

const labelsOf = (batch: number) => Uint8Array.from({ length: batch }, (_, i) => i % CLASSES);

async function create(gpu: GPUDevice, plan: StepPlan): Promise<CompiledStep> {
  const step = await CompiledStep.create(gpu, plan);
  if (step === undefined) throw new Error('The step does not fit into the memory of this GPU.');
  return step;
}

async function compile(
  gpu: GPUDevice,
  network: Network,
  rounding: Rounding | undefined,
  batch: number,
  tiling: Tiling,
) {
  return create(gpu, planStep(network, rounding, { batch, goal: { labelSmoothing: 0 }, ...tiling }));
}

/** The composed step as work, with its resulting tensors. */
function composed(network: Network, rounding: Rounding | undefined, batch: number, side: number) {
  const model = new Trainable(network, rounding);
  const images = randomImages(batch, side);
  const { loss, answers } = labelGoal(labelsOf(batch), CLASSES, 0);
  let last: tf.Scalar | undefined;
  return {
    model,
    ask(options = SGD): void {
      last?.dispose();
      const result = model.step(images, loss, options);
      result.logits.dispose();
      last = result.loss;
    },
    settle: async () => (await (last as tf.Scalar).data())[0],
    dispose(): void {
      model.dispose();
      tf.dispose([images, answers, ...(last ? [last] : [])]);
    },
  };
}

/**
 * Nonzero shifts of batch norms: at 0, under rounding, numbers are at a ReLU's kink, and which side they fall on is
 * chance.
 */
function shifted(network: Network): Network {
  const rng = createRng(5);
  const parameters = new Map(network.parameters);
  for (const [name, { shape, values }] of parameters)
    if (name.endsWith('.beta')) parameters.set(name, { shape, values: values.map(() => 0.1 * rng.normal()) });
  return { ...network, parameters };
}

/**
 * No rounding of inputs of layers whose outputs are pooled: sums of rounded products are often equal except for their
 * last bits, which then decide where a maximum's gradient goes.
 */
function untied(network: Network, rounding: Rounding | undefined): Rounding | undefined {
  if (rounding === undefined) return undefined;
  const pooled = network.nodes
    .filter(({ op }) => op === 'maxPool')
    .map(({ inputs }) => inputs[0].replace(/\.relu$/, ''));
  const float = pooled.map((id) => [id, { ...rounding.policy[id], activations: FLOAT }]);
  return { ...rounding, policy: { ...rounding.policy, ...Object.fromEntries(float) } };
}

/** Loss and gradients of one step by both; close enough to be equal, except for a number that rounds the other way. */
async function sameGradients(
  { gpu, side }: Setting,
  name: string,
  plain: Network,
  asked: Rounding | undefined,
  batch: number,
  tiling: Tiling,
) {
  const network = shifted(plain);
  const rounding = untied(network, asked);
  const ours = await compile(gpu, network, rounding, batch, tiling);
  ours.run(randomPixels(batch, side), labelsOf(batch), PLAIN);
  const [{ loss }] = await ours.metrics();
  const { velocities } = await ours.read();
  ours.dispose();
  const theirs = composed(network, rounding, batch, side);
  theirs.ask(PLAIN);
  const wanted = await theirs.settle();
  const state = await theirs.model.state();
  theirs.dispose();
  let [apart, size] = [0, 0];
  let worst: [share: number, name: string] = [0, ''];
  for (const [parameter, gradient] of velocities) {
    const other = state.get(`velocity:${parameter}`) as Float32Array;
    let [most, largest] = [0, 0];
    gradient.forEach((v, i) => {
      apart += (v - other[i]) ** 2;
      size += other[i] ** 2;
      most = Math.max(most, Math.abs(v - other[i]));
      largest = Math.max(largest, Math.abs(other[i]));
    });
    if (!(most / largest <= worst[0])) worst = [most / largest, parameter];
  }
  const distance = Math.sqrt(apart / size);
  console.log(
    `${name}: loss ${loss} and ${wanted}, gradients apart ${distance.toExponential(1)} of their length, ${worst[0].toExponential(1)} of the largest in ${worst[1]}`,
  );
  return Math.abs(loss - wanted) < (rounding ? 1e-2 : 1e-4) * wanted && distance < (rounding ? 0.2 : 1e-3);
}

/** Largest difference between the losses of 50 steps on the same images, relative to the first loss. */
async function lossesApart(
  setting: Setting,
  network: Network,
  rounding: Rounding | undefined,
  batch: number,
  tiling: Tiling,
) {
  const { gpu, side, pace } = setting;
  const ours = await compile(gpu, network, rounding, batch, tiling);
  const theirs = composed(network, rounding, batch, side);
  let [apart, first] = [0, 0];
  ours.run(randomPixels(batch, side), labelsOf(batch), SGD);
  theirs.ask();
  for (let step = 0; step < (pace.rounds > 1 ? 50 : 2); step++) {
    const [{ loss }] = await ours.metrics();
    const wanted = await theirs.settle();
    first ||= wanted;
    apart = Math.max(apart, Math.abs(loss - wanted) / first);
    ours.again(SGD);
    theirs.ask();
  }
  await theirs.settle();
  ours.dispose();
  theirs.dispose();
  return apart;
}

/** The fastest of a few tilings, with the rate of each, and the time profile of the best. */
export async function tuned(setting: Setting, name: string, network: Network): Promise<Tiling> {
  const { gpu, report, pace, batches, side, flops } = setting;
  const batch = batches[batches.length - 1];
  const quick = { ...pace, rounds: 2 };
  let best: { tiling: Tiling; speed: number } | undefined;
  for (const pixels of [1, 2, 4])
    for (const workgroups of [256, 768, 1536]) {
      const tiling = { pixels, workgroups };
      const step = await compile(gpu, network, undefined, batch, tiling);
      step.run(randomPixels(batch, side), labelsOf(batch), SGD);
      const speed = await rate(
        quick,
        batch,
        () => step.again(SGD),
        () => step.settle(),
      );
      const share = (speed * 6 * macs(network)) / flops;
      report.add(measured(`tiling-${name}-${pixels}-pixels-${workgroups}-workgroups`, 'images/s', speed, null, share));
      if (best === undefined || speed > best.speed) best = { tiling, speed };
      step.dispose();
    }
  const { tiling } = best as { tiling: Tiling };
  const plan = planStep(network, undefined, { batch, goal: { labelSmoothing: 0 }, ...tiling });
  const step = await create(gpu, plan);
  step.run(randomPixels(batch, side), labelsOf(batch), SGD);
  for (const kind of new Set(plan.dispatches.map((dispatch) => dispatch.kind))) {
    const speed = await rate(
      quick,
      1,
      () => step.again(SGD, new Set([kind])),
      () => step.settle(),
    );
    report.add(measured(`time-${kind}-${name}-b${batch}`, 'ms a step', 1000 / speed));
  }
  step.dispose();
  return tiling;
}

/** Lines of a network under a rounding, or float. */
export async function trainingLines(
  setting: Setting,
  name: string,
  network: Network,
  rounding: Rounding | undefined,
  tiling: Tiling,
) {
  const { gpu, report, pace, batches, side, flops } = setting;
  const equal = await sameGradients(setting, name, network, rounding, Math.min(16, batches[0]), tiling);
  const apart = await lossesApart(setting, network, rounding, batches[0], tiling);
  report.add(measured(`losses-${name}-50-steps`, 'largest difference', apart, apart < 0.02));
  for (const batch of batches) {
    const ours = await compile(gpu, network, rounding, batch, tiling);
    ours.run(randomPixels(batch, side), labelsOf(batch), SGD);
    const theirs = composed(network, rounding, batch, side);
    theirs.ask();
    await theirs.settle();
    if (batch === batches[0]) {
      const counts = await countGpu(() => ours.again(SGD));
      const baseline = await countGpu(() => theirs.ask());
      for (const what of ['dispatches', 'submits', 'buffers'] as const) {
        const [few, many] = [counts[what], baseline[what]];
        report.add({ ...measured(`train-${what}-${name}`, what, few), baseline: many });
      }
    }
    const works = [{ ask: () => ours.again(SGD), settle: () => ours.settle() }, theirs];
    const [fast, slow] = await ratesInTurns(pace, batch, works);
    // A step computes each product three times: forward, for the input's gradient and for the filter's.
    const share = (speed: number) => (speed * 6 * macs(network)) / flops;
    report.add({
      ...{ id: `train-step-${name}-b${batch}`, backend: 'webgpu', ours: median(fast), baseline: median(slow) },
      ...ratioOf(fast, slow),
      ...{ unit: 'images/s', equal, share: share(median(fast)) },
    });
    ours.dispose();
    theirs.dispose();
  }
}
