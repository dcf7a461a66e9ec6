// Searches in the engine: run to the end, paused, killed and resumed, stopped, and behind a user's drag.
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { uniformPolicy } from '../graph/policy';
import { networks } from '../zoo/registry';
import type { EngineClient } from './client';
import { startTestEngine, type TestEngine } from './engine.testing';
import type { Params, Progress } from './protocol/commands';
import type { RunPoint, SearchOutcome, SearchSettings } from './protocol/searching';

const SCHEME = { quantizer: 'symmetric', granularity: 'channel' } as const;
const SETTING: SearchSettings = {
  method: 'uniform',
  options: {},
  scheme: SCHEME,
  allowed: { weights: [1, 2, 3, 4, 6, 8], activations: [8], locks: {} },
  limits: [],
  budget: { evaluations: 20 },
  seeds: [],
  images: 96,
  steps: 0,
  batchSize: 16,
  learningRate: 0.02,
  seed: 3,
};

/** The request of a user's drag, which has priority over every search. */
const DRAG = {
  policy: uniformPolicy(networks.tiny.build([32, 32, 3], 10), 5, 8),
  scheme: SCHEME,
  split: 'test',
  stages: [2000],
} as const;

const engines: TestEngine[] = [];
async function open(kept?: TestEngine['kept']): Promise<TestEngine> {
  const engine = startTestEngine(kept);
  engines.push(engine);
  await engine.client.call('start', { backend: 'wasm' }).result;
  await engine.client.call('openDataset', { dataset: 'emoji10', seed: 1 }).result;
  await engine.client.call('openNetwork', { network: 'tiny' }).result;
  return engine;
}
afterEach(() => {
  for (const engine of engines.splice(0)) engine.close();
});

/** Starts a run; its points are collected in `points`, and `onPoint` sees each. */
function start(client: EngineClient, changes: Partial<Params<'search'>> = {}, onPoint = (_: number) => {}) {
  const points: RunPoint[] = [];
  const call = client.call(
    'search',
    { run: 'r', setting: SETTING, testImages: 128, resume: false, ...changes },
    (progress: Progress<'search'>) => {
      if (progress.kind === 'kept') points.push(...progress.points);
      if (progress.kind !== 'report' || !progress.report.point) return;
      points.push(progress.report.point);
      onPoint(points.length);
    },
  );
  return { call, points, result: call.result as Promise<SearchOutcome> };
}

const withoutClock = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (key, part) => (key === 'seconds' || key === 'training' ? undefined : part)));

