// Training shared by threads: the losses and weights of one engine, to the bit, with 2 and 4, also after a thread is killed.
import { afterAll, beforeAll, expect, test } from 'vitest';
import '../node/gradients';
import { chooseBackend } from '../engine/backend';
import { spawnMember } from '../node/members';
import { type Course, RUNS } from '../train/sharedRuns.testing';
import type { StepsFor } from '../train/sharedSteps';
import type { MemberPort } from './messages';
import { Pool } from './pool';
import { stepsOn } from './training';

const started: MemberPort[] = [];
const pool = new Pool(() => {
  const port = spawnMember();
  started.push(port);
  return port;
});
// Threads do not keep Node running.
const awake = setInterval(() => {}, 1000);

/** Sets the size, and waits until all members live. */
async function filled(size: number): Promise<void> {
  pool.set({ backend: 'wasm', size });
  pool.fill();
  await new Promise<void>((resolve) => {
    const look = () => {
      if (pool.ready.length === size - 1) resolve();
    };
    pool.watch(look);
    look();
  });
}

const alone = new Map<string, Course>();

beforeAll(async () => {
  await chooseBackend({ forced: 'wasm', onFault: () => {} });
  for (const [name, run] of RUNS) alone.set(name, await run());
});
afterAll(() => {
  clearInterval(awake);
  pool.dispose();
});

/** All with two engines, the first also with four. */
const SIZED = RUNS.map(([name, run], i) => [name, i === 0 ? [2, 4] : [2], run] as const);

test.each(SIZED)(
  '%s: the same losses and weights with %j engines',
  async (name, sizes, run) => {
    for (const size of sizes) {
      await filled(size);
      const shards = new Set<number>();
      const unwatch = pool.watch(() => {
        for (const { doing, slot } of pool.ready) if (doing === 'runShard') shards.add(slot);
      });
      expect(await run(stepsOn(pool))).toEqual(alone.get(name));
      unwatch();
      expect(shards.size).toBe(size - 1);
    }
  },
  120_000,
);

test('a thread that is killed in mid-step loses nothing', async () => {
  const [name, run] = RUNS[0];
  pool.set({ size: 1 });
  await filled(2);
  const threads = started.length;
  let [jobs, killed] = [0, false];
  const unwatch = pool.watch(() => {
    const [member] = pool.ready;
    if (killed || member?.doing !== 'runShard' || ++jobs < 5) return;
    killed = true;
    started.at(-1)?.terminate();
  });
  expect(await run(stepsOn(pool))).toEqual(alone.get(name));
  unwatch();
  expect(killed).toBe(true);
  // Another has taken its place.
  expect(started).toHaveLength(threads + 1);
}, 120_000);

test('the number of engines may change during a run', async () => {
  const [name, run] = RUNS[0];
  await filled(2);
  let made = 0;
  const changing: StepsFor = (...run) => {
    const steps = stepsOn(pool)(...run);
    const step: typeof steps.step = async (...one) => {
      if (++made === 3) pool.set({ size: 1 });
      if (made === 4) await filled(3);
      return steps.step(...one);
    };
    return { ...steps, step };
  };
  expect(await run(changing)).toEqual(alone.get(name));
  expect(made).toBe(6);
}, 120_000);
