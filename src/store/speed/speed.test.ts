import { expect, test } from 'vitest';
import { browserName, speedRow } from './speed';

test('a row names the device and has every network, largest first', () => {
  const found = [
    { network: 'tiny', work: 'evaluation', batchSize: 256, imagesPerSecond: 123456, rounds: 9 },
    { network: 'tiny', work: 'training', batchSize: 64, imagesPerSecond: 2.345, rounds: 9 },
    { network: 'resnet8', work: 'evaluation', batchSize: 64, imagesPerSecond: 987.6, rounds: 9 },
  ] as const;
  expect(speedRow('A | GPU (webgpu)', 'Firefox 150', found)).toBe(
    '| A / GPU (webgpu) | Firefox 150 | - / - | 988 / - | 123000 / 2.35 |',
  );
});

test.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    'Chrome 156',
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0',
    'Edge 156',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0', 'Firefox 150'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15',
    'Safari 26',
  ],
  ['Something else', 'Something else'],
])('%s is %s', (userAgent, name) => {
  expect(browserName(userAgent)).toBe(name);
});
