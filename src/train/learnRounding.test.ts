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
import { learnRounding } from './learnRounding';
import { SoftKernel } from './softKernel';

const scheme: QuantScheme = { quantizer: 'affine', granularity: 'channel', range: 'hessian' };
const sourceOf = (values: Float32Array, shape: readonly [number, number, number]): ImageSource => {
  const size = shape[0] * shape[1] * shape[2];
  return {
    length: values.length / size,
    batch: (from, count) => tf.tensor4d(values.slice(from * size, (from + count) * size), [count, ...shape]),
  };
};

test('the gradient of a soft kernel is that of finite differences', async () => {
  expect(await useBackend('cpu')).toBe(true);
  const levels = {
    chosen: Float32Array.of(0, 1, -1, 2),
    other: Float32Array.of(1, 0, 0, 1),
    otherCodes: new Uint8Array(4),
  };
  const kernel = new SoftKernel(levels, [4]);
  const goal = tf.tensor1d([0.4, 0.2, -0.9, 1.5]);
  const loss = () =>
    tf.add<tf.Scalar>(tf.sum(tf.square(tf.sub(kernel.soft(), goal))), tf.mul(kernel.undecided(3), 0.1));
  const start = [0.3, -0.6, 1.1, 0.05];
  const at = (logits: readonly number[]) =>
    tf.tidy(() => {
      kernel.logits.assign(tf.tensor1d([...logits]));
      return loss().dataSync()[0];
    });
  at(start);
  const { value, grads } = tf.variableGrads(loss, [kernel.logits]);
  const gradient = grads[kernel.logits.name].dataSync();
  for (const [i] of start.entries()) {
    const moved = (by: number) => at(start.map((v, k) => (k === i ? v + by : v)));
    expect((moved(1e-2) - moved(-1e-2)) / 2e-2).toBeCloseTo(gradient[i], 2);
  }
  tf.dispose([value, goal, ...Object.values(grads)]);
  kernel.dispose();
});

test('pieces end no further from float than error feedback left them, and codes move by one level at most', async () => {
  expect(await useBackend('wasm')).toBe(true);
  const network = randomNetwork(small(), 5);
  const source = sourceOf(noiseImages(40, 6, 3), [6, 6, 3]);
  const rounding = { policy: uniformPolicy(network, 2, FLOAT), scheme, ranges: new Map() };
  const chosen = await chooseCodes(network, source, rounding, { feedback: true, batchNorms: true });
  const before = tf.memory().numTensors;
  const seen = new Map<string, readonly [number, number]>();
  const options = { steps: 30, seed: 1, batchNorms: true } as const;
  const report = (piece: string, ...ends: [number, number]) => void seen.set(piece, ends);
  const learned = await learnRounding(chosen, source, rounding, { ...options, report });
  expect(tf.memory().numTensors).toBe(before);
  expect(seen.size).toBe(4);
  expect([...seen.values()].some(([first, last]) => last < first)).toBe(true);
  for (const { id } of layersOf(network)) {
    const { codes, numbers } = chosenNames(id, scheme, 2);
    const [was, is] = [chosen, learned].map(({ parameters }) => parameters.get(codes)?.values as Float32Array);
    is.forEach((code, i) => void expect(Math.abs(code - was[i])).toBeLessThanOrEqual(1));
    expect(learned.parameters.get(numbers)).toEqual(chosen.parameters.get(numbers));
  }
  expect(await learnRounding(chosen, source, rounding, options)).toEqual(learned);
  // Kernels that no codes were chosen for stay as they are.
  expect(await learnRounding(network, source, rounding, options)).toEqual(network);
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
  expect(await useBackend('cpu')).toBe(true);
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
