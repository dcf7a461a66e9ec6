// The tensor twin of quant/uniformGrid.ts gives the same bits, forward and backward.
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { LayerNode } from '../graph/network';
import { createRng } from '../math/rng';
import { activationGrid, affineGrid } from '../quant/affine';
import { joinGroups, kernelLayout, splitGroups } from '../quant/granularity';
import { quantizers } from '../quant/registry';
import { symmetricGrid } from '../quant/symmetric';
import { fakeQuantize as plain, straightThrough, type UniformGrid } from '../quant/uniformGrid';
import { describeBackends, take, withoutKernels } from './backends.testing';
import { fakeQuantize, type TensorGrid, tensorGrid } from './fakeQuant';
import { fakeQuantBackward, fakeQuantForward } from './kernels/fakeQuantHeap';
import { weightGrid } from './weightGrid';

const normals = (seed: number, size: number) => {
  const rng = createRng(seed);
  return Float32Array.from({ length: size }, () => rng.normal());
};

/** Numbers covering the whole grid: levels, exact ties, and values far outside. */
function trials(seed: number, size: number, { scale, offset, minCode, maxCode }: UniformGrid): Float32Array {
  const rng = createRng(seed);
  const span = maxCode - minCode;
  return Float32Array.from({ length: size }, (_, i) => {
    const code = minCode + rng.uniform() * span * 1.6 - span * 0.3;
    return offset + scale * (i % 3 === 0 ? Math.floor(code) : i % 3 === 1 ? Math.floor(code) + 0.5 : code);
  });
}

/** The tensor's result and gradient for `dy`. */
async function both(x: Float32Array, dy: Float32Array, shape: number[], grid: TensorGrid) {
  const inputs = [tf.tensor(x, shape), tf.tensor(dy, shape)];
  const y = fakeQuantize(inputs[0], grid);
  const dx = tf.grad((input: tf.Tensor) => fakeQuantize(input, grid))(inputs[0], inputs[1]);
  const result = { y: await take(y), dx: await take(dx), shapes: [y.shape, dx.shape] };
  tf.dispose(inputs);
  return result;
}
const discard = (grid: TensorGrid) => tf.dispose([grid.scale, grid.inverse, grid.offset]);

describeBackends('fakeQuantize', () => {
  const grids: [string, (bits: number) => UniformGrid][] = [
    ['affine', (bits) => affineGrid(-0.37, 1.21, bits)],
    ['far from zero', (bits) => affineGrid(10.1, 10.9, bits)],
    ['symmetric', (bits) => symmetricGrid(0.83, bits)],
    ['activation', (bits) => activationGrid(-0.29, 3.7, bits)],
    ['one level', (bits) => affineGrid(0.5, 0.5, bits)],
  ];

  test.each(grids)('%s: one grid for the whole tensor', async (_, make) => {
    for (let bits = 1; bits <= 8; bits++) {
      const grid = make(bits);
      const x = trials(bits, 2 * 3 * 5 * 7, grid);
      const dy = normals(bits, x.length);
      const onDevice = tensorGrid([grid]);
      const { y, dx, shapes } = await both(x, dy, [2, 3, 5, 7], onDevice);
      discard(onDevice);
      expect(y).toEqual(plain(x, grid));
      expect(dx).toEqual(straightThrough(x, dy, grid));
      expect(shapes).toEqual([
        [2, 3, 5, 7],
        [2, 3, 5, 7],
      ]);
    }
  });

  test.each([1, 3, 4, 8])('a grid for each of %d channels', async (channels) => {
    const rng = createRng(channels);
    const list = Array.from({ length: channels }, () => affineGrid(-rng.uniform(), rng.uniform(), 3));
    const x = joinGroups(list.map((grid, c) => trials(c, 18, grid)));
    const dy = normals(2, x.length);
    const onDevice = tensorGrid(list);
    const { y, dx } = await both(x, dy, [3, 3, 2, channels], onDevice);
    discard(onDevice);
    const groups = splitGroups(x, 'channel', { channels, inputs: 1 });
    const gradients = splitGroups(dy, 'channel', { channels, inputs: 1 });
    expect(y).toEqual(joinGroups(groups.map((group, c) => plain(group, list[c]))));
    expect(dx).toEqual(joinGroups(groups.map((group, c) => straightThrough(group, gradients[c], list[c]))));
  });

  test('gives the same bits without our kernels', async () => {
    await withoutKernels([fakeQuantForward.name, fakeQuantBackward.name], async () => {
      for (const list of [[symmetricGrid(0.83, 4)], [affineGrid(-0.4, 1, 4), affineGrid(0, 7, 4)]]) {
        const x = joinGroups(list.map((grid, c) => trials(c, 60, grid)));
        const dy = normals(3, x.length);
        const onDevice = tensorGrid(list);
        const { y, dx } = await both(x, dy, [x.length / 2, 2], onDevice);
        discard(onDevice);
        const groups = splitGroups(x, list.length === 1 ? 'tensor' : 'channel', { channels: 2, inputs: 1 });
        const gradients = splitGroups(dy, list.length === 1 ? 'tensor' : 'channel', { channels: 2, inputs: 1 });
        expect(y).toEqual(joinGroups(groups.map((group, c) => plain(group, list[c]))));
        expect(dx).toBeAllClose(joinGroups(groups.map((group, c) => straightThrough(group, gradients[c], list[c]))));
      }
    });
  });

  test('NaN stays NaN and infinities go to the ends', async () => {
    const onDevice = tensorGrid([affineGrid(-1, 1, 4)]);
    const x = Float32Array.of(Number.NaN, Infinity, -Infinity, 0.2);
    const { y, dx } = await both(x, Float32Array.of(1, 1, 1, 1), [4], onDevice);
    discard(onDevice);
    expect(y).toBeAllClose([Number.NaN, 1, -1, 0.2], { atol: 1e-6 });
    expect(dx).toEqual(Float32Array.of(0, 0, 0, 1));
  });

  test('an empty tensor stays empty', async () => {
    const onDevice = tensorGrid([affineGrid(-1, 1, 4)]);
    const x = tf.tensor(new Float32Array(0), [0, 3]);
    const y = fakeQuantize(x, onDevice);
    expect(y.shape).toEqual([0, 3]);
    tf.dispose([x, y]);
    discard(onDevice);
  });
});

