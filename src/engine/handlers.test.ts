// The whole engine in Node, over a message channel as in a worker: open, measure, train, and what can go wrong.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSafetensors } from '../formats/safetensors';
import { uniformPolicy } from '../graph/policy';
import type { EngineClient } from './client';
import { startTestEngine, type TestEngine, TRAINING } from './engine.testing';
import type { Measurement } from './protocol/measuring';
import type { LoadedNetwork } from './protocol/opening';

const SCHEME = { quantizer: 'symmetric', granularity: 'channel' } as const;
let client: EngineClient;
let close: () => void;
let kept: TestEngine['kept'];
let network: LoadedNetwork;

const open = async (weights?: string) => {
  await client.call('openDataset', { dataset: 'emoji10', seed: 1 }).result;
  return client.call('openNetwork', { network: 'tiny', ...(weights && { weights, choose: true }) }).result;
};
const evaluate = (bits: 2 | 4 | 8 | 32, stages: number[], onProgress?: (value: Measurement) => void) =>
  client.call(
    'evaluate',
    { policy: uniformPolicy(network.architecture, bits, bits === 32 ? 32 : 8), scheme: SCHEME, split: 'test', stages },
    onProgress,
  );

beforeAll(async () => {
  ({ client, kept, close } = startTestEngine());
});
afterAll(() => {
  close();
});

