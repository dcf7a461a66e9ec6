// What the engine answers about a search that has ended.
import { expect, test } from 'vitest';
import { startTestEngine } from './engine.testing';
import type { RunPoint, SearchOutcome, SearchSettings } from './protocol/searching';

const SETTING: SearchSettings = {
  method: 'squaredSteps',
  options: { points: 8 },
  scheme: { quantizer: 'symmetric', granularity: 'channel' },
  allowed: { weights: [1, 2, 3, 4, 6, 8], activations: [8], locks: {} },
  limits: [{ measure: 'memory', most: 40_000 }],
  budget: { evaluations: 20 },
  seeds: [],
  images: 96,
  steps: 0,
  batchSize: 16,
  learningRate: 0.02,
  seed: 3,
};

test('its table predicts a front over its measure, and its policies rank proxies', async () => {
  const engine = startTestEngine();
  const { client } = engine;
  try {
    await client.call('start', { backend: 'wasm' }).result;
    await client.call('openDataset', { dataset: 'emoji10', seed: 1 }).result;
    await client.call('openNetwork', { network: 'tiny' }).result;
    const points: RunPoint[] = [];
    const search = { run: 'r', setting: SETTING, testImages: 128, resume: false };
    const call = client.call('search', search, (progress) => {
      if (progress.kind === 'report' && progress.report.point) points.push(progress.report.point);
    });
    const { chosen } = (await call.result) as SearchOutcome;
    const table = chosen?.table as NonNullable<typeof chosen>['table'];
    expect(table?.layers.map(({ id }) => id)).toEqual(Object.keys(chosen?.policy ?? {}));
    const front = await client.call('tableFront', { setting: SETTING, table: table as never, points }).result;
    expect(front.length).toBeGreaterThan(8);
    const bits = (policy: object) => Object.values(policy).map(({ weights }) => weights);
    expect(new Set(bits(front[0].policy))).toEqual(new Set([1]));
    expect(new Set(bits(front.at(-1)?.policy ?? {}))).toEqual(new Set([8]));
    // Between the policies that were measured there is an accuracy; beyond them there is none.
    const known = front.filter(({ accuracy }) => accuracy !== undefined);
    expect(known.length).toBeGreaterThan(0);
    const accuracies = points.map(({ accuracy }) => accuracy.value);
    for (const { accuracy } of known) {
      expect(accuracy).toBeGreaterThanOrEqual(Math.min(...accuracies));
      expect(accuracy).toBeLessThanOrEqual(Math.max(...accuracies));
    }
    expect(known.length).toBeLessThan(front.length);

    const told: string[] = [];
    const { scheme, allowed, seed } = SETTING;
    const params = { scheme, allowed, seed, images: 16, points };
    const rows = await client.call('rankProxies', params, ({ id }) => told.push(id)).result;
    expect(rows.map(({ id }) => id)).toEqual(told);
    expect(rows).toHaveLength(6);
    for (const { loss } of rows) expect(loss.n).toBe(new Set(points.map(({ policy }) => JSON.stringify(policy))).size);
    // The search chose by squared steps and measured from the limit down.
    expect(rows.find(({ id }) => id === 'squaredStep')?.loss.value).toBeGreaterThan(0.7);
  } finally {
    engine.close();
  }
});
