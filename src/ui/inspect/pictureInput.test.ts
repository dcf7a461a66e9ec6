import { expect, test } from 'vitest';
import { centerCrop, topClasses } from './pictureInput';

test('the crop is centered, as large as possible and of the target shape', () => {
  expect(centerCrop({ width: 640, height: 480 }, { width: 32, height: 32 })).toEqual([80, 0, 480, 480]);
  expect(centerCrop({ width: 100, height: 300 }, { width: 32, height: 32 })).toEqual([0, 100, 100, 100]);
  expect(centerCrop({ width: 96, height: 96 }, { width: 64, height: 32 })).toEqual([0, 24, 96, 48]);
});

test('the most probable classes come first', () => {
  expect(topClasses(Float32Array.of(0.125, 0.5, 0.375), 2)).toEqual([
    { index: 1, share: 0.5 },
    { index: 2, share: 0.375 },
  ]);
});
