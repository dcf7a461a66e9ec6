// A pool of threads against one engine: every number is the same to the bit, whatever happens to the threads.
import { afterAll, beforeAll, expect, test } from 'vitest';
import '../node/gradients';
import { chooseBackend } from '../engine/backend';
import { layersOf, type Parameter } from '../graph/network';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { Inference } from '../nn/inference';
import { randomNetwork, small } from '../nn/networks.testing';
import { spawnMember } from '../node/members';
import type { Rounding } from '../rounding/rounding';
import { type Evaluation, evaluate, finish } from '../train/evaluate';
import { PrefixCache } from '../train/prefixCache';
import { colorDataset } from '../train/synthetic.testing';
import { evaluateOn } from './evaluating';
import type { MemberPort } from './messages';
import { Pool } from './pool';

const IMAGES = 203;
const dataset = colorDataset(6, IMAGES);
const network = randomNetwork(small(), 1);
const OPTIONS = { from: 3, to: IMAGES, batchSize: 8, keepLogits: true };

const ranges = new Map(
  layersOf(network).map(({ id }) => [id, { min: -3, max: 3, meanMagnitude: 1, choice: 'minMax' } as const]),
);
const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
const four = uniformPolicy(network, 4, 8);
/** Three policies, of which the second differs from the first in its last layer. */
const roundings: Rounding[] = [
  { ranges, scheme, policy: four },
  { ranges, scheme, policy: { ...four, fc: { weights: 1, activations: FLOAT } } },
  { ranges, scheme, policy: uniformPolicy(network, 2, 8) },
];

/** The measurements of all policies, one after the other, the last of each. */
async function measureAll(run: typeof evaluate, cache?: PrefixCache): Promise<Evaluation[]> {
  const model = new Inference(network);
  const found: Evaluation[] = [];
  for (const rounding of roundings) {
    model.configure(rounding);
    found.push(await finish(run(model, dataset, dataset.test, { ...OPTIONS, ...(cache && { cache }) })));
  }
  model.dispose();
  cache?.dispose();
  return found;
}

/** Waits until it is true of a pool. */
async function until(pool: Pool, isTrue: () => boolean): Promise<void> {
  // Threads do not keep Node running.
  const awake = setInterval(() => {}, 1000);
  await new Promise<void>((resolve) => {
    const look = () => {
      if (isTrue()) resolve();
    };
    pool.watch(look);
    look();
  });
  clearInterval(awake);
}

const started: { readonly port: MemberPort; mute(): void }[] = [];

/** A thread that this test can kill or silence. */
function spawn(): MemberPort {
  const thread = spawnMember();
  let muted = false;
  const port: MemberPort = {
    postMessage: thread.postMessage,
    terminate: thread.terminate,
    onmessage: null,
    onend: null,
  };
  thread.onmessage = (message) => void (muted || port.onmessage?.(message));
  thread.onend = (ending) => port.onend?.(ending);
  const mute = () => {
    muted = true;
  };
  started.push({ port, mute });
  return port;
}

// One pool for all tests: a thread from source takes seconds to start.
const pool = new Pool(spawn, { patience: 3 });
const pooled = evaluateOn(pool);

async function resize(size: number): Promise<void> {
  pool.set({ backend: 'wasm', size });
  pool.fill();
  await until(pool, () => pool.ready.length === size - 1);
}

/** A model under the first rounding. */
function configured(of = network, rounding = roundings[0]): Inference {
  const model = new Inference(of);
  model.configure(rounding);
  return model;
}

const ask = (run: typeof evaluate, model: Inference) => run(model, dataset, dataset.test, OPTIONS);

beforeAll(async () => {
  await chooseBackend({ forced: 'wasm', onFault: () => {} });
  await resize(2);
});
afterAll(() => pool.dispose());

test('each batch is yielded once in order, as by one engine', async () => {
  const model = configured();
  const seen = async (run: typeof evaluate) => {
    const losses: (readonly [number, number])[] = [];
    for await (const { images, loss } of ask(run, model))
      if (images > (losses.at(-1)?.[0] ?? 0)) losses.push([images, loss]);
    return losses;
  };
  const one = await seen(evaluate);
  expect(one).toHaveLength(26);
  expect(await seen(pooled)).toEqual(one);
  model.dispose();
});

test('a thread that is killed is replaced, and its batches are done again', async () => {
  const model = configured();
  const one = await finish(ask(evaluate, model));
  const run = ask(pooled, model);
  let last = (await run.next()).value;
  started[0].port.terminate();
  for await (const part of run) last = part;
  expect(last).toEqual(one);
  await until(pool, () => started.length === 2 && pool.ready.length === 1);
  expect(pool.state.shrunk).toBeUndefined();
  expect(await finish(ask(pooled, model))).toEqual(one);
  model.dispose();
});

