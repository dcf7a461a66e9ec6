// Work with several callers: the most urgent of them sets its pace, and it ends when the last one has ended.
import { expect, test } from 'vitest';
import { SharedResults } from './sharedWork';

class Ended extends Error {}

const free = async () => {};
/** A turn that never comes, as that of a job in the background while a drag is measured. */
const never = () => new Promise<void>(() => {});

test('an urgent caller does not wait for the turn of a less urgent one that began', async () => {
  const results = new SharedResults<number>();
  let made = 0;
  const make = async (turn: () => Promise<void>) => {
    made++;
    await turn();
    return 7;
  };
  void results.of('x', never, make);
  await free();
  expect(await results.of('x', free, make)).toBe(7);
  expect(made).toBe(1);
  expect(await results.of('x', never, make)).toBe(7);
});

test('a caller that ends leaves the work to the others; the last one ends it', async () => {
  const results = new SharedResults<number>();
  let steps = 0;
  const make = async (turn: () => Promise<void>) => {
    for (let i = 0; i < 100; i++) {
      await turn();
      steps++;
    }
    return steps;
  };
  const endsAfter = (most: number) => {
    let calls = 0;
    return async () => {
      if (++calls > most) throw new Ended();
    };
  };
  const [first, second] = [results.of('x', endsAfter(2), make), results.of('x', endsAfter(9), make)];
  await expect(first).rejects.toThrow(Ended);
  await expect(second).rejects.toThrow(Ended);
  expect(steps).toBe(9);
  expect(results.get('x')).toBeUndefined();
  expect(await results.of('x', free, make)).toBe(109);
});

test('a failure reaches every caller and is not remembered; the oldest results make room', async () => {
  const results = new SharedResults<string>(2);
  const fail = async (): Promise<string> => {
    throw new RangeError('no');
  };
  const both = [results.of('x', free, fail), results.of('x', free, fail)];
  for (const one of both) await expect(one).rejects.toThrow(RangeError);
  for (const key of ['x', 'y', 'z']) await results.of(key, free, async () => key);
  expect(['x', 'y', 'z'].map((key) => results.get(key))).toEqual([undefined, 'y', 'z']);
});
