import { expect, test } from 'vitest';
import { byteSet } from '../data/byteSet';
import type { Dataset } from '../data/dataset';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { describeBackends } from '../nn/backends.testing';
import { randomNetwork, small } from '../nn/networks.testing';
import { activationGrid } from '../quant/affine';
import { gridError, mseRange, percentileRange } from '../quant/ranges';
import type { ActivationRange } from '../rounding/activationRounding';
import { calibrate, calibrateAs, rangesFor } from './calibrate';
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

const ends = (range: ActivationRange | undefined) => [range?.min, range?.max];

describeBackends('activation ranges', () => {
  test('come with the mean magnitude of all inputs, under every choice', async () => {
    const policy = uniformPolicy(network, 8, 3);
    const mean = values.reduce((sum, v) => sum + Math.abs(v), 0) / values.length;
    for (const choice of ['minMax', 'percentile', 'mse'] as const) {
      // 64 images and 6: a mean of the two batch means would be a different number.
      const { meanMagnitude } = (await calibrateAs(choice, network, dataset, IMAGES, policy)).get('stem') ?? {};
      expect(meanMagnitude).toBeCloseTo(mean, 6);
    }
  });

  test('block floating point needs no calibration', async () => {
    const never = () => Promise.reject(new Error('It looked.'));
    const scheme = { quantizer: 'dsconv', granularity: 'block:32', activations: 'bfp' } as const;
    expect((await rangesFor(uniformPolicy(network, 4, 4), scheme, never)).size).toBe(0);
    const uniform = { ...scheme, activations: 'uniform' } as const;
    expect((await rangesFor(uniformPolicy(network, 4, FLOAT), uniform, never)).size).toBe(0);
    await expect(rangesFor(uniformPolicy(network, 4, 4), uniform, never)).rejects.toThrow('It looked.');
  });

  test('of each choice cover everything the first layer reads', async () => {
    const policy = uniformPolicy(network, 8, 3);
    const policyOfStem = { ...policy, stem: { weights: 8, activations: 3 } } as const;
    const of = async (choice: 'minMax' | 'percentile' | 'mse') =>
      ends((await calibrateAs(choice, network, dataset, IMAGES, policyOfStem)).get('stem'));
    const grid = (min: number, max: number) => activationGrid(min, max, 3);
    // 70 images have 13,440 numbers, fewer than the sample limit.
    expect(await of('minMax')).toEqual(ends((await calibrate(network, dataset, IMAGES)).get('stem')));
    expect(await of('percentile')).toBeAllClose(percentileRange(values), { atol: 1e-6 });
    expect(await of('mse')).toBeAllClose(mseRange(values, grid), { atol: 1e-6 });
    const [min, max] = (await of('mse')) as [number, number];
    expect(gridError(values, grid(min, max))).toBeLessThan(gridError(values, grid(0, 1)));
  });

  test('layers with float activations keep their smallest and largest', async () => {
    const policy = { ...uniformPolicy(network, 8, 3), stem: { weights: 8, activations: FLOAT } } as const;
    const ranges = await calibrateAs('percentile', network, dataset, IMAGES, policy);
    expect(ranges.get('stem')?.max).toBeCloseTo(Math.max(...values), 6);
    expect([...ranges.keys()]).toEqual(['stem', 'block', 'next', 'fc']);
  });

  test('the sample of large activations represents all of them', async () => {
    const large = { ...colorDataset(64, 3, 24), normalization: dataset.normalization }; // 110,592 numbers per batch
    const wide = randomNetwork(small(24), 1);
    const policy = uniformPolicy(wide, 8, 8);
    const all = await calibrate(wide, large, 64);
    for (const choice of ['percentile', 'mse'] as const) {
      const ranges = await calibrateAs(choice, wide, large, 64, policy);
      for (const [layer, { min, max }] of all) {
        const { min: low, max: high, choice: chosen } = ranges.get(layer) as ActivationRange;
        expect(chosen).toBe(layer === 'stem' ? 'minMax' : choice); // the image stays float
        expect(low >= min && high <= max).toBe(true);
        if (layer === 'stem') expect(high).toBeGreaterThan(0.8 * max);
      }
    }
  });
});