describe('a search', () => {
  let whole: { points: RunPoint[]; outcome: SearchOutcome };
  beforeAll(async () => {
    const { client, kept } = await open();
    const run = start(client);
    whole = { outcome: await run.result, points: run.points };
    expect(kept.size).toBe(0);
  });

  test('ends with its choice, and with its front measured on test images', () => {
    const { outcome, points } = whole;
    expect(outcome.reason).toBe('finished');
    expect(points).toHaveLength(6);
    expect(outcome.spent).toMatchObject({ evaluations: 6, forward: 6 * 96, backward: 0 });
    expect(outcome.front.map(({ policy }) => policy)).toContainEqual(outcome.chosen?.policy);
    for (const { searched, tested, policy } of outcome.front) {
      expect([searched?.n, tested.n]).toEqual([96, 128]);
      expect(points.find((point) => point.policy.fc.weights === policy.fc.weights)?.accuracy).toEqual(searched);
    }
  });

  test('reports the same test accuracy as the page measures', async () => {
    const { client } = await open();
    for (const { policy, tested } of whole.outcome.front) {
      const params = { policy, scheme: SCHEME, split: 'test', stages: [128] } as const;
      expect((await client.call('evaluate', params).result).accuracy).toEqual(tested);
    }
  });

  test('finishes the step in flight when paused, and resumes to the same end', async () => {
    const { client } = await open();
    const first = start(client, {}, (n) => {
      if (n === 2) void client.call('pauseSearch', { run: 'r' });
    });
    expect((await first.result).reason).toBe('paused');
    expect(first.points.length).toBeGreaterThanOrEqual(2);
    expect(first.points.length).toBeLessThan(6);
    const rest = start(client, { resume: true });
    expect(withoutClock(await rest.result)).toEqual(withoutClock(whole.outcome));
    expect(withoutClock(rest.points)).toEqual(withoutClock(whole.points));
  });

  test('resumes in another visit after being killed, losing at most one evaluation', async () => {
    const killed = await open();
    const atDeath = new Map<string, { facts: unknown; bytes: Uint8Array }>();
    const doomed = start(killed.client, {}, (n) => {
      // Only what the store holds at this moment remains.
      if (n === 3) for (const [id, content] of killed.kept) atDeath.set(id, content);
    });
    await doomed.result;
    const { client } = await open(atDeath);
    const rest = start(client, { resume: true });
    expect(withoutClock(await rest.result)).toEqual(withoutClock(whole.outcome));
    expect(withoutClock(rest.points)).toEqual(withoutClock(whole.points));
  });

  test('measures its choice on test images, even an unmeasured predicted one', async () => {
    const { client } = await open();
    const setting = { ...SETTING, method: 'mtgp', budget: { evaluations: 5 }, images: 32 } as const;
    const { chosen, front } = await start(client, { setting, testImages: 64 }).result;
    expect(front.map(({ policy }) => policy)).toContainEqual(chosen?.policy);
    expect(new Set(front.map(({ policy }) => JSON.stringify(policy))).size).toBe(front.length);
  });

  test.each(['limpq', 'dnas', 'metaquantnet'] as const)(
    '%s resumes from the middle of its training in another visit, to the same end',
    async (method) => {
      const options = {
        steps: 4,
        batch: 8,
        ...(method === 'metaquantnet' && { population: 4, generations: 2, finals: 1 }),
      };
      const setting = { ...SETTING, method, options, budget: { images: 6000 }, images: 32 };
      const params = { setting, testImages: 32 };
      const first = await open();
      const unbroken = start(first.client, params);
      const end = await unbroken.result;
      const report = () => void first.handlers.pauseSearch({ run: 'b' }, context);
      const context = { signal: new AbortController().signal, report, move: () => undefined };
      const paused = await first.handlers.search({ run: 'b', resume: false, ...params }, context);
      expect(paused).toMatchObject({ reason: 'paused', spent: { evaluations: 0 } });
      expect(paused.spent.backward).toBeGreaterThan(0);
      const second = await open(new Map(first.kept));
      const rest = start(second.client, { run: 'b', resume: true, ...params });
      expect(withoutClock(await rest.result)).toEqual(withoutClock(end));
      expect(withoutClock(rest.points)).toEqual(withoutClock(unbroken.points));
    },
  );

  test('yields to the user’s drag', async () => {
    const { client } = await open();
    const order: string[] = [];
    const drags: Promise<unknown>[] = [];
    const run = start(client, {}, (n) => {
      order.push(`point ${n}`);
      if (n !== 1) return;
      drags.push(client.call('evaluate', { ...DRAG, stages: [512] }).result.then(() => order.push('drag')));
    });
    await run.result;
    await Promise.all(drags);
    // The measurement in flight when the drag arrived may finish; no other does.
    expect(order.indexOf('drag')).toBeLessThanOrEqual(2);
  });

  test('stops at once, also while waiting for the user’s drag', async () => {
    const { client } = await open();
    const order: string[] = [];
    const run = start(client, {}, (n) => {
      if (n !== 1) return;
      const drag = client.call('evaluate', DRAG, () => {});
      void drag.result.then(() => order.push('drag'));
      run.call.cancel();
    });
    await run.result.then(() => order.push('stopped'));
    expect(order).toEqual(['stopped']);
  });

  test('stops at once if its images are a single batch', async () => {
    const { client } = await open();
    const run = start(client, { setting: { ...SETTING, images: 32 } }, (n) => {
      if (n === 2) run.call.cancel();
    });
    expect((await run.result).reason).toBe('stopped');
    expect(run.points.length).toBeLessThan(6);
  });

  test('stops at once and keeps nothing; a second one at the same time is refused', async () => {
    const { client, kept } = await open();
    const run = start(client, {}, (n) => {
      if (n === 2) run.call.cancel();
    });
    await expect(start(client, { run: 'other' }).result).rejects.toThrow(/running already/);
    const { reason, chosen } = await run.result;
    expect(reason).toBe('stopped');
    expect(run.points.length).toBeLessThan(6);
    const best = Math.max(...run.points.map(({ accuracy }) => accuracy.value));
    const choice = run.points.find(({ policy }) => JSON.stringify(policy) === JSON.stringify(chosen?.policy));
    expect(choice?.accuracy.value).toBe(best);
    expect(kept.size).toBe(0);
    await expect(start(client, { resume: true }).result).rejects.toThrow(/no longer in this browser/);
  });

  test('that was stopped gets its front measured on test images on request, like a finished one', async () => {
    const { client } = await open();
    const run = start(client, {}, (n) => {
      if (n === 5) run.call.cancel();
    });
    expect((await run.result).front).toEqual([]);
    const points = run.points.slice(0, 5);
    const steps: string[] = [];
    const params = { setting: SETTING, points, testImages: 128 };
    const call = client.call('scoreSearch', params, ({ done, of, images }) => steps.push(`${done}/${of} ${images}`));
    await expect(start(client, { run: 'other' }).result).rejects.toThrow(/running already/);
    const front = await call.result;
    expect(front.length).toBeGreaterThan(1);
    expect(steps).toEqual(Array.from({ length: front.length + 1 }, (_, i) => `${i}/${front.length} 128`));
    // Those that are also on the whole run's front have the same numbers there.
    const both = front.filter(({ policy }) =>
      whole.outcome.front.some((scored) => JSON.stringify(scored.policy) === JSON.stringify(policy)),
    );
    expect(both.length).toBeGreaterThan(0);
    expect(whole.outcome.front).toEqual(expect.arrayContaining(both));
    const again = client.call('scoreSearch', params, () => again.cancel());
    await expect(again.result).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  test.each(['limpq', 'dnas', 'metaquantnet'] as const)(
    '%s keeps its findings when stopped, running or paused',
    async (method) => {
      const options = { steps: 400, batch: 8, ...(method === 'metaquantnet' && { steps: 4, generations: 99 }) };
      const setting = { ...SETTING, method, options, budget: { images: 90_000 }, images: 32 };
      const params = { setting, testImages: 32 };
      const { client, kept } = await open();
      // The first report comes during training, MetaQuantNet's only at its end.
      const call = client.call('search', { run: 'r', resume: false, ...params }, ({ kind }) => {
        if (kind === 'report') call.cancel();
      });
      const stopped = await call.result;
      expect(stopped.reason).toBe('stopped');
      expect(stopped.spent.backward).toBeGreaterThan(0);
      expect(stopped.front).toEqual([]);
      if (method === 'metaquantnet') expect(stopped.chosen).toBeUndefined();
      else expect(stopped.chosen?.because).toMatch(/Nothing was measured to confirm it/);
      expect(kept.size).toBe(0);
      const paused = client.call('search', { run: 'p', resume: false, ...params }, ({ kind }) => {
        if (kind === 'report') void client.call('pauseSearch', { run: 'p' });
      });
      expect((await paused.result).reason).toBe('paused');
      const chosen = await client.call('concludeSearch', { run: 'p', setting }).result;
      // How far training had come may differ.
      const words = (of: typeof chosen | undefined) => of?.because.replace(/\d+/g, '');
      if (method !== 'metaquantnet') expect(words(chosen)).toBe(words(stopped.chosen));
      expect(kept.size).toBe(0);
      await expect(client.call('concludeSearch', { run: 'p', setting }).result).rejects.toThrow(
        /no longer in this browser/,
      );
      if (chosen === null) return;
      const scored = await client.call('scoreSearch', { setting, points: [], chosen, testImages: 32 }).result;
      expect(scored.map(({ policy }) => policy)).toContainEqual(chosen.policy);
    },
  );

  test('waits while another network is in use', async () => {
    const { client } = await open();
    const run = start(client, {}, (n) => {
      if (n !== 2) return;
      // The search waits until the other network is open.
      void client.call('evaluate', DRAG).result.catch(() => undefined);
      void client.call('openNetwork', { network: 'resnet8' });
    });
    expect((await run.result).reason).toBe('replaced');
    await client.call('openNetwork', { network: 'resnet8' }).result;
    await expect(start(client, { resume: true }).result).rejects.toThrow(/other weights/);
    await client.call('openNetwork', { network: 'tiny' }).result;
    expect(withoutClock(await start(client, { resume: true }).result)).toEqual(withoutClock(whole.outcome));
  });

  test('reports the reachable range for an unreachable limit, and other errors that a retry cannot fix', async () => {
    const { client, kept } = await open();
    const refused = async (changes: Partial<SearchSettings>) => {
      const { reason, why } = await start(client, { setting: { ...SETTING, ...changes } }).result;
      expect(reason).toBe('refused');
      return why;
    };
    const limits = [{ measure: 'memory', most: 100 }] as const;
    expect(await refused({ limits })).toMatch(/this network takes .* KB to .* KB. Raise the limit/);
    expect(await refused({ options: { width: 3 } })).toMatch(/no option "width" here/);
    expect(await refused({ allowed: { ...SETTING.allowed, weights: [] } })).toMatch(/allow at least one/);
    expect(kept.size).toBe(0);
    expect((await client.call('searchMethods', {}).result).map(({ id }) => id)).toContain('uniform');
  });
});
