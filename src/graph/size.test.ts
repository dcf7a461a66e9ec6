import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KB, MB, sizeInWords } from './size';

test.each([
  [0, '0.0 KB'],
  [61_286, '59.8 KB'],
  [64 * KB, '64.0 KB'],
  [999.9 * KB, '999.9 KB'],
  [999.96 * KB, '1,000 KB'],
  [1_082_163, '1,057 KB'],
  [14_753_997, '14.1 MB'],
  [10_240 * KB, '10.0 MB'],
  [2_000 * MB, '2,000.0 MB'],
])('%d bytes are %s', (bytes, words) => {
  expect(sizeInWords(bytes)).toBe(words);
});

test('a larger size never looks smaller', () => {
  const read = (bytes: number) => {
    const [digits, unit] = sizeInWords(bytes).split(' ');
    return Number(digits.replaceAll(',', '')) * (unit === 'MB' ? MB : KB);
  };
  const bytes = fc.oneof(fc.integer({ min: 0, max: 20 * MB }), fc.integer({ min: 10_230 * KB, max: 10_250 * KB }));
  fc.assert(fc.property(bytes, fc.integer({ min: 0, max: 2000 }), (a, more) => read(a) <= read(a + more)));
});
