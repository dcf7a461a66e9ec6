import { expect, test } from 'vitest';
import { placed } from './placement';

test('a block takes the first gap among those in use with it', () => {
  const blocks = [
    { bytes: 64, first: 0, last: 1 },
    { bytes: 32, first: 1, last: 2 },
    { bytes: 48, first: 2, last: 3 },
  ];
  // 64 at 0; 48 at 0 after it; 32 meets both, behind the longer one.
  expect(placed(blocks)).toEqual({ offsets: [0, 64, 0], bytes: 96 });
  expect(placed([])).toEqual({ offsets: [], bytes: 0 });
});
