import { expect, test } from 'vitest';
import { byteSet } from './byteSet';
import type { Dataset, ImageSet } from './dataset';
import { fitDataset } from './fit';

const normalization = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
// Two images of 2 x 2: reds 0 90 / 30 120, and all 7.
const pixels = Uint8Array.from([0, 1, 2, 90, 1, 2, 30, 1, 2, 120, 1, 2, ...Array(12).fill(7)]);
const set = byteSet(pixels, Uint8Array.of(3, 1));
const dataset: Dataset = {
  label: 'two',
  fingerprint: 'two',
  classes: ['a', 'b', 'c', 'd'],
  height: 2,
  width: 2,
  normalization,
  train: set,
  validation: set,
  test: set,
};
const read = ({ test, height, width }: Dataset, index: number) => {
  const target = new Uint8Array(height * width * 3 + 2);
  test.read(index, target, 1);
  expect([target[0], target[target.length - 1]]).toEqual([0, 0]); // nothing outside the image is written
  return target.subarray(1, -1);
};

test('enlarges images bilinearly with aligned pixel centers', () => {
  const grown = fitDataset(dataset, { height: 2, width: 4, normalization });
  const reds = read(grown, 0).filter((_, i) => i % 3 === 0);
  expect([...reds]).toEqual([0, 23, 68, 90, 30, 53, 98, 120]); // by hand: shares 0, 1/4, 3/4, 1
  expect([...read(grown, 1)]).toEqual(Array(24).fill(7));
  expect([grown.test.label(0), grown.test.length]).toEqual([3, 2]);
});

test('shrinks images by averaging what each pixel covers', () => {
  const small = fitDataset(dataset, { height: 1, width: 1, normalization });
  expect([...read(small, 0)]).toEqual([60, 1, 2]);
  // Of three pixels, each of two covers one and a half: (0 + 30 / 2) / 1.5 and (30 / 2 + 90) / 1.5.
  const row = byteSet(Uint8Array.from([0, 30, 90].flatMap((red) => [red, 5, 6])), Uint8Array.of(0));
  const three = { ...dataset, height: 1, width: 3, train: row, validation: row, test: row };
  expect([...read(fitDataset(three, { height: 1, width: 2, normalization }), 0)]).toEqual([10, 5, 6, 70, 5, 6]);
});

test('measures of large images only as many as fit into memory, and trains on all', () => {
  const many: ImageSet = { length: 2000, label: () => 1, read: () => {} };
  const whole = { ...dataset, train: many, validation: many, test: many };
  const at = (side: number) => fitDataset(whole, { height: side, width: side, normalization });
  expect([at(64), at(96), at(224)].map(({ test: { length }, leftOut }) => [length, leftOut])).toEqual([
    [2000, undefined],
    [2000, undefined],
    [445, 1555],
  ]);
  expect([at(224).validation.length, at(224).train.length]).toEqual([445, 2000]);
});

test('returns a data set that already fits unchanged', () => {
  expect(fitDataset(dataset, { height: 2, width: 2, normalization })).toBe(dataset);
  const other = { mean: [0.5, 0.5, 0.5], std: [1, 1, 1] } as const;
  expect(fitDataset(dataset, { height: 2, width: 2, normalization: other })).toEqual({
    ...dataset,
    normalization: other,
  });
});
