import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { type LayerNode, layersOf } from '../graph/network';
import { packedRow } from '../math/cholesky';
import { createRng } from '../math/rng';
import { useBackend } from '../nn/backends.testing';
import { runLayer } from '../nn/layerStep';
import { everything, modern } from '../nn/networks.testing';
import { columnMoments } from './columnMoments';

const random = (shape: number[], seed: number) => {
  const rng = createRng(seed);
  const size = shape.reduce((product, d) => product * d, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => rng.normal()),
    shape,
  );
};

/** The columns of `X` by definition: the input at each tap of each window, zeros outside of the image. */
function columnsOf(
  node: Exclude<LayerNode, { op: 'dense' }>,
  x: tf.Tensor,
  channels: readonly [from: number, to: number],
): number[][] {
  const values = x.arraySync() as number[][][][];
  const [top, bottom, left, right] = node.padding;
  const [n, h, w] = x.shape;
  const [dy, dx] = node.dilations ?? [1, 1];
  const columns: number[][] = [];
  for (let image = 0; image < n; image++)
    for (let y = -top; y + (node.size[0] - 1) * dy < h + bottom; y += node.strides[0])
      for (let z = -left; z + (node.size[1] - 1) * dx < w + right; z += node.strides[1]) {
        const column: number[] = [];
        for (let ky = 0; ky < node.size[0]; ky++)
          for (let kx = 0; kx < node.size[1]; kx++)
            for (let k = channels[0]; k < channels[1]; k++)
              column.push(values[image][y + ky * dy]?.[z + kx * dx]?.[k] ?? 0);
        columns.push(column);
      }
  return columns;
}

test.each(['cpu', 'wasm'] as const)(
  'are those of a layer’s input windows and of its output, on %s',
  async (backend) => {
    expect(await useBackend(backend)).toBe(true);
    const before = tf.memory().numTensors;
    const layers = layersOf(everything()).filter(({ id }) => ['a', 'dw', 'b', 'c', 'fc1'].includes(id));
    const others = layersOf(modern()).filter(({ id }) => ['grouped', 'multi', 'deep'].includes(id));
    for (const node of [...layers, ...others]) {
      const depthwise = node.op === 'depthwiseConv2d';
      const shape = node.op === 'dense' ? [5] : [9, 8, 4];
      const groups = depthwise ? 4 : node.op === 'conv2d' ? (node.groups ?? 1) : 1;
      const filters = depthwise ? 1 : groups > 1 ? 12 : 3;
      const kernelShape = node.op === 'dense' ? [5, 3] : [...node.size, depthwise ? 4 : 4 / groups, filters];
      const batches = [random([3, ...shape], 1), random([2, ...shape], 2)];
      const kernel = random(kernelShape, 3);
      const outputs = batches.map((x) => tf.tidy(() => runLayer(node, x, kernel, undefined, undefined)));
      const y = outputs.flatMap((output) => {
        const flat = output.dataSync();
        const channels = output.shape[output.shape.length - 1];
        return Array.from({ length: flat.length / channels }, (_, i) => [
          ...flat.slice(i * channels, (i + 1) * channels),
        ]);
      });
      for (const centered of [false, true]) {
        const lack = (batch: number) => outputs[batch].clone();
        const { rows, matrices, products } = await columnMoments(node, batches, { centered, lack });
        const channels = y[0].length;
        expect(products).toHaveLength(rows * channels);
        expect((await columnMoments(node, batches, { centered })).matrices).toEqual(matrices);
        for (const [m, matrix] of matrices.entries()) {
          const columns = batches.flatMap((x) =>
            node.op === 'dense'
              ? (x.arraySync() as number[][])
              : columnsOf(node, x, [(m * 4) / groups, ((m + 1) * 4) / groups]),
          );
          expect(columns[0]).toHaveLength(rows);
          const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
          const moment = (a: readonly number[], b: readonly number[]) =>
            mean(a.map((v, k) => v * b[k])) - (centered ? mean(a) * mean(b) : 0);
          const row = (i: number) => columns.map((column) => column[i]);
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j <= i; j++)
              expect(Math.abs(matrix[packedRow(i) + j] - moment(row(i), row(j)))).toBeLessThan(1e-5);
            for (let c = 0; c < channels; c++) {
              if (Math.floor((c * groups) / channels) !== m) continue;
              const output = y.map((at) => at[c]);
              expect(Math.abs(products[i * channels + c] - moment(row(i), output))).toBeLessThan(1e-4);
            }
          }
        }
        expect(matrices).toHaveLength(groups);
      }
      tf.dispose([...batches, ...outputs, kernel]);
    }
    expect(tf.memory().numTensors).toBe(before);
  },
);

test('the sampled windows represent all of them', async () => {
  expect(await useBackend('wasm')).toBe(true);
  const [node] = layersOf(everything()).filter(({ id }) => id === 'b');
  const image = random([128, 24, 24, 2], 3);
  const smooth = tf.tidy(() => tf.relu(tf.avgPool(image as tf.Tensor4D, 3, 1, 'same'))) as tf.Tensor4D;
  const batches = tf.split(smooth, 4);
  const thinned = await columnMoments(node, batches);
  const parts = tf.split(smooth, 16); // so few windows that all are sampled
  const all = await columnMoments(node, parts);
  const largest = Math.max(...all.matrices[0]);
  expect(thinned.matrices[0]).not.toEqual(all.matrices[0]);
  thinned.matrices[0].forEach((value, i) => {
    expect(Math.abs(value - all.matrices[0][i])).toBeLessThan(0.05 * largest);
  });
  tf.dispose([image, smooth, ...batches, ...parts]);
});
