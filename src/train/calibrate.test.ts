import { expect, test } from 'vitest';
import { byteSet } from '../data/byteSet';
import type { Dataset } from '../data/dataset';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { describeBackends } from '../nn/backends.testing';
import { randomNetwork, small } from '../nn/networks.testing';
import { activationGrid } from '../quant/affine';
import { gridError, mseRange, percentileRange } from '../quant/ranges';
import { calibrate, calibrateAs } from './calibrate';
import { colorDataset } from './synthetic.testing';

const network = randomNetwork(small(8), 1);
const IMAGES = 70; // more than a batch
const rng = createRng(5);
const pixels = Uint8Array.from({ length: IMAGES * 192 }, () => Math.min(255, Math.abs(Math.round(40 * rng.normal()))));
/** Images of pixels with a long tail, normalized to themselves / 255. */
const dataset: Dataset = {
  ...colorDataset(3, 3, 8),
  normalization: { mean: [0, 0, 0], std: [1, 1, 1] },
  train: {
    ...byteSet(pixels, new Uint8Array(IMAGES)),
    label: () => {
      throw new Error('A label was read.');
    },
  },
};
const values = Float32Array.from(pixels, (p) => p / 255);

describeBackends('activation ranges', () => {
  test('of each choice are those of all that the first layer reads', async () => {
    const policy = uniformPolicy(network, 8, 3);
    const policyOfStem = { ...policy, stem: { weights: 8, activations: 3 } } as const;
    const of = async (choice: 'minMax' | 'percentile' | 'mse') =>
      (await calibrateAs(choice, network, dataset, IMAGES, policyOfStem)).get('stem');
    const grid = (min: number, max: number) => activationGrid(min, max, 3);
    // 70 images have 13,440 numbers, fewer than are kept.
    expect(await of('minMax')).toEqual((await calibrate(network, dataset, IMAGES)).get('stem'));
    expect(await of('percentile')).toBeAllClose(percentileRange(values), { atol: 1e-6 });
    expect(await of('mse')).toBeAllClose(mseRange(values, grid), { atol: 1e-6 });
    const [min, max] = (await of('mse')) as readonly [number, number];
    expect(gridError(values, grid(min, max))).toBeLessThan(gridError(values, grid(0, 1)));
  });

  test('layers with float activations keep their smallest and largest', async () => {
    const policy = { ...uniformPolicy(network, 8, 3), stem: { weights: 8, activations: FLOAT } } as const;
    const ranges = await calibrateAs('percentile', network, dataset, IMAGES, policy);
    expect(ranges.get('stem')?.[1]).toBeCloseTo(Math.max(...values), 6);
    expect([...ranges.keys()]).toEqual(['stem', 'block', 'next', 'fc']);
  });

  test('what is sampled of large activations stands for all of them', async () => {
    const large = { ...colorDataset(64, 3, 24), normalization: dataset.normalization }; // 110,592 numbers a batch
    const wide = randomNetwork(small(24), 1);
    const policy = uniformPolicy(wide, 8, 8);
    const all = await calibrate(wide, large, 64);
    for (const choice of ['percentile', 'mse'] as const) {
      const ranges = await calibrateAs(choice, wide, large, 64, policy);
      for (const [layer, [min, max]] of all) {
        const [low, high] = ranges.get(layer) as readonly [number, number];
        expect(low >= min && high <= max).toBe(true);
        if (layer === 'stem') expect(high).toBeGreaterThan(0.8 * max);
      }
    }
  });
});
