// Every tensor twin against quant/ on the current backend, as plain differences: for backends that a test runner's
// process does not have. e2e/twins.ts runs it on WebGPU, twins.test.ts on cpu and wasm.
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT } from '../graph/policy';
import { createRng } from '../math/rng';
import { activationGrid, affineGrid } from '../quant/affine';
import { groupParameters, joinGroups, kernelLayout, splitGroups } from '../quant/granularity';
import { lsqActivations } from '../quant/lsq';
import { lsqPlus } from '../quant/lsqPlus';
import { pact } from '../quant/pact';
import type { Granularity } from '../quant/quantizer';
import { type QuantizerId, quantizerOf, quantizers } from '../quant/registry';
import { symmetricGrid } from '../quant/symmetric';
import { fakeQuantize as plainLevels, straightThrough } from '../quant/uniformGrid';
import { roundActivations } from '../rounding/activationRounding';
import { blockFloat } from './blockFloat';
import { fakeQuantize, tensorGrid } from './fakeQuant';
import { mixWidths } from './mix';
import { roundLearned } from './quantizers/learnedInput';
import { checkTrainable, quantizeWeights } from './quantizers/quantizeWeights';

/** Deviation of a twin from quant/: the largest difference, as a share of the largest number that quant/ gives. */
export interface TwinDifference {
  readonly twin: string;
  readonly share: number;
  /** True if no difference is allowed. */
  readonly exact: boolean;
}

function normals(size: number, seed: number): Float32Array {
  const rng = createRng(seed);
  return Float32Array.from({ length: size }, () => 0.7 * rng.normal());
}

async function share(tensor: tf.Tensor, wanted: ArrayLike<number>): Promise<number> {
  const given = await tensor.data();
  tensor.dispose();
  if (given.length !== wanted.length) return Number.POSITIVE_INFINITY;
  let [worst, largest] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs(given[i] - wanted[i]);
    worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    largest = Math.max(largest, Math.abs(wanted[i]));
  }
  return worst === 0 ? 0 : worst / (largest || 1);
}

async function* activations(every: boolean): AsyncGenerator<TwinDifference> {
  const shape = [2, 3, 3, 10];
  const [x, dy] = [normals(180, 1), normals(180, 2)];
  const inputs = [tf.tensor(x, shape), tf.tensor(dy, shape)];
  for (const bits of every ? [2, 3, 8] : [3]) {
    for (const grid of [activationGrid(-1.3, 1.9, bits), affineGrid(0.1, 0.9, bits), symmetricGrid(0.8, bits)]) {
      const device = tensorGrid([grid]);
      const y = fakeQuantize(inputs[0], device);
      const dx = tf.grad((t: tf.Tensor) => fakeQuantize(t, device))(inputs[0], inputs[1]);
      yield { twin: `grid, ${bits} bits`, share: await share(y, plainLevels(x, grid)), exact: true };
      yield { twin: `grid, ${bits} bits, dx`, share: await share(dx, straightThrough(x, dy, grid)), exact: true };
      tf.dispose([device.scale, device.inverse, device.offset]);
    }
    // Blocks of every magnitude, including zeros and subnormal numbers.
    const wide = x.map((v, i) => v * [1, 2 ** -20, 2 ** 40, 0, 2 ** -130][Math.floor(i / 10) % 5]);
    for (const block of [4, 32]) {
      const input = tf.tensor(wide, shape);
      const wanted = roundActivations(wide, 10, { quantizer: 'bfp', block, bits });
      yield {
        twin: `bfp, blocks of ${block}, ${bits} bits`,
        share: await share(blockFloat(input, block, bits), wanted),
        exact: true,
      };
      input.dispose();
    }
    for (const id of ['pact', 'lsq', 'lsqPlus'] as const) {
      const value = Math.fround(id === 'pact' ? 1.1 : 0.9 / 2 ** bits);
      const offset = Math.fround(-0.3);
      const learned = tf.tensor2d(id === 'lsqPlus' ? [[value], [offset]] : [[value]]);
      const run = (t: tf.Tensor, p: tf.Tensor) => roundLearned(id, t, p, bits);
      const y = tf.tidy(() => run(inputs[0], learned));
      const [dx, dp] = tf.tidy(() => tf.grads(run)([inputs[0], learned], inputs[1]));
      const [wanted, gradient] =
        id === 'lsqPlus'
          ? [
              lsqPlus.forward(x, { scale: value, offset }, { bits }),
              lsqPlus.backward(x, dy, { scale: value, offset }, { bits }),
            ]
          : id === 'pact'
            ? [pact.forward(x, { clip: value }, { bits }), pact.backward(x, dy, { clip: value }, { bits })]
            : [
                lsqActivations.forward(x, { step: value }, { bits }),
                lsqActivations.backward(x, dy, { step: value }, { bits }),
              ];
      const twin = `${id} activations, ${bits} bits`;
      yield { twin, share: await share(y, wanted), exact: false };
      yield { twin: `${twin}, dx`, share: await share(dx, gradient.dx), exact: false };
      yield { twin: `${twin}, learned`, share: await share(dp, Object.values(gradient.dp ?? {})), exact: false };
      learned.dispose();
    }
  }
  tf.dispose(inputs);
}

