import { expect, test } from 'vitest';
import { cifar100, cifar100Dataset } from './cifar100';
import { readCifarFiles } from './cifarFiles';
import { gzipOf, tarOf } from './tarWriter.testing';

const recordBytes = 3074;
/** Records whose fine label is (i + by) % 100, coarse label i % 20, and whose plane byte p is p + i. */
const records = (n: number, by: number) =>
  Uint8Array.from({ length: n * recordBytes }, (_, at) => {
    const [i, p] = [Math.floor(at / recordBytes), at % recordBytes];
    return p === 0 ? i % 20 : p === 1 ? (i + by) % 100 : (p - 2 + i) & 255;
  });
const watch = { signal: new AbortController().signal, report: () => {} };
const read = (contents: Record<string, Uint8Array<ArrayBuffer>>) =>
  readCifarFiles(
    Object.entries(contents).map(([path, bytes]) => ({ path, file: new Blob([bytes]) })),
    watch,
    cifar100,
  );

test('the archive and the files give the fine labels, a tenth for validation, the test records in order', async () => {
  const [train, tested] = [records(200, 0), records(30, 70)];
  const { records: plain } = await read({ 'train.bin': train, 'test.bin': tested, 'fine_label_names.txt': train });
  const archive = await gzipOf(
    tarOf([
      { name: 'cifar-100-binary/train.bin', bytes: train },
      { name: 'cifar-100-binary/test.bin', bytes: tested },
    ]),
  );
  const { records: packed } = await read({ 'cifar-100-binary.tar.gz': archive });
  expect(Buffer.compare(packed, plain)).toBe(0);
  const dataset = cifar100Dataset(plain);
  expect(new Set(dataset.classes).size).toBe(100);
  expect([dataset.classes[0], dataset.classes[52], dataset.classes[99]]).toEqual(['apple', 'oak tree', 'worm']);
  expect([dataset.train.length, dataset.validation.length, dataset.test.length]).toEqual([180, 20, 30]);
  expect(dataset.test.label(5)).toBe(75);
  const pixels = new Uint8Array(3072);
  dataset.test.read(5, pixels, 0);
  expect([...pixels.subarray(3, 6)]).toEqual([6, (1024 + 6) & 255, (2048 + 6) & 255]);
});

test('wrong files are named, with what is wrong', async () => {
  const good = records(4, 0);
  await expect(read({ 'train.bin': good })).rejects.toThrow(/test.bin not found/);
  await expect(read({ 'train.bin': good, 'test.bin': good.subarray(1) })).rejects.toThrow(/test.bin has 12295 bytes/);
  const wrong = good.slice();
  wrong[recordBytes + 1] = 100;
  await expect(read({ 'train.bin': wrong, 'test.bin': good })).rejects.toThrow(
    /record 1 of train.bin has the labels 1 and 100/,
  );
  await expect(read({ 'data_batch_1.bin': good })).rejects.toThrow(/CIFAR-100: found neither cifar-100-binary.tar.gz/);
});
