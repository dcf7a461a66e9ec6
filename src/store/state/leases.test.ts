// Two tabs that share a storage, without Web Locks.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Leases } from './leases';

let entries: Map<string, string>;
const tab = (owner: string) =>
  new Leases(
    {
      get length() {
        return entries.size;
      },
      key: (i) => [...entries.keys()][i] ?? null,
      getItem: (key) => entries.get(key) ?? null,
      setItem: (key, text) => void entries.set(key, text),
      removeItem: (key) => void entries.delete(key),
    },
    owner,
  );
/** Takes a free lease and holds it until the returned function is called; null if the lease is taken. */
async function take(leases: Leases, name: string): Promise<(() => void) | null> {
  let release: (() => void) | null | undefined;
  void leases.request(name, { ifAvailable: true }, (lock) => {
    if (lock === null) release = null;
    else return new Promise<void>((resolve) => (release = resolve));
    return undefined;
  });
  await vi.advanceTimersByTimeAsync(150);
  return release as (() => void) | null;
}
const names = async (leases: Leases) => (await leases.query()).held.map(({ name }) => name);

beforeEach(() => {
  vi.useFakeTimers();
  entries = new Map([['fewbits.theme', 'dark']]);
});
afterEach(() => vi.useRealTimers());

test('a tab holds its lease until it releases it, however long that takes', async () => {
  const [a, b] = [tab('a'), tab('b')];
  const leave = await take(a, 'run');
  expect(leave).not.toBeNull();
  expect(await take(b, 'run')).toBeNull();
  expect(await take(b, 'other run')).not.toBeNull();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(await take(b, 'run')).toBeNull();
  expect(await names(b)).toEqual(['run', 'other run']);
  leave?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(await take(b, 'run')).not.toBeNull();
});

test('only one of two simultaneous requests gets the lease', async () => {
  const got = await Promise.all([take(tab('a'), 'run'), take(tab('b'), 'run')]);
  expect(got.filter((leave) => leave !== null)).toHaveLength(1);
});

test('a waiting tab is told when the lease is free, without holding it', async () => {
  const [a, b] = [tab('a'), tab('b')];
  const leave = await take(a, 'run');
  let free = false;
  void b.request('run', { mode: 'shared' }, () => {
    free = true;
  });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(free).toBe(false);
  leave?.();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(free).toBe(true);
  expect(await names(b)).toEqual([]);
});

test('a crashed tab loses its lease eventually, a closed one at once', async () => {
  const [a, b] = [tab('a'), tab('b')];
  await take(a, 'run');
  const atDeath = new Map(entries);
  a.dropAll();
  expect([...entries.keys()]).toEqual(['fewbits.theme']);
  entries = atDeath;
  await vi.advanceTimersByTimeAsync(80_000);
  expect(await take(b, 'run')).toBeNull();
  await vi.advanceTimersByTimeAsync(11_000);
  expect(await take(b, 'run')).not.toBeNull();
});

test('damaged leases, and leases from before the clock was set back, count as free', async () => {
  for (const damaged of ['', '{', 'null', '[]', '{"owner":7,"until":1}', `{"owner":"a","until":${Date.now() * 2}}`]) {
    entries.set('fewbits.lease.run', damaged);
    const leave = await take(tab('b'), 'run');
    expect(leave, damaged).not.toBeNull();
    leave?.();
    await vi.advanceTimersByTimeAsync(0);
  }
});
