import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type CifarBatch, cifar10, cifarBatches, cifarDataset, joinBatches, recordBytes } from './cifar10';
import * as cifar from './cifarFiles';
import { DatasetFormatError, DatasetMissingError } from './dataset';
import type { LoadProgress } from './definition';
import { gzipOf, tarOf } from './tarWriter.testing';

type Watch = Parameters<typeof cifar.readCifarFiles>[1];
const readCifarFiles = (files: Parameters<typeof cifar.readCifarFiles>[0], watch: Watch) =>
  cifar.readCifarFiles(files, watch, cifar10);
const readCifarArchive = (archive: Blob, name: string, watch: Watch) =>
  cifar.readCifarArchive(archive, name, watch, cifar10);
const fetchCifarArchive = (url: string, watch: Watch) => cifar.fetchCifarArchive(url, watch, cifar10);
const shared = process.env.FEWBITS_SHARED ?? resolve('../shared');
const sample = resolve(shared, 'cifar10/cifar-10-binary-sample.tar.gz');

/** A batch of `count` records whose pixel bytes identify batch and record. */
function batch(b: number, count = 20): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count * recordBytes);
  for (let i = 0; i < count; i++) {
    bytes[i * recordBytes] = (b + i) % 10;
    for (let p = 0; p < 3072; p++) bytes[i * recordBytes + 1 + p] = (p + 7 * i + 31 * b) & 255;
  }
  return bytes;
}

function batches(count?: number): Map<CifarBatch, Uint8Array<ArrayBuffer>> {
  return new Map(cifarBatches.map((name, b) => [name, batch(b, count)]));
}

function files(contents: Map<string, Uint8Array<ArrayBuffer>>) {
  return [...contents].map(([name, bytes]) => ({ path: `cifar-10-batches-bin/${name}`, file: new Blob([bytes]) }));
}

async function archiveOf(contents: Map<string, Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
  return gzipOf(tarOf([...contents].map(([name, bytes]) => ({ name: `cifar-10-batches-bin/${name}`, bytes }))));
}

function watch() {
  const reports: LoadProgress[] = [];
  const controller = new AbortController();
  return { reports, controller, signal: controller.signal, report: (p: LoadProgress) => void reports.push(p) };
}

const failing = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => new Error('did not fail'),
    (reason: Error) => reason,
  );
  return `${error.name}: ${error.message}`;
};

describe('splits', () => {
  const records = joinBatches(batches());
  const dataset = cifarDataset(records);

  test('split the training records and keep the test records in order', () => {
    expect([dataset.train.length, dataset.validation.length, dataset.test.length]).toEqual([90, 10, 20]);
    expect(Array.from({ length: 20 }, (_, i) => dataset.test.label(i))).toEqual(
      [...batch(5)].filter((_, i) => i % recordBytes === 0),
    );
    const signature = (set: typeof dataset.train) =>
      Array.from({ length: set.length }, (_, i) => {
        const pixels = new Uint8Array(3072);
        set.read(i, pixels, 0);
        return `${set.label(i)} ${pixels[0]}`;
      });
    const all = [...signature(dataset.train), ...signature(dataset.validation)];
    expect(new Set(all).size).toBe(100);
  });

  test('give pixels as interleaved rows, at the offset', () => {
    const target = new Uint8Array(3072 + 2).fill(9);
    dataset.test.read(4, target, 1);
    // Record 4 of batch 5: plane byte p is p + 28 + 155.
    const at = (row: number, column: number, channel: number) => (channel * 1024 + row * 32 + column + 183) & 255;
    expect([...target.subarray(1, 4)]).toEqual([at(0, 0, 0), at(0, 0, 1), at(0, 0, 2)]);
    expect(target[1 + (5 * 32 + 7) * 3 + 2]).toBe(at(5, 7, 2));
    expect([target[0], target[3073]]).toEqual([9, 9]);
  });

  test('of the whole archive have 45,000, 5,000 and 10,000 images', () => {
    const all = new Uint8Array(60_000 * recordBytes);
    // Validation images that the shipped weights have not seen (the first that scripts/zoo/train.py leaves out).
    const unseen = [3146, 10323, 23075, 31379, 16101];
    unseen.forEach((record, i) => {
      all.fill(i + 1, record * recordBytes + 1, (record + 1) * recordBytes);
    });
    const full = cifarDataset(all);
    const pixels = new Uint8Array(3072);
    for (let i = 0; i < unseen.length; i++) {
      full.validation.read(i, pixels, 0);
      expect(pixels[99]).toBe(i + 1);
    }
    expect([full.train.length, full.validation.length, full.test.length]).toEqual([45_000, 5_000, 10_000]);
    expect(full.label).toBe('CIFAR-10');
  });
});

