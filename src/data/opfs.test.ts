import { describe, expect, test } from 'vitest';
import { type Directory, forgetDataset, keepDataset, recallDataset, type StoredFile } from './opfs';

/** The file system in memory. `room` bytes fit; a write beyond stores what fits and fails, as a full disk does. */
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
  return { files, root: async () => folder };
}

const bytes = Uint8Array.from({ length: 5000 }, (_, i) => i % 251);

describe('a kept data set', () => {
  test('comes back with its facts', async () => {
    const { root } = memoryRoot();
    expect(await keepDataset('cifar10', { classes: ['a', 'b'] }, bytes, root)).toEqual({ kept: true });
    expect(await recallDataset('cifar10', root)).toEqual({ facts: { classes: ['a', 'b'] }, bytes });
    expect(await recallDataset('folder', root)).toBeUndefined();
  });

  test('replaces the one before and leaves others alone', async () => {
    const { files, root } = memoryRoot();
    await keepDataset('cifar10', 1, bytes, root);
    await keepDataset('folder', 2, bytes.slice(5), root);
    await keepDataset('cifar10', 3, bytes.slice(9), root);
    expect(files.size).toBe(4);
    expect((await recallDataset('cifar10', root))?.bytes.length).toBe(4991);
    expect((await recallDataset('folder', root))?.facts).toBe(2);
  });

  test('can be forgotten', async () => {
    const { files, root } = memoryRoot();
    await keepDataset('cifar10', 1, bytes, root);
    await forgetDataset('cifar10', root);
    expect(files.size).toBe(0);
  });
});

describe('a data set', () => {
  test('that found no room is not read back and leaves nothing behind', async () => {
    const { files, root } = memoryRoot(3000);
    expect(await keepDataset('cifar10', 1, bytes, root)).toEqual({ kept: false, reason: 'no room left' });
    expect(await recallDataset('cifar10', root)).toBeUndefined();
    expect(files.size).toBe(0);
  });

  test('that is cut or changed, in its data or its manifest, is not read back', async () => {
    for (const damage of [
      (file: Uint8Array<ArrayBuffer>) => file.slice(0, -1),
      (file: Uint8Array<ArrayBuffer>) => file.map((b, i) => (i === 20 ? b ^ 1 : b)),
    ]) {
      const { files, root } = memoryRoot();
      await keepDataset('cifar10', 1, bytes, root);
      for (const [name, file] of [...files]) {
        files.set(name, damage(file));
        expect(await recallDataset('cifar10', root)).toBeUndefined();
        files.set(name, file);
      }
      expect(await recallDataset('cifar10', root)).toBeDefined();
    }
  });
});

test('without the storage nothing is kept and nothing fails', async () => {
  const root = () => Promise.reject(new Error('not supported'));
  expect(await keepDataset('cifar10', 1, bytes, root)).toEqual({ kept: false, reason: 'not supported' });
  expect(await recallDataset('cifar10', root)).toBeUndefined();
  await forgetDataset('cifar10', root);
  // Node has no such storage: the default root is absent, too.
  expect((await keepDataset('cifar10', 1, bytes)).kept).toBe(false);
});
