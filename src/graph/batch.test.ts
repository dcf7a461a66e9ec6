import { expect, test } from 'vitest';
import { networks } from '../zoo/registry';
import { imagesAtOnce } from './batch';

test('batches of the page’s networks stay at 64, and shrink with the size of the images', () => {
  for (const { build } of Object.values(networks)) expect(imagesAtOnce(build([32, 32, 3], 10))).toBe(64);
  // The first results of ResNet-8 hold 16 numbers per pixel: 224 * 224 * 16 * 4 bytes are 3.2 MB, 20.9 times in 64 MB.
  const { build } = networks.resnet8;
  expect(imagesAtOnce(build([96, 96, 3], 10))).toBe(64);
  expect(imagesAtOnce(build([224, 224, 3], 10))).toBe(16);
  // VGG-16 multiplies 2.8 billion times per image of 96 x 96: 22.6 billion times for 8.
  expect(imagesAtOnce(networks.vgg16.build([96, 96, 3], 10))).toBe(8);
  expect(imagesAtOnce(build([4096, 4096, 3], 10))).toBe(1);
  expect(imagesAtOnce(build([224, 224, 3], 10), 32)).toBe(16);
});
