import { expect, test } from 'vitest';
import { byteSet } from '../data/byteSet';
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { type BitWidth, FLOAT, uniformPolicy } from '../graph/policy';
import { describeBackends } from '../nn/backends.testing';
import { Inference } from '../nn/inference';
import { randomNetwork, small } from '../nn/networks.testing';
import type { ActivationRange } from '../rounding/activationRounding';
import { calibrate } from './calibrate';
import { confusionOf, evaluate, finish } from './evaluate';
import { PrefixCache } from './prefixCache';
import { colorDataset } from './synthetic.testing';

const SCHEME = { quantizer: 'affine', granularity: 'channel' } as const;

/** The logits are the means of the three colors: the class is the strongest color. */
const strongestColor: Network = {
  name: 'Strongest color',
  nodes: [
    { op: 'input', id: 'image', inputs: [], shape: [6, 6, 3] },
    { op: 'globalAvgPool', id: 'mean', inputs: ['image'] },
    { op: 'dense', id: 'fc', inputs: ['mean'], units: 3, bias: true },
  ],
  parameters: new Map([
    ['fc.kernel', { shape: [3, 3], values: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1) }],
    ['fc.bias', { shape: [3], values: new Float32Array(3) }],
  ]),
};

function configured(network: Network, bits: BitWidth = FLOAT): Inference {
  const model = new Inference(network);
  model.configure({ policy: uniformPolicy(network, bits, FLOAT), scheme: SCHEME, ranges: new Map() });
  return model;
}

describeBackends('evaluate', () => {
  test('counts the correct predictions of a known network', async () => {
    // Pure colors: a pixel of the class's color is 255, else 0; with mean 0 and std 1 the logits are 1, 0, 0.
    const labels = Uint8Array.of(0, 1, 2, 0, 1, 1, 2);
    const shown = [0, 1, 2, 0, 1, 0, 1]; // the last two are misclassified
    const pixels = Uint8Array.from({ length: 7 * 108 }, (_, i) => (i % 3 === shown[Math.floor(i / 108)] ? 255 : 0));
    const set = byteSet(pixels, labels);
    const dataset: Dataset = { ...colorDataset(3, 3), normalization: { mean: [0, 0, 0], std: [1, 1, 1] }, test: set };
    const model = configured(strongestColor);
    const result = await finish(evaluate(model, dataset, set, { from: 0, to: 7, batchSize: 3, keepLogits: true }));
    model.dispose();
    expect([result.images, result.correct, [...result.predictions]]).toEqual([7, 5, shown]);
    const [right, wrong] = [Math.log(Math.E + 2) - 1, Math.log(Math.E + 2)];
    expect(result.losses).toBeAllClose([right, right, right, right, right, wrong, wrong]);
    // Softmax of 1, 0, 0: the first leads the second by (e - 1) / (e + 2).
    expect(result.margins).toBeAllClose(Array(7).fill((Math.E - 1) / (Math.E + 2)));
    expect(result.loss).toBeCloseTo((5 * right + 2 * wrong) / 7, 6);
    expect(result.logits).toBeAllClose(shown.flatMap((c) => [0, 1, 2].map((k) => (k === c ? 1 : 0))));
    expect(result.saved).toBe(0);
    expect([...confusionOf(set, 3, result.predictions)]).toEqual([2, 0, 0, 1, 2, 0, 0, 1, 1]);
  });

  test('in stages, with a cache and without, it gives the numbers of a full pass', async () => {
    const dataset = colorDataset(6, 40);
    const network = randomNetwork(small(), 1);
    const model = configured(network, 4);
    const full = await finish(
      evaluate(model, dataset, dataset.test, { from: 0, to: 40, batchSize: 8, keepLogits: true }),
    );
    for (const cache of [undefined, new PrefixCache(), new PrefixCache(20_000), new PrefixCache(0)]) {
      const shared = { batchSize: 8, keepLogits: true, cacheImages: 40, ...(cache && { cache }) };
      for (let pass = 0; pass < 2; pass++) {
        const logits: number[] = [];
        const predictions: number[] = [];
        let [correct, loss] = [0, 0];
        for (const [from, to] of [
          [0, 5],
          [5, 21],
          [21, 40],
        ]) {
          const stage = await finish(evaluate(model, dataset, dataset.test, { ...shared, from, to }));
          expect(stage.images).toBe(to - from);
          logits.push(...(stage.logits as Float32Array));
          predictions.push(...stage.predictions);
          correct += stage.correct;
          loss += stage.loss * stage.images;
        }
        expect(logits).toBeAllClose(full.logits as Float32Array, { atol: 1e-5 });
        expect([predictions, correct]).toEqual([[...full.predictions], full.correct]);
        expect(loss / 40).toBeCloseTo(full.loss, 5);
      }
      // A batch cut short by the end of a stage is not mistaken for the whole one.
      for (const to of [5, 13, 40]) {
        const stage = await finish(evaluate(model, dataset, dataset.test, { ...shared, from: 0, to }));
        expect(stage.predictions).toEqual(full.predictions.subarray(0, to));
      }
      cache?.dispose();
    }
    model.dispose();
  });

  test('a cache saves unchanged work, and results stay bit-identical', async () => {
    const dataset = colorDataset(6, 16);
    const network = randomNetwork(small(), 1);
    const [cached, plain] = [configured(network, 4), configured(network, 4)];
    const cache = new PrefixCache();
    const options = { from: 0, to: 16, batchSize: 8, keepLogits: true };
    await finish(evaluate(cached, dataset, dataset.test, { ...options, cache }));
    const policy = { ...uniformPolicy(network, 4, FLOAT), fc: { weights: 1, activations: FLOAT } } as const;
    for (const model of [cached, plain]) model.configure({ policy, scheme: SCHEME, ranges: new Map() });
    const quick = await finish(evaluate(cached, dataset, dataset.test, { ...options, cache }));
    const slow = await finish(evaluate(plain, dataset, dataset.test, options));
    expect(quick.logits).toEqual(slow.logits);
    // stem 36*108, block 36*144, next 9*288 multiplications; only fc's 24 were repeated.
    expect(quick.saved).toBeCloseTo(1 - 24 / (36 * 108 + 36 * 144 + 9 * 288 + 24), 9);
    expect(slow.saved).toBe(0);
    cache.dispose();
    cached.dispose();
    plain.dispose();
  });

  test('stopping early leaks no tensors', async () => {
    const dataset = colorDataset(6, 16);
    const model = configured(strongestColor);
    const evaluation = evaluate(model, dataset, dataset.test, { from: 0, to: 16, batchSize: 4 });
    expect((await evaluation.next()).value?.images).toBe(4);
    await evaluation.return();
    expect((await evaluation.next()).done).toBe(true);
    model.dispose();
  });

  test('non-finite logits are rejected, and so is an empty split', async () => {
    const dataset = colorDataset(6, 4);
    const parameters = new Map(strongestColor.parameters);
    parameters.set('fc.bias', { shape: [3], values: Float32Array.of(Number.NaN, 0, 0) });
    const model = configured({ ...strongestColor, parameters });
    const run = finish(evaluate(model, dataset, dataset.test, { from: 0, to: 4, batchSize: 2 }));
    await expect(run).rejects.toThrow('output for image 0 is not finite');
    await expect(finish(evaluate(model, dataset, dataset.test, { from: 0, to: 0, batchSize: 2 }))).rejects.toThrow(
      'Nothing to evaluate',
    );
    model.dispose();
  });
});

