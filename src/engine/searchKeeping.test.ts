// The stored state of a run: complete or absent.
import { expect, test } from 'vitest';
import type { TestEngine } from './engine.testing';
import { RunKeeper } from './searchKeeping';

test('an interrupted write of a state leaves the previous one', async () => {
  const kept: TestEngine['kept'] = new Map();
  const store = {
    get: async (id: string) => kept.get(id),
    async put(id: string, facts: unknown, bytes: Uint8Array) {
      kept.set(id, { facts, bytes });
      return { kept: true } as const;
    },
    delete: async (id: string) => void kept.delete(id),
  };
  const stateOf = (n: number) => ({
    fingerprint: 'f',
    points: [],
    spent: { forward: n, backward: 0, evaluations: n, seconds: 0 },
    state: { weights: Float32Array.from([n]) },
  });
  const keeper = new RunKeeper(store);
  for (const n of [1, 2, 3]) await keeper.keep('a', stateOf(n));
  expect(await new RunKeeper(store).recall('a')).toEqual(stateOf(3));
  kept.delete('search-a-1');
  expect(await new RunKeeper(store).recall('a')).toEqual(stateOf(2));
  await keeper.forget('a');
  expect(await keeper.recall('a')).toBeUndefined();
});

test('without storage a run is held as long as the page lives', async () => {
  const keeper = new RunKeeper({
    get: async () => undefined,
    put: async () => ({ kept: false, reason: 'no room left' }),
    delete: async () => {},
  });
  const state = {
    fingerprint: 'f',
    points: [],
    spent: { forward: 0, backward: 0, evaluations: 0, seconds: 0 },
    state: {},
  };
  expect(await keeper.keep('a', state)).toBe('no room left');
  expect(await keeper.recall('a')).toEqual(state);
});