describeBackends('weightGrid', () => {
  const kernels: [LayerNode['op'], number[], number][] = [
    ['conv2d', [3, 3, 4, 6], 6],
    ['depthwiseConv2d', [3, 3, 5, 1], 5],
    ['dense', [8, 3], 3],
  ];

  describe.each(kernels)('%s %j', (op, shape, channels) => {
    test.each(['affine', 'symmetric'] as const)('%s: equals quant/ at every bit width', async (quantizer) => {
      const values = normals(
        7,
        shape.reduce((p, d) => p * d, 1),
      );
      for (let i = 0; i < values.length; i += channels) values[i] = 0.25; // the first channel is constant
      for (const granularity of ['tensor', 'channel'] as const)
        for (let bits = 1; bits <= 8; bits++) {
          const kernel = tf.tensor(values, shape);
          let grid = undefined as unknown as TensorGrid;
          tf.tidy(() => {
            grid = weightGrid(kernel, op, { quantizer, granularity }, bits);
            return [grid.scale, grid.inverse, grid.offset];
          });
          const groups = splitGroups(values, granularity, kernelLayout(shape, op === 'depthwiseConv2d'));
          const wanted = groups.map((group) => quantizers[quantizer].init(group, { bits }));
          // "Up to the last bits of a quotient".
          const close = { rtol: 3e-7, atol: 0 };
          expect(await grid.scale.data()).toBeAllClose(
            wanted.map((g) => g.scale),
            close,
          );
          expect(await grid.offset.data()).toBeAllClose(
            wanted.map((g) => g.offset),
            close,
          );
          expect([grid.minCode, grid.maxCode]).toEqual([wanted[0].minCode, wanted[0].maxCode]);
          expect(grid.passAll ?? false).toBe(quantizer === 'symmetric' && bits === 1);
          // And the kernel used in training equals the one used in inference, except at ties.
          const trained = await take(fakeQuantize(kernel, grid));
          const inferred = joinGroups(groups.map((g, i) => quantizers[quantizer].forward(g, wanted[i], { bits })));
          const step = Math.max(...wanted.map((g) => g.scale));
          const differing = trained.filter((v, i) => Math.abs(v - inferred[i]) > 1e-5);
          expect(differing.length).toBeLessThanOrEqual(values.length / 100);
          expect(trained).toBeAllClose(inferred, { atol: step * 1.001, rtol: 0 });
          discard(grid);
          kernel.dispose();
        }
    });
  });

  test('constant, zero and subnormal kernels give finite numbers', async () => {
    for (const value of [0, -0.5, 1e-40])
      for (const quantizer of ['affine', 'symmetric'] as const)
        for (const bits of [1, 2, 8]) {
          const kernel = tf.fill([2, 2, 3, 4], value);
          const y = tf.tidy(() =>
            fakeQuantize(kernel, weightGrid(kernel, 'conv2d', { quantizer, granularity: 'channel' }, bits)),
          );
          kernel.dispose();
          expect(await take(y)).toBeAllClose(new Float32Array(48).fill(value), { atol: 1e-7 });
        }
  });
});
