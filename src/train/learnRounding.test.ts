import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { noiseImages } from '../formats/export/witness.testing';
import { chosenNames } from '../graph/learned';
import { layersOf, type Network, parameterName } from '../graph/network';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { packSymmetric } from '../math/cholesky';
import { useBackend } from '../nn/backends.testing';
import { randomNetwork, small } from '../nn/networks.testing';
import type { QuantScheme } from '../quant/registry';
import { weightedErrors } from '../rounding/choosing/moments';
import { decodeEncoded } from '../rounding/codedKernel';
import { roundedKernel, roundedLayers } from '../rounding/layers';
import { ArchitectureBuilder } from '../zoo/definition';
import type { ImageSource } from './calibrate';
import { chooseCodes } from './chooseCodes';
import { LatentKernel } from './latentKernel';
import { learnRounding } from './learnRounding';

const scheme: QuantScheme = { quantizer: 'affine', granularity: 'channel', range: 'hessian' };
const sourceOf = (values: Float32Array, shape: readonly [number, number, number]): ImageSource => {
  const size = shape[0] * shape[1] * shape[2];
  return {
    length: values.length / size,
    batch: (from, count) => tf.tensor4d(values.slice(from * size, (from + count) * size), [count, ...shape]),
  };
};

test('a latent kernel rounds at half way, and its gradient passes straight through', async () => {
  expect(await useBackend('wasm')).toBe(true);
  const levels = {
    chosen: Float32Array.of(0, 1, -1, 2),
    other: Float32Array.of(1, 0, 0, 2),
    otherCodes: new Uint8Array(4),
  };
  const kernel = new LatentKernel(Float32Array.of(0.25, 0.1, -1.25, 5), levels, [4]);
  expect([...kernel.latent.dataSync()]).toEqual([0.25, Math.fround(0.45), -0.25, 0]);
  expect([...tf.tidy(() => kernel.rounded().dataSync())]).toEqual([0, 1, -1, 2]);
  const goal = tf.tensor1d([0.4, 0.2, -0.9, 1.5]);
  const loss = () => tf.sum<tf.Scalar>(tf.square(tf.sub(kernel.rounded(), goal)));
  const { value, grads } = tf.variableGrads(loss, [kernel.latent]);
  const gradient = grads[kernel.latent.name];
  // 2 (rounded - goal) times the way between the levels.
  [-0.8, -1.6, -0.2, 0].forEach((wanted, i) => void expect(gradient.dataSync()[i]).toBeCloseTo(wanted, 6));
  for (let step = 1; step <= 10; step++) kernel.descend(gradient, 0.01, step);
  expect([...(await kernel.moves())]).toEqual([0, 1, 0, 0]);
  expect([...tf.tidy(() => kernel.rounded().dataSync())]).toEqual([0, 0, -1, 2]);
  tf.dispose([value, goal, ...Object.values(grads)]);
  kernel.dispose();
});

test('what is learned brings held-out images nearer to float, by moving codes by one level', async () => {
  expect(await useBackend('wasm')).toBe(true);
  const network = randomNetwork(small(), 5);
  const source = sourceOf(noiseImages(40, 6, 3), [6, 6, 3]);
  const rounding = { policy: uniformPolicy(network, 2, FLOAT), scheme, ranges: new Map() };
  const chosen = await chooseCodes(network, source, rounding, { feedback: false, batchNorms: true });
  const before = tf.memory().numTensors;
  const ends: [number, number][] = [];
  const options = { steps: 400, seed: 1, batchNorms: true } as const;
  const report = (...both: [number, number]) => void ends.push(both);
  const learned = await learnRounding(chosen, source, rounding, { ...options, report });
  expect(tf.memory().numTensors).toBe(before);
  expect(ends).toHaveLength(1);
  expect(ends[0][1]).toBeLessThan(ends[0][0]);
  let moved = 0;
  for (const { id } of layersOf(network)) {
    const { codes, numbers } = chosenNames(id, scheme, 2);
    const [was, is] = [chosen, learned].map(({ parameters }) => parameters.get(codes)?.values as Float32Array);
    is.forEach((code, i) => {
      expect(Math.abs(code - was[i])).toBeLessThanOrEqual(1);
      moved += Math.abs(code - was[i]);
    });
    expect(learned.parameters.get(numbers)).toEqual(chosen.parameters.get(numbers));
  }
  expect(moved).toBeGreaterThan(0);
  const briefly = { ...options, steps: 40 };
  const once = await learnRounding(chosen, source, rounding, briefly);
  expect(await learnRounding(chosen, source, rounding, briefly)).toEqual(once);
  // Kernels that no codes were chosen for stay as they are.
  expect(await learnRounding(network, source, rounding, briefly)).toEqual(network);
});

/** One dense layer of 6 inputs and one output, its columns, and its error by hand. */
function lone(seed: number) {
  const net = new ArchitectureBuilder();
  const image = net.add('input', 'image', [], { shape: [1, 2, 3] });
  net.add('dense', 'fc', [net.add('flatten', 'flat', [image], {})], { units: 1, bias: false });
  const network = randomNetwork(net.build('Lone'), seed);
  const noise = noiseImages(80, 6, seed).slice(0, 40 * 6);
  // Inputs that depend on each other.
  const columns = noise.map((v, i) => v + 0.8 * noise[i - (i % 6)]);
  const kernel = network.parameters.get(parameterName('fc', 'kernel'))?.values as Float32Array;
  const matrix = packSymmetric(6, (i, j) => {
    let sum = 0;
    for (let k = 0; k < columns.length; k += 6) sum += columns[k + i] * columns[k + j];
    return sum / 40;
  });
  const layout = { channels: 1, inputs: 6 };
  const errorOf = (values: Float32Array) =>
    weightedErrors(
      values.map((v, i) => v - kernel[i]),
      { rows: 6, matrices: [matrix] },
      layout,
    )[0];
  return { network, source: sourceOf(columns, [1, 2, 3]), layout, errorOf };
}

test('of all roundings of a lone layer, learning finds one as good as error feedback or better', async () => {
  expect(await useBackend('wasm')).toBe(true);
  let [fed, found, best] = [0, 0, 0];
  for (let seed = 1; seed <= 4; seed++) {
    const { network, source, layout, errorOf } = lone(seed);
    const rounding = { policy: uniformPolicy(network, 2, FLOAT), scheme, ranges: new Map() };
    const chosen = await chooseCodes(network, source, rounding, { feedback: true, batchNorms: false });
    const learned = await learnRounding(chosen, source, rounding, { steps: 60, seed: 1, batchNorms: false });
    const [fc] = layersOf(network);
    const of = (network: Network) => errorOf(roundedKernel(network, fc, scheme, 2));
    const numbers = roundedLayers(chosen, rounding).get('fc')?.encoded?.numbers ?? [];
    let least = Number.POSITIVE_INFINITY;
    for (let all = 0; all < 4 ** 6; all++) {
      const codes = Uint8Array.from({ length: 6 }, (_, i) => (all >> (2 * i)) & 3);
      least = Math.min(least, errorOf(decodeEncoded({ codes, numbers }, layout, scheme, 2)));
    }
    expect(of(learned)).toBeLessThanOrEqual(of(chosen) * (1 + 1e-6));
    expect(of(learned)).toBeGreaterThanOrEqual(least * (1 - 1e-6));
    fed += of(chosen);
    found += of(learned);
    best += least;
  }
  expect(found - best).toBeLessThanOrEqual(fed - best);
});