describeBackends('calibrate', () => {
  test('finds the range of each layer’s input', async () => {
    const pixels = Uint8Array.from({ length: 3 * 108 }, (_, i) => [0, 51, 255][Math.floor(i / 108)]);
    const train = byteSet(pixels, Uint8Array.of(0, 1, 2));
    const dataset: Dataset = {
      ...colorDataset(3, 3),
      train,
      normalization: { mean: [0.2, 0.2, 0.2], std: [0.1, 0.1, 0.1] },
    };
    const range = async (images: number) => (await calibrate(strongestColor, dataset, images)).get('fc');
    const ends = async (images: number) => [(await range(images))?.min, (await range(images))?.max];
    // (p / 255 - 0.2) / 0.1: -2, 0 and 8.
    expect(await ends(3)).toBeAllClose([-2, 8], { atol: 1e-5 });
    expect(await ends(100)).toBeAllClose([-2, 8], { atol: 1e-5 });
    expect(await ends(2)).toBeAllClose([-2, 0], { atol: 1e-5 });
    const network = randomNetwork(small(), 1);
    const all = await calibrate(network, dataset, 3);
    expect([...all.keys()]).toEqual(['stem', 'block', 'next', 'fc']);
    for (const id of ['block', 'next', 'fc']) expect(all.get(id)?.min).toBeGreaterThanOrEqual(0); // after ReLUs
  });

  test('covers more than one batch', async () => {
    const dataset = colorDataset(130, 3); // 64 per batch
    const first = await calibrate(strongestColor, dataset, 64);
    const all = await calibrate(strongestColor, dataset, 130);
    const [a, b] = [first.get('fc'), all.get('fc')] as [ActivationRange, ActivationRange];
    expect(b.min <= a.min && b.max >= a.max && (b.min < a.min || b.max > a.max)).toBe(true);
  });
});
