// Every gradient of compiled steps against those of composed ones, at states along a composed training.
//
// Under LSQ a number on a rounding threshold, or at the edge of a ReLU, may fall on its other side on the device, which changes
// gradients by more than rounding errors. So the codes of both are compared: each flip has to lie on such a threshold. And
// the gradient of a learned step is a sum of terms of both signs, at some states a thousandth of the sum of their
// magnitudes, which is what its rounding errors are compared with.
import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { learnedInputName, learnedKernelName } from '../../graph/learned';
import { layersOf, type Network, parameterName } from '../../graph/network';
import { roundHalfToEven } from '../../math/rounding';
import { stepGradientScale } from '../../quant/lsq';
import type { Rounding } from '../../rounding/rounding';
import { maxAbs, useBackend } from '../backends.testing';
import { learnedInputGrad } from '../kernels/learnedInputHeap';
import { randomNetwork } from '../networks.testing';
import { crossEntropy } from '../steps.testing';
import { Trainable } from '../trainable';
import type { CompiledStep } from './compiledStep';
import { batchOf, CLASSES, create, planFor, residual, rounded } from './compiledStep.testing';
import { describeGpu } from './gpu.testing';
import { headRow } from './headKernel';
import type { Dispatch, StepPlan } from './stepPlan';

const [STATES, IMAGES, BITS] = [20, 3, 4];
const SGD = { learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4 };
/** Such a step changes no weights, and its velocities are its gradients. */
const STILL = { learningRate: 0, momentum: 0, weightDecay: 0 };
const FORWARD = new Set(['weightStats', 'roundWeights', 'convForward', 'normForward']);

/** A rounded tensor in units of its step. */
interface Ratios {
  readonly values: Float32Array;
  readonly min: number;
  readonly max: number;
}
const OF_INPUTS = { min: 0, max: 2 ** BITS - 1 };
const OF_KERNELS = { min: -(2 ** (BITS - 1)), max: 2 ** (BITS - 1) - 1 };
const codesOf = ({ values, min, max }: Ratios) => values.map((r) => Math.min(max, Math.max(min, roundHalfToEven(r))));

/** What LSQ's gradient multiplies that of the rounded number by. */
function slopeOf(r: number, { min, max }: Omit<Ratios, 'values'>): number {
  return r > min && r < max ? roundHalfToEven(r) - r : Math.min(max, Math.max(min, r));
}
const sumOfMagnitudes = (terms: Float32Array) => terms.reduce((sum, v) => sum + Math.abs(v), 0);

/** Of a composed step; the sums of the magnitudes of the terms that a learned step's gradient has, by their names. */
interface Composed {
  readonly gradients: Map<string, Float32Array>;
  readonly ratios: Map<string, Ratios>;
  readonly magnitudes: Map<string, number>;
}

const valuesOf = (network: Network, name: string) => network.parameters.get(name)?.values as Float32Array;
const kernelOf = (layer: string) => parameterName(layer, 'kernel');
const inputStep = (layer: string) => learnedInputName(layer, 'lsq', BITS);
const kernelStep = (layer: string, { scheme }: Rounding) => learnedKernelName(layer, scheme, BITS);

/** Runs `step`; `watch` sees what the kernel for gradients of learned steps is given. */
function watched(watch: (inputs: readonly Float32Array[]) => void, step: () => void): void {
  const kernel = tf.getKernel(learnedInputGrad.name, 'cpu');
  const replace = (kernelFunc: tf.KernelFunc) => {
    tf.unregisterKernel(kernel.kernelName, 'cpu');
    tf.registerKernel({ ...kernel, kernelFunc });
  };
  replace((call) => {
    const ids = learnedInputGrad.inputs.map((name) => call.inputs[name]?.dataId as object);
    watch(ids.map((id) => tf.engine().readSync(id) as Float32Array));
    return kernel.kernelFunc(call);
  });
  step();
  replace(kernel.kernelFunc);
}

async function composedStep(
  network: Network,
  how: Rounding | undefined,
  images: tf.Tensor4D,
  labels: Uint8Array,
): Promise<Composed> {
  const found: Composed = { gradients: new Map(), ratios: new Map(), magnitudes: new Map() };
  const layers = how ? layersOf(network).map(({ id }) => id) : [];
  const add = (name: string, values: Float32Array, dy: Float32Array, bounds: Omit<Ratios, 'values'>) => {
    found.ratios.set(name, { values, ...bounds });
    const scale = stepGradientScale(values.length, BITS, bounds.min < 0);
    found.magnitudes.set(name, scale * sumOfMagnitudes(values.map((r, i) => dy[i] * slopeOf(r, bounds))));
  };
  const model = new Trainable(network, how);
  watched(
    ([x, dy, [inverse]]) => {
      const name = layers.map(inputStep).find((step) => Math.fround(1 / valuesOf(network, step)?.[0]) === inverse);
      add(
        name as string,
        x.map((v) => v * inverse),
        dy,
        OF_INPUTS,
      );
    },
    () => tf.dispose(Object.values(model.step(images, crossEntropy([...labels], CLASSES), STILL))),
  );
  for (const [key, values] of await model.state())
    if (key.startsWith('velocity:')) found.gradients.set(key.slice('velocity:'.length), values);
  model.dispose();
  for (const layer of layers) {
    const name = kernelStep(layer, how as Rounding);
    const inverse = Math.fround(1 / valuesOf(network, name)[0]);
    const weights = valuesOf(network, kernelOf(layer));
    // Clipped weights have no gradient: their terms are left out, which makes the bound narrower.
    add(
      name,
      weights.map((w) => w * inverse),
      found.gradients.get(kernelOf(layer)) as Float32Array,
      OF_KERNELS,
    );
  }
  return found;
}