test('a damaged network fails as in one engine', async () => {
  const kernel = network.parameters.get('fc.kernel') as Parameter;
  const values = kernel.values.map(() => Number.NaN);
  const parameters = new Map([...network.parameters, ['fc.kernel', { ...kernel, values }]]);
  const policy = uniformPolicy(network, FLOAT, FLOAT);
  const model = configured({ ...network, parameters }, { ...roundings[0], policy });
  const failed = (run: typeof evaluate) => finish(ask(run, model)).catch((error: Error) => error.message);
  expect(await failed(pooled)).toMatch(/not finite/);
  expect(await failed(pooled)).toBe(await failed(evaluate));
  model.dispose();
});

test('whoever asks last is served first, and a canceled run is forgotten', async () => {
  const [member] = pool.ready;
  member.hold('network', 'network', () => ({ value: network, bytes: 0 }));
  member.hold('ranges', 'ranges', () => ({ value: ranges, bytes: 0 }));
  member.hold('pixels', 'pixels', () => ({ value: new Uint8Array(6 * 6 * 3), bytes: 108 }));
  const { height, width, normalization } = dataset;
  const params = {
    ...{ model: 'model', network: 'network', ranges: 'ranges', pixels: 'pixels', n: 1 },
    ...{ policy: four, scheme, geometry: { height, width, normalization } },
  };
  const order: string[] = [];
  const answered = (run: number, name: string) =>
    member.run(run, 'logits', params).then(
      () => order.push(name),
      ({ name: error }) => order.push(`${name}: ${error}`),
    );
  const asked = [
    ...[answered(-1, 'background 1'), answered(-1, 'background 2'), answered(-3, 'canceled')],
    ...[answered(-2, 'drag 1'), answered(-2, 'drag 2')],
  ];
  member.cancel(-3);
  await Promise.all(asked);
  // The first was begun before anything else arrived, or was not.
  expect(order.filter((name) => name !== 'background 1')).toEqual([
    'canceled: MemberLostError',
    'drag 1',
    'drag 2',
    'background 2',
  ]);
});

test('a thread that falls silent is replaced, and its batches are done again', async () => {
  const model = configured();
  const before = started.length;
  started[before - 1].mute();
  expect(await finish(ask(pooled, model))).toEqual(await finish(ask(evaluate, model)));
  expect(started).toHaveLength(before + 1);
  model.dispose();
});

test('one, two and four engines give the same bits, with and without a prefix cache', async () => {
  const one = await measureAll(evaluate);
  for (const size of [2, 4, 1]) {
    await resize(size);
    expect(pool.size).toBe(size);
    expect(await measureAll(pooled)).toEqual(one);
    const found = await measureAll(pooled, new PrefixCache());
    expect(found.map(({ saved: _, ...numbers }) => numbers)).toEqual(one.map(({ saved: _, ...numbers }) => numbers));
    expect(found[1].saved).toBeGreaterThan(0);
  }
});

test('the caches of all engines together hold the budget of one', async () => {
  const model = configured();
  const measure = async (run: typeof evaluate, cache: PrefixCache) => {
    const { saved: _, ...numbers } = await finish(run(model, dataset, dataset.test, { ...OPTIONS, cache }));
    return numbers;
  };
  const budget = 4 * IMAGES * model.steps.reduce((sum, { size }) => sum + size, 0);
  const cache = new PrefixCache(budget);
  const one = await measure(evaluate, cache);
  expect(cache.heldBytes).toBeGreaterThan(budget / 2);
  for (const size of [2, 4]) {
    await resize(size);
    expect(await measure(pooled, cache)).toEqual(one);
    expect(cache.heldBytes).toBeGreaterThan(0);
    expect(cache.heldBytes).toBeLessThanOrEqual(budget / size);
  }
  await resize(1);
  await measure(pooled, cache);
  expect(cache.heldBytes).toBeGreaterThan(budget / 2);
  cache.dispose();
  model.dispose();
});

test('where no thread can be started, the pool shrinks and says why', async () => {
  const none = new Pool(() => {
    throw new RangeError('no memory for a worker');
  });
  none.set({ backend: 'wasm', size: 4 });
  expect(await measureAll(evaluateOn(none))).toEqual(await measureAll(evaluate));
  expect(none.size).toBe(1);
  expect(none.state.shrunk).toEqual({ why: 'not started', detail: 'no memory for a worker' });
  none.set({ backend: 'webgpu' });
  expect(none.state).toEqual({ wanted: 1, members: [] });
});

test.each([
  ['unable', { why: 'no backend', detail: 'no SIMD here' }],
  ['end', { why: 'script not loaded' }],
] as const)('workers that cannot live (%s) are given up, with the reason', async (how, ending) => {
  const hopeless = new Pool(() => {
    const port: MemberPort = {
      onmessage: null,
      onend: null,
      terminate: () => {},
      postMessage: () =>
        queueMicrotask(() => {
          if (how === 'end') port.onend?.({ why: 'script not loaded' });
          else port.onmessage?.({ kind: 'unable', error: { name: 'Error', message: 'no SIMD here' } });
        }),
    };
    return port;
  });
  hopeless.set({ backend: 'wasm', size: 2 });
  hopeless.fill();
  await until(hopeless, () => hopeless.size === 1);
  expect(hopeless.state).toEqual({ wanted: 2, members: [{ state: 'given up' }], shrunk: ending });
});