describe('files', () => {
  test('have the same records from the unpacked folder and from the archive', async () => {
    const contents = batches();
    const other = { path: 'cifar-10-batches-bin/readme.html', file: new Blob(['x']) };
    const unpacked = await readCifarFiles([other, ...files(contents).reverse()], watch());
    const observer = watch();
    const archive = new Blob([await archiveOf(contents)]);
    const packed = await readCifarFiles([{ path: 'downloads/cifar-10-binary.tar.gz', file: archive }], observer);
    expect(Buffer.compare(packed.records, unpacked.records)).toBe(0);
    expect(observer.reports.at(-1)).toMatchObject({ done: archive.size, total: archive.size, unit: 'bytes' });
  });

  test('are named if missing', async () => {
    const contents = batches();
    contents.delete('data_batch_3.bin');
    expect(await failing(readCifarFiles(files(contents), watch()))).toMatch(
      /DatasetFormatError: CIFAR-10: data_batch_3.bin not found.*choose/,
    );
    expect(await failing(readCifarFiles([{ path: 'holiday.jpg', file: new Blob(['x']) }], watch()))).toMatch(
      /neither .* nor its files among these \(holiday.jpg\).*choose/,
    );
  });

  test('of a wrong size, count or label are refused, saying which and where', async () => {
    const cut = batches().set('data_batch_2.bin', batch(1).slice(0, -100));
    expect(await failing(readCifarFiles(files(cut), watch()))).toMatch(/data_batch_2.bin has 61360 bytes.*truncated/);
    const fewer = batches().set('data_batch_4.bin', batch(3, 19));
    expect(await failing(readCifarFiles(files(fewer), watch()))).toMatch(/data_batch_4.bin has 19 images.*has 20/);
    const wrong = batches();
    (wrong.get('test_batch.bin') as Uint8Array)[7 * recordBytes] = 10;
    expect(await failing(readCifarFiles(files(wrong), watch()))).toMatch(/record 7 of test_batch.bin has the label 10/);
  });
});

describe('an archive', () => {
  test('is refused if truncated anywhere', async () => {
    const whole = await archiveOf(batches());
    for (const share of [0.001, 0.3, 0.9, 0.999]) {
      const part = new Blob([whole.slice(0, Math.ceil(whole.length * share))]);
      expect(await failing(readCifarArchive(part, 'x.tar.gz', watch()))).toMatch(
        /DatasetFormatError.*(cut short|truncated|damaged)/,
      );
    }
  });

  test('is refused if it contains something else, saying what to do', async () => {
    const text = new Blob(['<!doctype html>'.repeat(100)]);
    expect(await failing(readCifarArchive(text, 'cifar.tar.gz', watch()))).toMatch(/expected a gzip.*choose the file/);
    const other = await archiveOf(new Map([['train.bin', batch(1)]]));
    expect(await failing(readCifarArchive(new Blob([other]), 'x.tar.gz', watch()))).toMatch(
      /none of the files of CIFAR-10/,
    );
    const python = await archiveOf(new Map([['data_batch_1', batch(1)]]));
    expect(await failing(readCifarArchive(new Blob([python]), 'x.tar.gz', watch()))).toMatch(/Python version/);
    const notTar = await gzipOf(new Uint8Array(5000).fill(66));
    expect(await failing(readCifarArchive(new Blob([notTar]), 'x.tar.gz', watch()))).toMatch(/expected a tar archive/);
  });

  test('can be canceled', async () => {
    const archive = new Blob([await archiveOf(batches(200))]);
    const observer = watch();
    const reading = readCifarArchive(archive, 'x.tar.gz', observer);
    observer.controller.abort();
    expect(await failing(reading)).toMatch(/AbortError/);
  });
});

describe('an address', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('is fetched and read', async () => {
    const bytes = await archiveOf(batches());
    vi.stubGlobal('fetch', async () => new Response(bytes, { headers: { 'content-length': `${bytes.length}` } }));
    const { records } = await fetchCifarArchive('https://mirror.example/c.tar.gz', watch());
    expect(Buffer.compare(records, joinBatches(batches()))).toBe(0);
  });

  test('without cross-origin permission says to drop the file', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(fetchCifarArchive('https://x.example/c.tar.gz', watch())).rejects.toThrow(DatasetMissingError);
    expect(await failing(fetchCifarArchive('https://x.example/c.tar.gz', watch()))).toMatch(
      /cross-origin.*choose the file/,
    );
  });

  test('that answers with an error reports the status', async () => {
    vi.stubGlobal('fetch', async () => new Response('', { status: 404, statusText: 'Not Found' }));
    expect(await failing(fetchCifarArchive('https://x.example/c', watch()))).toMatch(
      /DatasetMissingError.*404 Not Found/,
    );
  });
});

test.skipIf(!existsSync(sample))('the sample archive (needs FEWBITS_SHARED) reads as 1,200 images', async () => {
  const { records, notes } = await readCifarArchive(new Blob([readFileSync(sample)]), 'sample.tar.gz', watch());
  const dataset = cifarDataset(records, notes);
  expect(dataset.label).toBe('CIFAR-10, a part of 1,200 images');
  expect([dataset.train.length, dataset.validation.length, dataset.test.length]).toEqual([900, 100, 200]);
  expect(notes).toEqual(['Read from an archive that is not byte for byte the official one.']);
});

test('errors are named', () => {
  expect(() => joinBatches(new Map())).toThrow(DatasetFormatError);
});