/** What a compiled step rounded, by the names of the steps: ratios, or only codes. */
async function deviceRatios(step: CompiledStep, { dispatches }: StepPlan, network: Network, how: Rounding) {
  const found = new Map<string, { readonly values: Float32Array; readonly coded: boolean }>();
  const partials = await step.readBuffer('partials');
  step.again(STILL, FORWARD); // The backward pass reuses buffers of activations.
  const state = await step.readBuffer('state');
  const forward = dispatches.filter(({ kind }) => kind === 'convForward');
  const head = dispatches.find(({ kind }) => kind === 'head') as Dispatch;
  for (const [i, { id }] of layersOf(network).entries()) {
    const kernel = kernelStep(id, how);
    const count = valuesOf(network, kernelOf(id)).length;
    const { places, bindings } = forward[i] ?? head;
    const at = (i < forward.length ? 4 : 1) * (places.weights as number);
    const used = state.slice(at, at + count).map((w) => Math.round(w / valuesOf(network, kernel)[0]));
    found.set(kernel, { values: used, coded: true });
    if (places.step === undefined) continue;
    const [scale, inverse] = state.subarray(4 * places.step);
    if (i < forward.length) {
      const { src, joined } = bindings;
      const x = joined
        ? await step.readBuffer(joined)
        : normalized(await step.readBuffer(src), state, network, id, places.norm as number);
      found.set(inputStep(id), { values: x.map((v) => v * inverse), coded: false });
    } else {
      const values = seenBy(partials, places.gradient as number, valuesOf(network, kernelOf(id)).length);
      found.set(inputStep(id), { values: values.map((v) => Math.round(v / scale)), coded: true });
    }
  }
  return found;
}

/** ReLU(BN(z)) as kernels compute it: with a fused multiplication and addition. */
function normalized(z: Float32Array, state: Float32Array, network: Network, layer: string, norm: number): Float32Array {
  const channels = network.parameters.get(kernelOf(layer))?.shape[2] as number;
  const row = (k: number, c: number) => state[4 * norm + k * channels + c];
  const count = z.length;
  return Float32Array.from({ length: count }, (_, i) => {
    const c = i % channels;
    return Math.max(0, Math.fround(Math.fround(z[i] - row(0, c)) * row(1, c) + row(2, c)));
  });
}

/** The inputs of the dense layer: its gradients are their products with those of the logits, which are the bias's. */
function seenBy(partials: Float32Array, at: number, weights: number): Float32Array {
  const row = headRow(weights / CLASSES, CLASSES);
  return Float32Array.from({ length: (IMAGES * weights) / CLASSES }, (_, i) => {
    const channels = weights / CLASSES;
    const own = partials.subarray(at + Math.floor(i / channels) * row.length);
    return own[(i % channels) * CLASSES] / own[row.bias];
  });
}

/** Numbers that fell on different sides, and how far the composed step's were from a threshold. */
function flipsOf(ours: { values: Float32Array; coded: boolean }, theirs: Ratios): number[] {
  const { min, max } = theirs;
  const side = (r: number) => (r <= min ? -Infinity : r >= max ? Infinity : roundHalfToEven(r));
  const wanted = ours.coded ? codesOf(theirs) : theirs.values;
  expect(ours.values.length).toBe(wanted.length);
  return [...theirs.values.entries()]
    .filter(([i]) => side(ours.values[i]) !== side(wanted[i]))
    .map(([, r]) => Math.min(Math.abs(Math.abs(r - roundHalfToEven(r)) - 0.5), Math.abs(r - min), Math.abs(r - max)));
}

describeGpu('gradients of compiled steps', (device) => {
  beforeAll(async () => {
    expect(await useBackend('cpu')).toBe(true);
  });

  test.each([
    ['float', false],
    ['LSQ at 4 bits', true],
  ] as const)('are those of composed ones at 20 states along a training: %s', async (_, isRounded) => {
    let network = randomNetwork(residual(6, 10, false), 3);
    const how = isRounded ? rounded(network) : undefined;
    const { pixels, labels, h, w, c } = batchOf(network, IMAGES);
    const model = new Trainable(network, how);
    const images = tf.tensor4d(pixels, [IMAGES, h, w, c]);
    let flipped = 0;
    for (let state = 1; state <= STATES; state++) {
      tf.dispose(Object.values(model.step(images, crossEntropy([...labels], CLASSES), SGD)));
      network = await model.read();
      const theirs = await composedStep(network, how, images, labels);
      const plan = planFor(network, how, IMAGES);
      const step = await create(device(), plan);
      step.run(pixels, labels, STILL);
      const { velocities } = await step.read();
      const flips: number[] = [];
      if (how) {
        const codes = await deviceRatios(step, plan, network, how);
        expect([...codes.keys()].sort()).toEqual([...theirs.ratios.keys()].sort());
        for (const [name, ours] of codes) flips.push(...flipsOf(ours, theirs.ratios.get(name) as Ratios));
      }
      step.dispose();
      for (const distance of flips) expect(distance, `a flip at ${state}`).toBeLessThan(1e-4);
      if (flips.length > 0) flipped++;
      else
        for (const [name, ours] of velocities) {
          const wanted = theirs.gradients.get(name) as Float32Array;
          const atol = Math.max(1e-4 * maxAbs(wanted), 1e-5 * (theirs.magnitudes.get(name) ?? 0));
          expect(ours, `${name} at ${state}`).toBeAllClose(wanted, { rtol: 0, atol });
        }
    }
    expect(flipped).toBeLessThanOrEqual(STATES / 4);
    images.dispose();
    model.dispose();
  });
});
