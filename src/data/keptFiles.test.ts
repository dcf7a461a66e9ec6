import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Directory, StoredFile } from './directory';
import { forget, isDamaged, keep, keptIds, recall } from './keptFiles';

/** An in-memory file system with `room` bytes. A larger write stores what fits and fails, like a full disk. */
function memoryRoot(room = Number.POSITIVE_INFINITY) {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const folder: Directory = {
    getDirectoryHandle: async () => folder,
    async getFileHandle(name, options) {
      if (!files.has(name) && !options?.create) throw new Error(`${name} not found`);
      if (!files.has(name)) files.set(name, new Uint8Array());
      const file: StoredFile = {
        getFile: async () => new Blob([files.get(name) ?? new Uint8Array()]),
        createWritable: async () => ({
          async write(data) {
            files.set(name, data.slice(0, room));
            if (data.length > room) throw new Error('no room left');
          },
          close: async () => undefined,
        }),
      };
      return file;
    },
    removeEntry: async (name) => void files.delete(name),
    async *keys() {
      yield* [...files.keys()];
    },
  };
  return { files, places: [async () => folder] };
}

const bytes = Uint8Array.from({ length: 5000 }, (_, i) => i % 251);

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

describe('a stored data set', () => {
  test('is read back with its facts', async () => {
    const { places } = memoryRoot();
    expect(await keep('cifar10', { classes: ['a', 'b'] }, bytes, places)).toEqual({ kept: true });
    expect(await recall('cifar10', places)).toEqual({ facts: { classes: ['a', 'b'] }, bytes });
    expect(await recall('folder', places)).toBeUndefined();
  });

  test('replaces the previous one and leaves others alone', async () => {
    const { files, places } = memoryRoot();
    await keep('cifar10', 1, bytes, places);
    await keep('folder', 2, bytes.slice(5), places);
    await keep('cifar10', 3, bytes.slice(9), places);
    expect(files.size).toBe(4);
    expect((await recall('cifar10', places))?.bytes.length).toBe(4991);
    expect((await recall('folder', places))?.facts).toBe(2);
  });

  test('can be deleted', async () => {
    const { files, places } = memoryRoot();
    await keep('cifar10', 1, bytes, places);
    await forget('cifar10', places);
    expect(files.size).toBe(0);
  });
});

describe('a data set', () => {
  test('that did not fit is not read back and leaves nothing behind', async () => {
    const { files, places } = memoryRoot(3000);
    expect(await keep('cifar10', 1, bytes, places)).toEqual({ kept: false, reason: 'no room left' });
    expect(await recall('cifar10', places)).toBeUndefined();
    expect(files.size).toBe(0);
  });

  test('whose data or manifest is truncated or changed is not read back', async () => {
    for (const damage of [
      (file: Uint8Array<ArrayBuffer>) => file.slice(0, -1),
      (file: Uint8Array<ArrayBuffer>) => file.map((b, i) => (i === 20 ? b ^ 1 : b)),
    ]) {
      const { files, places } = memoryRoot();
      await keep('cifar10', 1, bytes, places);
      for (const [name, file] of [...files]) {
        files.set(name, damage(file));
        expect(await recall('cifar10', places)).toBeUndefined();
        expect(isDamaged('cifar10')).toBe(true);
        files.set(name, file);
      }
      expect(await recall('cifar10', places)).toBeDefined();
      expect([isDamaged('cifar10'), isDamaged('folder')]).toEqual([false, false]);
      expect(await keptIds(places)).toEqual(['cifar10']);
    }
  });
});

describe('with two storages', () => {
  test('the second takes what the first refuses, and the later of two copies is read', async () => {
    const [first, second] = [memoryRoot(), memoryRoot()];
    const refused = async () => Promise.reject(new Error('private window'));
    const [firstPlace, secondPlace] = [first.places[0], second.places[0]];
    await keep('mine', 1, bytes, [firstPlace, secondPlace]);
    expect([first.files.size, second.files.size]).toEqual([2, 0]);
    vi.setSystemTime(Date.now() + 1000);
    expect(await keep('mine', 2, bytes.slice(1), [refused, secondPlace])).toEqual({ kept: true });
    expect((await recall('mine', [firstPlace, secondPlace]))?.facts).toBe(2);
    await forget('mine', [firstPlace, secondPlace]);
    expect(first.files.size + second.files.size).toBe(0);
    expect(await keep('mine', 2, bytes, [refused, refused])).toEqual({ kept: false, reason: 'private window' });
  });
});

test('equal bytes are not rewritten, because a crash during the write would lose them', async () => {
  const { files, places } = memoryRoot();
  await keep('weights', 1, bytes, places);
  const name = [...files.keys()].find((file) => file.endsWith('.bin')) as string;
  const first = files.get(name);
  await keep('weights', 2, bytes, places);
  expect(files.get(name)).toBe(first);
  expect((await recall('weights', places))?.facts).toBe(2);
  // Unless they are damaged.
  files.set(name, bytes.slice(1));
  await keep('weights', 3, bytes, places);
  expect((await recall('weights', places))?.bytes).toEqual(bytes);
});

test('without a storage nothing is stored and nothing fails', async () => {
  const places = [() => Promise.reject(new Error('not supported'))];
  expect(await keep('cifar10', 1, bytes, places)).toEqual({ kept: false, reason: 'not supported' });
  expect(await recall('cifar10', places)).toBeUndefined();
  await forget('cifar10', places);
  // Node has none of a browser's storages either.
  expect((await keep('cifar10', 1, bytes)).kept).toBe(false);
});
