// A float training step of Tiny, compiled by us against `jit` of jax-js, another compiler of WebGPU kernels, if both optional
// packages are there: npm i --no-save webgpu@0.6.2 @jax-js/jax@0.1.25. Each has a device of its own on the same adapter.
import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../../src/graph/network';
import { decays, type SgdOptions } from '../../src/nn/sgd';
import { CompiledStep, tilesFor } from '../../src/nn/webgpu/compiledStep';
import { planStep } from '../../src/nn/webgpu/planStep';
import { buildNetwork } from './evaluations';
import { randomPixels } from './gpuRates';
import type { Report } from './lines';
import { compareInTurns, within } from './turns';

const SGD: SgdOptions = { learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4 };
const [CLASSES, SIDE, STEPS] = [10, 32, 6];

/** An array of jax-js. Whatever takes it owns it from then on, unless it gets its `ref`. */
interface Numbers {
  readonly ref: Numbers;
  readonly shape: readonly number[];
  reshape(shape: readonly number[]): Numbers;
  add(other: Numbers | number): Numbers;
  sub(other: Numbers): Numbers;
  mul(other: Numbers | number): Numbers;
  div(other: Numbers | number): Numbers;
  sum(): Numbers;
  neg(): Numbers;
  data(): Promise<Float32Array>;
}
type Named = Record<string, Numbers>;

/** What we use of the package `@jax-js/jax`. */
interface Jax {
  init(device: 'webgpu'): Promise<readonly string[]>;
  defaultDevice(device: 'webgpu'): void;
  blockUntilReady(tree: unknown): Promise<unknown>;
  jit<F>(of: F): F;
  valueAndGrad<A extends unknown[]>(
    of: (parameters: Named, ...rest: A) => [Numbers, Named],
    options: { hasAux: true },
  ): (parameters: Named, ...rest: A) => [[Numbers, Named], Named];
  readonly numpy: {
    array(values: Float32Array): Numbers;
    zeros(shape: readonly number[]): Numbers;
    mean(x: Numbers, axes: readonly number[], options?: { keepdims: boolean }): Numbers;
    max(x: Numbers, axes: readonly number[]): Numbers;
    sqrt(x: Numbers): Numbers;
    matmul(a: Numbers, b: Numbers): Numbers;
  };
  readonly lax: {
    convGeneralDilated(x: Numbers, w: Numbers, strides: readonly number[], padding: readonly number[][]): Numbers;
    stopGradient(x: Numbers): Numbers;
  };
  readonly nn: { relu(x: Numbers): Numbers; logSoftmax(x: Numbers, axis: number): Numbers };
}

async function openJax(): Promise<Jax | undefined> {
  const name = '@jax-js/jax'; // optional: not to be resolved by the compiler
  // It looks for Firefox.
  if (navigator.userAgent === undefined) Object.defineProperty(navigator, 'userAgent', { value: 'Node' });
  try {
    const jax: Jax = await import(name);
    if (!(await jax.init('webgpu')).includes('webgpu')) throw new Error('its WebGPU does not start');
    jax.defaultDevice('webgpu');
    return jax;
  } catch (error) {
    console.log(`No jax-js (npm i --no-save @jax-js/jax@0.1.25): ${(error as Error).message}`);
    return undefined;
  }
}

/** [a, b, c, d] in the order of `axes`. */
function transposed(values: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const at = [0, 0, 0, 0];
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, d) => product * d, 1));
  return values.map((_, i) => {
    let rest = i;
    for (let axis = 3; axis >= 0; axis--) {
      const size = shape[axes[axis]];
      at[axes[axis]] = rest % size;
      rest = Math.floor(rest / size);
    }
    return values[at.reduce((sum, place, axis) => sum + place * strides[axis], 0)];
  });
}

/** Tiny on images [n, 3, h, w]: the mean loss, and the statistics of its batch norms. */
const tinyOf = ({ numpy: np, lax, nn }: Jax) =>
  function forward(p: Named, images: Numbers, target: Numbers): [Numbers, Named] {
    const statistics: Named = {};
    let x = images;
    for (const [i, id] of ['conv1', 'conv2', 'conv3', 'conv4'].entries()) {
      const stride = i === 0 ? 2 : 1;
      const padding = [1, 1];
      const z = lax.convGeneralDilated(x, p[`${id}.kernel`], [stride, stride], [padding, padding]);
      const [n, c, h, w] = z.shape;
      const mean = np.mean(z.ref, [0, 2, 3], { keepdims: true });
      const apart = z.sub(mean.ref);
      const variance = np.mean(apart.ref.mul(apart.ref), [0, 2, 3], { keepdims: true });
      statistics[`${id}.bn.mean`] = lax.stopGradient(mean.reshape([c]));
      const unbiased = (n * h * w) / (n * h * w - 1);
      statistics[`${id}.bn.variance`] = lax.stopGradient(variance.ref.reshape([c]).mul(unbiased));
      const row = (part: string) => p[`${id}.bn.${part}`].reshape([1, c, 1, 1]);
      x = nn.relu(apart.mul(row('gamma').div(np.sqrt(variance.add(1e-5)))).add(row('beta')));
      if (i < 2) x = np.max(x.reshape([n, c, h / 2, 2, w / 2, 2]), [3, 5]);
    }
    const logits = np.matmul(np.mean(x, [2, 3]), p['fc.kernel']).add(p['fc.bias']);
    const loss = nn.logSoftmax(logits, 1).mul(target).sum().neg();
    return [loss.div(images.shape[0]), statistics];
  };

