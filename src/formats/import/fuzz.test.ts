import { expect, test } from 'vitest';
import { createRng } from '../../math/rng';
import { fuzz, mutate } from './fuzz.testing';
import { ImportError, type Inspection } from './importer';

const bytes = Uint8Array.from({ length: 500 }, (_, i) => i);
const files = [{ name: 'a', bytes }];
const nothing: Inspection = {
  format: 'none',
  producer: '',
  parameters: 0,
  operations: new Map(),
  notes: [],
  unsupported: [],
};

test('mutations are varied, and deterministic for a seed', () => {
  const copies = Array.from({ length: 100 }, (_, i) => mutate(bytes, createRng(i)));
  expect(new Set(copies.map((copy) => copy.join())).size).toBeGreaterThan(95);
  expect(mutate(bytes, createRng(7))).toEqual(copies[7]);
  expect(bytes).toEqual(Uint8Array.from({ length: 500 }, (_, i) => i));
  for (let i = 0; i < 100; i++) mutate(new Uint8Array(), createRng(i));
});

test('counts the outcomes of a reader', async () => {
  const problem = { where: 'a', why: 'It is.', next: 'Drop another.' };
  const report = await fuzz(
    async ([file]) => {
      if (file.bytes.length < 500) throw new ImportError({ what: `"x" has ${file.bytes.length} bytes.`, ...problem });
      return nothing;
    },
    files,
    { runs: 60 },
  );
  expect([...report.errors.keys()]).toEqual(['"…" has # bytes.']);
  expect(report.unsupported + (report.errors.get('"…" has # bytes.') ?? 0)).toBe(60);
});

test('rejects other errors, errors without words, and invalid networks', async () => {
  const failing = (error: Error) => fuzz(() => Promise.reject(error), files, { runs: 1, seed: 3 });
  await expect(failing(new RangeError('Invalid array length'))).rejects.toThrow('Run 0 of seed 3: RangeError');
  await expect(failing(new ImportError({ what: 'No.', where: 'a', why: '', next: '' }))).rejects.toThrow('Run 0');
  const network = { name: 'empty', nodes: [], parameters: new Map() };
  await expect(fuzz(async () => ({ ...nothing, network }), files, { runs: 1 })).rejects.toThrow('has no nodes');
  await expect(fuzz(async () => ({ ...nothing, parameters: Number.NaN }), files, { runs: 1 })).rejects.toThrow('NaN');
});
