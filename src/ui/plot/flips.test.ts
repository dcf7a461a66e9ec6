import { describe, expect, it } from 'vitest';
import type { Flips } from '../../engine/protocol/measuring';
import { flipInWords, flipKind, flipsOf, unflipped } from './flips';

// Image 9: wrong either way; 4 and 5: lost; 7: gained.
const flips: Flips = {
  index: Uint32Array.of(4, 5, 7, 9),
  label: Uint8Array.of(1, 2, 0, 0),
  float: Uint8Array.of(1, 2, 1, 1),
  now: Uint8Array.of(0, 0, 0, 2),
  floatMargin: Float32Array.of(0.5, 0.25, 0.125, 1),
  margin: Float32Array.of(0.25, 0.75, 1, 1),
};

describe('flips', () => {
  it('are of three kinds', () => {
    expect([flipKind(3, 3, 5), flipKind(3, 5, 3), flipKind(3, 5, 6)]).toEqual(['lost', 'gained', 'changed']);
  });
  it('come lost first, and within a kind the surest first', () => {
    const order = (filter: 'all' | 'lost' | 'gained') => flipsOf(flips, filter).map(({ index, kind }) => [index, kind]);
    const [lost, gained] = [
      [
        [5, 'lost'],
        [4, 'lost'],
      ],
      [[7, 'gained']],
    ];
    expect(order('all')).toEqual([...lost, ...gained, [9, 'changed']]);
    expect(order('lost')).toEqual(lost);
    expect(order('gained')).toEqual(gained);
  });
  it('say both classes, which is true, and both margins', () => {
    const [first, , gained, changed] = flipsOf(flips, 'all').map((flip) => flipInWords(flip, ['cat', 'dog', 'ship']));
    expect(first).toBe('ship, lost: float ship ✓ (margin 25 %), now cat ✗ (margin 75 %)');
    expect(gained).toBe('cat, gained: float dog ✗ (margin 13 %), now cat ✓ (margin 100 %)');
    expect(changed).toMatch(/^cat, wrong either way: float dog ✗ .* now ship ✗/);
  });
  it('leave the other images, as many as are asked for and there are', () => {
    expect(unflipped(flips, 5, 100)).toEqual([0, 1, 2, 3, 6]);
    expect(unflipped(flips, 50, 8)).toEqual([0, 1, 2, 3, 6]);
    expect(unflipped(undefined, 2, 8)).toEqual([0, 1]);
  });
});
