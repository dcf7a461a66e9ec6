import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { cifarBatches, recordBytes } from './cifar10';
import { DatasetMissingError } from './dataset';
import type { DatasetDefinition, OpenRequest } from './definition';
import { openers } from './openers';
import { type DatasetId, datasets } from './registry';

const request: OpenRequest = {
  seed: 1,
  assets: async (path) => {
    const file = await readFile(new URL(`../../public/${path}`, import.meta.url));
    return new Uint8Array(file).buffer;
  },
  decode: async () => new Uint8Array(4096).fill(255),
  signal: new AbortController().signal,
  report: () => undefined,
};

describe('every data set', () => {
  test.each(Object.entries<DatasetDefinition>(datasets))(
    '%s opens, or says what is missing',
    async (id, definition) => {
      const open = openers[id as DatasetId];
      if (definition.embedded) {
        const dataset = await open(request);
        expect(dataset.label).toBe(definition.label);
        expect(dataset.train.length).toBeGreaterThan(0);
      } else {
        await expect(open(request)).rejects.toThrow(DatasetMissingError);
      }
    },
  );
});

test('dropped files open, and without a storage the data set says that it was not stored', async () => {
  const batches = cifarBatches.map((path) => ({ path, file: new Blob([new Uint8Array(10 * recordBytes)]) }));
  const cifar = await openers.cifar10({ ...request, source: { kind: 'files', files: batches } });
  expect([cifar.train.length, cifar.validation.length, cifar.test.length]).toEqual([45, 5, 10]);
  // Node has none of a browser's storages.
  expect(cifar.notKept).toMatch(/indexedDB/);
  const pictures = ['a/1', 'a/2', 'a/3', 'b/1', 'b/2', 'b/3'].map((path) => ({ path, file: new Blob(['x']) }));
  const folder = await openers.folder({ ...request, source: { kind: 'files', files: pictures } });
  expect(folder.classes).toEqual(['a', 'b']);
});
