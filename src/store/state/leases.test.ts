// Two tabs that share a storage and have no Web Locks.
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
/** Takes a lease if it is free, and keeps it until what comes back is called; null where it was taken. */
async function take(leases: Leases, name: string): Promise<(() => void) | null> {
  let given: (() => void) | null | undefined;
  void leases.request(name, { ifAvailable: true }, (lock) => {
    if (lock === null) given = null;
    else return new Promise<void>((resolve) => (given = resolve));
    return undefined;
  });
  await vi.advanceTimersByTimeAsync(150);
  return given as (() => void) | null;
}
const names = async (leases: Leases) => (await leases.query()).held.map(({ name }) => name);

beforeEach(() => {
  vi.useFakeTimers();
  entries = new Map([['fewbits.theme', 'dark']]);
});
afterEach(() => vi.useRealTimers());

test('a lease is one tab’s until it lets go, however long that takes', async () => {
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

test('of two that want it at once, one gets it', async () => {
  const got = await Promise.all([take(tab('a'), 'run'), take(tab('b'), 'run')]);
  expect(got.filter((leave) => leave !== null)).toHaveLength(1);
});

test('who waits hears when it is free, and holds nothing by that', async () => {
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

test('a tab that died loses its lease in the end; one that closes, at once', async () => {
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

test('what is no lease, or one of a clock set back, is nobody’s', async () => {
  for (const damaged of ['', '{', 'null', '[]', '{"owner":7,"until":1}', `{"owner":"a","until":${Date.now() * 2}}`]) {
    entries.set('fewbits.lease.run', damaged);
    const leave = await take(tab('b'), 'run');
    expect(leave, damaged).not.toBeNull();
    leave?.();
    await vi.advanceTimersByTimeAsync(0);
  }
});
