// The members of a pool as a crew of a search: the scores are those of the engine's bench.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import '../node/gradients';
import { chooseBackend } from '../engine/backend';
import { layersOf } from '../graph/network';
import { uniformPolicy } from '../graph/policy';
import { Inference } from '../nn/inference';
import { randomNetwork, small } from '../nn/networks.testing';
import { spawnMember } from '../node/members';
import { Bench } from '../search/bench';
import type { Task } from '../search/crew';
import { Calibrated } from '../train/calibrated';
import { evaluate, finish } from '../train/evaluate';
import { colorDataset } from '../train/synthetic.testing';
import { crewOn } from './crew';
import { evaluateOn } from './evaluating';
import { Pool } from './pool';

const dataset = colorDataset(6, 120);
const network = randomNetwork(small(), 1);
const calibrated = new Calibrated(network, dataset);
const model = { network, dataset, calibrated };
const pool = new Pool(spawnMember);
const crew = crewOn(pool, model, 1e6);
const bench = new Bench(model, 1e6);
const never = new AbortController().signal;

const task = (bits: 2 | 3 | 4, steps: number): Task => ({
  ...{ policy: uniformPolicy(network, bits, 4), scheme: { quantizer: 'symmetric', granularity: 'channel' }, steps },
  ...{ images: 100, batchSize: 8, learningRate: 0.02, seed: 3 },
});

beforeAll(async () => {
  await chooseBackend({ forced: 'wasm', onFault: () => {} });
  pool.set({ backend: 'wasm', size: 2 });
  const awake = setInterval(() => {}, 1000);
  await new Promise<void>((resolve) => {
    pool.watch(() => pool.ready.length === 1 && resolve());
    expect(crew.places).toBe(0);
  });
  clearInterval(awake);
});
afterAll(() => {
  crew.dispose();
  bench.dispose();
  pool.dispose();
});

test('a candidate scores the same on a member, rounded or fine-tuned', async () => {
  expect(crew.places).toBe(2);
  for (const asked of [task(4, 0), task(2, 0), task(3, 4), task(2, 4)])
    expect(await crew.measure(asked, never)).toEqual(await bench.measure(asked, async () => {}));
});

test('a member begins its next candidate after the one before, and takes two at most', async () => {
  const order: number[] = [];
  const [long, short] = [task(3, 6), task(4, 0)].map((asked, i) =>
    crew.measure(asked, never).then((score) => {
      order.push(i);
      return score;
    }),
  );
  await expect(crew.measure(task(2, 0), never)).rejects.toThrow('No worker of the pool is free.');
  expect(await long).toEqual(await bench.measure(task(3, 6), async () => {}));
  expect(await short).toEqual(await bench.measure(task(4, 0), async () => {}));
  expect(order).toEqual([0, 1]);
});

test('a drag does not wait for a candidate that takes long, and one that is not wanted ends', async () => {
  const inference = new Inference(network);
  const ranges = new Map(
    layersOf(network).map(({ id }) => [id, { min: -3, max: 3, meanMagnitude: 1, choice: 'minMax' } as const]),
  );
  inference.configure({ policy: uniformPolicy(network, 4, 4), scheme: task(4, 0).scheme, ranges });
  const stop = new AbortController();
  // Hours of work.
  const long = crew.measure(task(3, 1_000_000), stop.signal).catch((error: Error) => error.name);
  const options = { from: 0, to: 120, batchSize: 8 };
  const [{ loss }, alone] = [
    await finish(evaluateOn(pool)(inference, dataset, dataset.test, options)),
    await finish(evaluate(inference, dataset, dataset.test, options)),
  ];
  expect(loss).toBe(alone.loss);
  // The search's own evaluations leave the member to its candidate.
  const asked = vi.spyOn(pool.ready[0], 'run');
  expect((await finish(crew.evaluate(inference, dataset, dataset.test, options))).loss).toBe(alone.loss);
  expect(asked).not.toHaveBeenCalled();
  stop.abort();
  expect(await long).toBe('MemberLostError');
  expect(await crew.measure(task(4, 0), never)).toEqual(await bench.measure(task(4, 0), async () => {}));
  asked.mockClear();
  await finish(crew.evaluate(inference, dataset, dataset.test, options));
  expect(asked).toHaveBeenCalled();
  inference.dispose();
});
