import { expect, test } from 'vitest';
import { byteSet } from '../data/byteSet';
import type { Dataset } from '../data/dataset';
import { normalizations } from '../data/normalizations';
import { permuteOutputs, swapRedAndBlue } from '../graph/adapt';
import type { Network } from '../graph/network';
import { describeBackends } from '../nn/backends.testing';
import { likelyOrder, tryInputs } from './inputTrials';

/** Four classes, by the quarter of the brightness scale of the image, with more red than blue in every image. */
const LEVELS = [40, 90, 140, 190];
const pixels = new Uint8Array(64 * 16 * 3);
const labels = Uint8Array.from({ length: 64 }, (_, i) => (i * 7) % 4);
labels.forEach((label, i) => {
  for (let p = 0; p < 16; p++) pixels.set([LEVELS[label] + 30, LEVELS[label], LEVELS[label] - 30], (i * 16 + p) * 3);
});
const set = byteSet(pixels, labels);
const dataset: Dataset = {
  label: 'brightness',
  fingerprint: 'brightness',
  classes: ['a', 'b', 'c', 'd'],
  height: 4,
  width: 4,
  normalization: { mean: [0, 0, 0], std: [1, 1, 1] },
  train: set,
  validation: set,
  test: set,
};

/**
 * Predicts the class k with the largest 2 m_k x - m_k^2, where x is the red channel under `preset` and m_k that of
 * class k.
 */
function nearest(preset: keyof typeof normalizations): Network {
  const { mean, std } = normalizations[preset].normalization;
  const centers = LEVELS.map((level) => ((level + 30) / 255 - mean[0]) / std[0]);
  const kernel = new Float32Array(3 * 4);
  centers.forEach((m, k) => {
    kernel[k] = 2 * m;
  });
  return {
    name: 'nearest',
    nodes: [
      { op: 'input', id: 'image', inputs: [], shape: [4, 4, 3] },
      {
        op: 'conv2d',
        id: 'conv',
        inputs: ['image'],
        filters: 4,
        size: [1, 1],
        strides: [1, 1],
        padding: [0, 0, 0, 0],
        bias: true,
      },
      { op: 'globalAvgPool', id: 'mean', inputs: ['conv'] },
    ],
    parameters: new Map([
      ['conv.kernel', { shape: [1, 1, 3, 4], values: kernel }],
      ['conv.bias', { shape: [4], values: Float32Array.from(centers, (m) => -m * m) }],
    ]),
  };
}
const turn = async () => {};

describeBackends('trials of inputs', () => {
  test.each(['unit', 'bytes', 'signed'] as const)('find that a network was trained on %s', async (id) => {
    const { trials, nearChance, reordered } = await tryInputs(nearest(id), dataset, 64, turn);
    expect(trials[0]).toMatchObject({ normalization: id, channels: 'rgb', accuracy: { value: 1 } });
    expect(trials).toHaveLength(14);
    expect(nearChance).toBe(false);
    expect(reordered).toBeUndefined();
  });

  test('find that red and blue are swapped', async () => {
    const { trials } = await tryInputs(swapRedAndBlue(nearest('unit')), dataset, 64, turn);
    expect(trials[0]).toMatchObject({ normalization: 'unit', channels: 'bgr', accuracy: { value: 1 } });
  });

  test('find another order of the classes', async () => {
    const order = [1, 2, 3, 0];
    const { trials, nearChance, reordered } = await tryInputs(
      permuteOutputs(nearest('unit'), order),
      dataset,
      64,
      turn,
    );
    expect(trials[0].accuracy.value).toBeLessThan(0.5);
    expect(nearChance).toBe(true);
    expect(reordered).toMatchObject({ normalization: 'unit', channels: 'rgb', accuracy: { value: 1 } });
    // Output i of the permuted network is the former output order[i], so class order[i] is output i.
    expect(reordered?.order).toEqual([3, 0, 1, 2]);
  });
});

test('the likely order pairs the largest counts, and keeps a class with itself if in doubt', () => {
  expect(
    likelyOrder([
      [1, 9, 0],
      [8, 1, 1],
      [0, 0, 0],
    ]),
  ).toEqual([1, 0, 2]);
  expect(
    likelyOrder([
      [2, 2],
      [2, 2],
    ]),
  ).toEqual([0, 1]);
});