/** Steps of jax-js from a network's weights on one batch; each call returns the losses of `STEPS` more. */
function stepsOf(jax: Jax, network: Network, pixels: Float32Array, labels: Uint8Array): () => Promise<Float32Array> {
  const { numpy: np, jit, valueAndGrad } = jax;
  const [parameters, velocities, running]: [Named, Named, Named] = [{}, {}, {}];
  for (const [name, { values, shape }] of network.parameters) {
    const isKernel = shape.length === 4;
    const own = isKernel ? [3, 2, 0, 1].map((axis) => shape[axis]) : shape;
    const array = np.array(isKernel ? transposed(values, shape, [3, 2, 0, 1]) : values.slice()).reshape(own);
    if (/\.(mean|variance)$/.test(name)) running[name] = array;
    else [parameters[name], velocities[name]] = [array, np.zeros(own)];
  }
  const forward = tinyOf(jax);
  const step = jit((p: Named, v: Named, r: Named, images: Numbers, target: Numbers) => {
    const kept = Object.fromEntries(Object.entries(p).map(([name, value]) => [name, value.ref]));
    const [[loss, found], gradients] = valueAndGrad(forward, { hasAux: true })(kept, images, target);
    const [weights, speeds, followed]: [Named, Named, Named] = [{}, {}, {}];
    for (const name of Object.keys(p)) {
      const decay = decays(name) ? SGD.weightDecay : 0;
      const gradient = decay > 0 ? gradients[name].add(p[name].ref.mul(decay)) : gradients[name];
      const velocity = v[name].mul(SGD.momentum).add(gradient.ref);
      speeds[name] = velocity.ref;
      weights[name] = p[name].sub(gradient.add(velocity.mul(SGD.momentum)).mul(SGD.learningRate));
    }
    for (const name of Object.keys(r)) followed[name] = r[name].mul(0.9).add(found[name].mul(0.1));
    return [loss, weights, speeds, followed] as const;
  });
  const n = labels.length;
  const images = transposed(pixels, [n, SIDE, SIDE, 3], [0, 3, 1, 2]);
  const target = new Float32Array(n * CLASSES);
  labels.forEach((label, i) => {
    target[i * CLASSES + label] = 1;
  });
  let state: readonly [Named, Named, Named] = [parameters, velocities, running];
  return async () => {
    const losses: Numbers[] = [];
    for (let i = 0; i < STEPS; i++) {
      const batch = np.array(images.slice()).reshape([n, 3, SIDE, SIDE]);
      const [loss, ...next] = step(...state, batch, np.array(target.slice()).reshape([n, CLASSES]));
      losses.push(loss);
      state = next;
    }
    await jax.blockUntilReady(state);
    return Float32Array.from(await Promise.all(losses.map(async (loss) => (await loss.data())[0])));
  };
}

/** Training steps of Tiny on batches of 4 and 32 images of 32x32 pixels; the losses of the first steps are compared. */
export async function jaxTrain(report: Report): Promise<void> {
  const jax = await openJax();
  if (jax === undefined) return;
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  for (const batch of [4, 32]) {
    const network = buildNetwork('tiny');
    const pixels = randomPixels(batch, SIDE);
    const labels = Uint8Array.from({ length: batch }, (_, i) => i % CLASSES);
    const plan = planStep(network, undefined, { batch, goal: { labelSmoothing: 0 }, ...tilesFor(device) });
    const step = (await CompiledStep.create(device, plan)) as CompiledStep;
    const ours = async () => {
      for (let i = 0; i < STEPS; i++) step.run(pixels, labels, SGD);
      return Float32Array.from((await step.metrics()).map(({ loss }) => loss));
    };
    await compareInTurns<Float32Array>(
      report,
      { id: `train-step-jax-tiny-b${batch}`, backend: 'webgpu', unit: 'images/s', per: STEPS * batch },
      { ours, baseline: stepsOf(jax, network, pixels, labels), same: within(1e-5) },
    );
    step.dispose();
  }
}