async function* weights(id: QuantizerId, every: boolean): AsyncGenerator<TwinDifference> {
  const quantizer = quantizerOf(id);
  const shape = [3, 3, 5, 6];
  const layout = kernelLayout(shape, false);
  const [x, dy] = [normals(270, 3), normals(270, 4)];
  const inputs = [tf.tensor(x, shape), tf.tensor(dy, shape)];
  const [min, max] = quantizer.bits;
  for (const kind of quantizer.granularities)
    for (const bits of new Set(every ? [min, Math.min(3, max), max] : [Math.min(3, max)])) {
      const granularity: Granularity = kind === 'block' ? 'block:2' : kind;
      const scheme = { quantizer: id, granularity };
      try {
        checkTrainable(scheme, bits);
      } catch {
        continue; // no twin: evenly spaced blocks
      }
      const [groups, upstream] = [x, dy].map((values) => splitGroups(values, granularity, layout));
      const parameters = groupParameters(quantizer, groups, { bits }, undefined) as Record<string, number>[];
      const join = (parts: Float32Array[]) => joinGroups(parts, granularity === 'tensor' ? 1 : layout.channels);
      const gradients = groups.map((group, g) => quantizer.backward(group, upstream[g], parameters[g], { bits }));
      const names = quantizer.learned ?? [];
      const rows = names.map((name) => parameters.map((group) => group[name]));
      const learned = names.length === 0 ? undefined : tf.tensor2d(rows);
      const run = (kernel: tf.Tensor, ...rest: tf.Tensor[]) => quantizeWeights(kernel, 'conv2d', scheme, bits, rest[0]);
      const all = [inputs[0], ...(learned ? [learned] : [])];
      const y = tf.tidy(() => run(inputs[0], ...all.slice(1)));
      const [dx, dp] = tf.tidy(() => tf.grads(run)(all, inputs[1]));
      const twin = `${id} per ${granularity}, ${bits} bits`;
      const wanted = join(groups.map((group, g) => quantizer.forward(group, parameters[g], { bits })));
      yield { twin, share: await share(y, wanted), exact: false };
      yield { twin: `${twin}, dx`, share: await share(dx, join(gradients.map((each) => each.dx))), exact: false };
      if (dp !== undefined) {
        const slopes = gradients.map((each) => each.dp as Record<string, number>);
        const flat = names.flatMap((name) => slopes.map((slope) => slope[name]));
        yield { twin: `${twin}, learned`, share: await share(dp, flat), exact: false };
      }
      learned?.dispose();
    }
  tf.dispose(inputs);
}

/** Mixtures of widths: of four candidates, two have the same one. */
async function* mixtures(): AsyncGenerator<TwinDifference> {
  const [shape, widths, shares] = [[2, 3, 3, 10], [8, 2, 8, 4] as const, [0.1, 0.4, 0.2, 0.3]];
  const parts = new Map([8, 2, 4].map((width) => [width, normals(180, width)]));
  const dy = normals(180, 9);
  const inputs = [...parts.values(), dy].map((values) => tf.tensor(values, shape));
  const up = inputs.pop() as tf.Tensor;
  const given = tf.tensor1d(shares);
  const candidates = widths.map((weights) => ({ weights, activations: FLOAT }));
  const run = (...all: tf.Tensor[]) =>
    mixWidths(candidates, 'weights', all[3] as tf.Tensor1D, (bits) => all[[8, 2, 4].indexOf(bits)]);
  const y = tf.tidy(() => run(...inputs, given));
  const gradients = tf.tidy(() => tf.grads(run)([...inputs, given], up));
  const of = (width: number) => parts.get(width) as Float32Array;
  const wanted = dy.map((_, i) => widths.reduce((sum, width, k) => sum + shares[k] * of(width)[i], 0));
  yield { twin: 'mixture', share: await share(y, wanted), exact: false };
  for (const [i, width] of [8, 2, 4].entries()) {
    const part = widths.reduce((sum, other, k) => sum + (other === width ? shares[k] : 0), 0);
    yield {
      twin: `mixture, d${width}`,
      share: await share(
        gradients[i],
        dy.map((v) => part * v),
      ),
      exact: false,
    };
  }
  const slopes = widths.map((width) => dy.reduce((sum, v, i) => sum + v * of(width)[i], 0));
  yield { twin: 'mixture, shares', share: await share(gradients[3], slopes), exact: false };
  tf.dispose([...inputs, up, given]);
}

/** Deviations up to this are last bits of quotients and of sums in another order. */
export const TWIN_TOLERANCE = 2e-5;

/** All twins, one after the other, at `every` width or at one. */
export async function* twinDifferences(every = true): AsyncGenerator<TwinDifference> {
  yield* activations(every);
  yield* mixtures();
  for (const id of Object.keys(quantizers) as QuantizerId[]) yield* weights(id, every);
}

/** True if a twin is close enough. */
export function isNear({ share, exact }: TwinDifference): boolean {
  return share <= (exact ? 0 : TWIN_TOLERANCE);
}