describe('the engine', () => {
  it('says what to do if a measurement is requested before anything is open', async () => {
    await expect(client.call('pictures', { split: 'test', indices: [0] }).result).rejects.toThrow(
      /No network is open yet/,
    );
  });

  it('starts on wasm and opens the shipped weights', async () => {
    expect(await client.call('start', { backend: 'wasm' }).result).toMatchObject({ name: 'wasm', passedOver: [] });
    network = await open();
    expect(network.checkpoint).toMatchObject({ origin: 'shipped', accuracy: 0.8995 });
  });

  it('measures in stages that agree with one measurement, and more accurately at more bits', async () => {
    const staged: number[] = [];
    const eight = await evaluate(8, [64, 192], ({ accuracy }) => staged.push(accuracy.n)).result;
    // A slow machine sends additional reports.
    expect(staged).toContain(64);
    expect(staged).toEqual([...staged].sort((a, b) => a - b));
    expect(eight.accuracy.n).toBe(192);
    expect(eight.accuracy.value).toBeGreaterThan(0.8);
    expect(eight.confusion.reduce((sum, n) => sum + n, 0)).toBe(192);
    const once = await evaluate(8, [192]).result;
    expect(once.predictions).toEqual(eight.predictions);
    expect(once.saved).toBeCloseTo(1, 6);
    const two = await evaluate(2, [192]).result;
    expect(two.accuracy.value).toBeLessThan(eight.accuracy.value);
    expect(two.againstFloat.lost).toBeGreaterThan(two.againstFloat.gained);
    // The flips are those that the paired comparison counts, and the classes are the predicted ones.
    const { index, label, float, now, margin, floatMargin } = two.flips;
    const right = (seen: Uint8Array) => seen.filter((one, k) => one === label[k]).length;
    expect([right(float), right(now)]).toEqual([two.againstFloat.lost, two.againstFloat.gained]);
    expect(now).toEqual(Uint8Array.from(index, (i) => two.predictions[i]));
    const unrounded = await evaluate(32, [192]).result;
    expect(unrounded.flips.index).toHaveLength(0);
    const floatSays = Uint8Array.from(unrounded.predictions);
    expect(float).toEqual(Uint8Array.from(index, (i) => floatSays[i]));
    expect(index).toEqual(Uint32Array.from(floatSays.keys()).filter((i) => floatSays[i] !== two.predictions[i]));
    for (const one of [...margin, ...floatMargin]) expect(one >= 0 && one <= 1).toBe(true);
  });

  it('cancels a measurement for a newer one', async () => {
    const stale = evaluate(4, [2000]).result.catch((error: Error) => error.name);
    const fresh = await evaluate(2, [64]).result;
    expect(await stale).toBe('AbortError');
    expect(fresh.accuracy.n).toBe(64);
  });

  it('reads the user’s files while a measurement waits', async () => {
    const other = startTestEngine();
    await other.client.call('start', { backend: 'wasm' }).result;
    await other.client.call('openDataset', { dataset: 'emoji10', seed: 1 }).result;
    await other.client.call('openNetwork', { network: 'tiny' }).result;
    let measured = 0;
    const stages = Array.from({ length: 31 }, (_, i) => 64 * (i + 1));
    const params = {
      policy: uniformPolicy(network.architecture, 4, 8),
      scheme: SCHEME,
      split: 'test',
      stages,
    } as const;
    const evaluation = other.client.call('evaluate', params, ({ accuracy }) => {
      measured = accuracy.n;
    });
    evaluation.result.catch(() => undefined); // its network is closed with the images
    await expect.poll(() => measured, { timeout: 240_000 }).toBeGreaterThan(0);
    const before = measured;
    const files = Array.from({ length: 60 }, (_, i) => {
      const path = `pets/${i % 2 === 0 ? 'cat' : 'dog'}/${i}.png`;
      return { path, file: new Blob([new Uint8Array(8)]) };
    });
    const source = { kind: 'files', files } as const;
    await other.client.call('openDataset', { dataset: 'folder', seed: 1, source }).result;
    // The batch that ran, and one whose report was already sent.
    expect(measured - before).toBeLessThanOrEqual(128);
    other.close();
  });

  it('refuses a policy for another network, naming the layer', async () => {
    const params = {
      policy: { nowhere: { weights: 8, activations: 8 } },
      scheme: SCHEME,
      split: 'test',
      stages: [64],
    } as const;
    await expect(client.call('evaluate', params).result).rejects.toThrow(/no entry for layer "conv1"/);
  });

  const look = (layer: string, bits: 2 | 32, image = 7) =>
    client.call('inspectActivations', {
      layer,
      image,
      split: 'test',
      policy: uniformPolicy(network.architecture, bits, bits),
      scheme: SCHEME,
    });

  it('inspects a layer’s output for an image: float values, and coarser ones at fewer bits', async () => {
    const same = await look('conv2', 32).result;
    expect(same.folded).toEqual(['batch norm', 'relu']);
    expect(same.float).toHaveLength(same.shape[0] * same.shape[1] * same.shape[2]);
    expect(same.rounded).toEqual(same.float);
    expect(same.report).toMatchObject({ min: 0, mse: 0 });
    expect(same.report.zeros.float).toBeGreaterThan(0.05);
    const two = await look('conv2', 2).result;
    expect(two.float).toEqual(same.float);
    expect(two.report.sqnr).toBeLessThan(10);
    const [first, seventh] = await client.call('pictures', { split: 'test', indices: [0, 7] }).result;
    expect(two.image).toEqual(seventh);
    expect(first.index).toBe(0);
    // The last layer outputs the logits.
    const answer = await look('fc', 32).result;
    expect(answer).toMatchObject({ shape: [1, 1, 10], folded: [] });
    const { predictions } = await client.call('evaluate', {
      policy: uniformPolicy(network.architecture, 32, 32),
      scheme: SCHEME,
      split: 'test',
      stages: [8],
    }).result;
    expect(answer.float.indexOf(answer.report.max)).toBe(predictions[7]);
  });

  it('inspects only the latest request, and refuses unknown layers and images', async () => {
    const stale = look('conv2', 2).result.catch((error: Error) => error.name);
    expect((await look('fc', 2).result).layer).toBe('fc');
    expect(await stale).toBe('AbortError');
    await expect(look('pool', 2).result).rejects.toThrow(/no layer "pool"/);
    await expect(look('fc', 2, 2000).result).rejects.toThrow(/no test image 2000; choose one from 0 to 1999/);
  });

  it('trains until stopped, measures meanwhile, keeps the weights, and reverts on request', async () => {
    const options = { ...TRAINING, epochs: 50, augment: true };
    let reports = 0;
    const run = client.call('train', options, () => {
      reports++;
    });
    await expect(client.call('train', options).result).rejects.toThrow(/running already/);
    expect((await evaluate(8, [64]).result).accuracy.n).toBe(64);
    const looked = await client.call('inspectWeights', { layer: 'fc', bits: 3, scheme: SCHEME }).result;
    expect(looked).toMatchObject({ layer: 'fc', fingerprint: network.fingerprint, report: { groups: 10 } });
    expect(await look('fc', 2).result).toMatchObject({ layer: 'fc', fingerprint: network.fingerprint });
    await expect(client.call('openNetwork', { network: 'resnet8' }).result).rejects.toThrow(/Training is running/);
    while (reports === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    run.cancel();
    const outcome = await run.result;
    expect(outcome.reason).toBe('stopped');
    expect(outcome.network.checkpoint.origin).toBe('trained');
    expect(outcome.network.fingerprint).not.toBe(network.fingerprint);
    const { checkpoint, fingerprint } = await open();
    expect(checkpoint.origin).toBe('trained');
    expect(fingerprint).toBe(outcome.network.fingerprint);
    expect(await open('untrained')).toEqual(network);
  });

  it('keeps the learned steps, for the weight chart and for the next visit', async () => {
    const scheme = { quantizer: 'lsq', granularity: 'tensor' } as const;
    const options = { ...TRAINING, imagesPerEpoch: 160, policy: uniformPolicy(network.architecture, 2, 32), scheme };
    expect((await client.call('train', options).result).reason).toBe('finished');
    const inspect = async () =>
      (await client.call('inspectWeights', { layer: 'conv2', bits: 2, scheme }).result).report;
    const report = await inspect();
    const { bytes } = kept.get('weights-tiny-emoji10') as { bytes: Uint8Array };
    const step = parseSafetensors(bytes).tensors.get('conv2.kernel@lsq/tensor/2')?.values[0] as number;
    expect(report.pictured?.levels).toBeAllClose([-2 * step, -step, 0, step]);
    expect((await open()).checkpoint.origin).toBe('trained');
    expect(await inspect()).toEqual(report);
    await open('untrained');
    expect(await inspect()).not.toEqual(report);
  });

  it('compares weights trained under rounding with their original float network, at the next visit too', async () => {
    const [float, two] = [32, 2].map((bits) => uniformPolicy(network.architecture, bits as 2, 32));
    const measure = (policy: typeof float) =>
      client.call('evaluate', { policy, scheme: SCHEME, split: 'test', stages: [64] }).result;
    const before = await measure(float);
    expect(before.againstSource).toBeUndefined();
    const options = { ...TRAINING, imagesPerEpoch: 160, learningRate: 0.2, policy: two, scheme: SCHEME };
    const { checkpoint } = (await client.call('train', options).result).network;
    // As on the card of the shipped weights.
    expect(checkpoint.trainedFrom).toMatchObject({ origin: 'shipped', accuracy: { value: 0.8995, n: 2000 } });
    const { accuracy, againstSource, againstFloat } = await measure(two);
    expect(accuracy.value - (againstSource?.difference as number)).toBeCloseTo(before.accuracy.value, 12);
    const unrounded = await measure(float);
    expect(accuracy.value - againstFloat.difference).toBeCloseTo(unrounded.accuracy.value, 12);
    expect(unrounded.accuracy.value).not.toBe(before.accuracy.value);
    // Trained quantization-aware, the float network remains the original one; trained in float, the result is a float
    // network itself.
    expect((await open()).checkpoint).toEqual(checkpoint);
    const again = await client.call('train', { ...options, imagesPerEpoch: 64 }).result;
    expect(again.network.checkpoint.trainedFrom).toEqual(checkpoint.trainedFrom);
    const anew = await client.call('train', { ...options, imagesPerEpoch: 64, fromScratch: true }).result;
    expect(anew.network.checkpoint.trainedFrom).toBeNull();
    const { policy: _, scheme: __, ...plain } = options;
    expect((await client.call('train', plain).result).network.checkpoint).not.toHaveProperty('trainedFrom');
    await open('untrained');
  });

  it('explains a diverging run and keeps the previous weights', async () => {
    const options = { ...TRAINING, learningRate: 1e8 };
    const outcome = await client.call('train', options).result;
    expect(outcome).toMatchObject({ reason: 'diverged', network: { checkpoint: { origin: 'shipped' } } });
    expect(outcome.message).toMatch(/diverged at step \d+.*learning rate/);
  });
});
