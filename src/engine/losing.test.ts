// A search that may lose at most so much, in place of a size.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { samePolicy } from '../graph/policy';
import { startTestEngine } from './engine.testing';
import type { RunPoint, SearchOutcome, SearchSettings, TriedPolicy } from './protocol/searching';

const SETTING: SearchSettings = {
  method: 'outputError',
  options: { images: 64 },
  scheme: { quantizer: 'affine', granularity: 'channel' },
  allowed: { weights: [2, 3, 4, 6, 8], activations: [32], locks: {} },
  limits: [],
  budget: { images: 20_000 },
  seeds: [],
  images: 200,
  steps: 0,
  batchSize: 16,
  learningRate: 0.02,
  seed: 3,
  lose: 0.05,
};

const engine = startTestEngine();
beforeAll(async () => {
  await engine.client.call('start', { backend: 'wasm' }).result;
  await engine.client.call('openDataset', { dataset: 'emoji10', seed: 1 }).result;
  await engine.client.call('openNetwork', { network: 'tiny' }).result;
});
afterAll(() => engine.close());

async function run(changes: Partial<SearchSettings>) {
  const points: RunPoint[] = [];
  const looks: TriedPolicy[] = [];
  const params = { run: 'r', setting: { ...SETTING, ...changes }, testImages: 128, resume: false };
  const outcome: SearchOutcome = await engine.client.call('search', params, (progress) => {
    if (progress.kind === 'report' && progress.report.point) points.push(progress.report.point);
    if (progress.kind === 'proving') looks.push(progress.tried);
  }).result;
  return { outcome, points, looks };
}

test.each(['outputError', 'uniform'] as const)(
  'a finished run of %s chooses the smallest policy that is proved, and measures it on test images',
  async (method) => {
    const { outcome, points, looks } = await run({ method, ...(method === 'uniform' && { options: {} }) });
    const { claim, chosen, front, spent } = outcome;
    // 2,000 validation images of Emoji-10, 200 of them seen by the search.
    expect(claim).toMatchObject({ most: 0.05, images: 1800 });
    const proved = claim?.proved as TriedPolicy;
    expect(proved.atMost).toBeLessThan(0.05);
    expect(chosen?.policy).toEqual(proved.policy);
    expect(chosen?.because).toContain('proved to lose at most 5.0 points');
    expect(looks.filter(({ state }) => state !== 'open')).toEqual(claim?.tried);
    expect(claim?.tried.filter(({ state }) => state === 'proved').every(({ bytes }) => bytes >= proved.bytes)).toBe(
      true,
    );
    expect(front.map(({ policy, tested }) => [policy, tested.n])).toEqual([[proved.policy, 128]]);
    // Each policy is a point of the run once, measured on the images of the search.
    expect(points.every(({ accuracy }) => accuracy.n === 200)).toBe(true);
    expect(
      points.filter(({ policy }, i) => points.some((other, j) => j < i && samePolicy(other.policy, policy))),
    ).toEqual([]);
    expect(spent.evaluations).toBeGreaterThanOrEqual(points.length);
  },
  60_000,
);

test('what cannot be proved is not claimed, and what would help is said', async () => {
  const { outcome } = await run({ lose: 0.001 });
  expect(outcome.reason).toBe('finished');
  const [largest] = outcome.claim?.tried ?? [];
  expect(outcome.claim?.proved).toBeUndefined();
  expect(largest).toMatchObject({ state: 'failed' });
  expect(outcome.front).toEqual([]);
  // Its loss is below the bound, or more images would not help.
  expect(largest.needed === undefined).toBe(largest.lost >= 0.001);
}, 60_000);

test('settings under which nothing can be proved are refused before any work', async () => {
  for (const [changes, why] of [
    [{ steps: 4 }, 'set fine-tuning to 0 steps'],
    [{ images: 2000 }, 'leave none of the 2000 validation images'],
  ] as const)
    expect((await run(changes)).outcome).toMatchObject({
      reason: 'refused',
      why: expect.stringContaining(why),
      spent: { evaluations: 0 },
    });
});
