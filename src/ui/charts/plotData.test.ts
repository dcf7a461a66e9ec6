import { describe, expect, it } from 'vitest';
import { staircase } from './plotData';

describe('staircase', () => {
  it('steps up at each better point and ignores dominated ones', () => {
    const points = [
      { x: 4, y: 90 },
      { x: 1, y: 50 },
      { x: 2, y: 40 },
      { x: 3, y: 80 },
    ];
    expect(staircase(points)).toEqual([
      { x: 1, y: 50 },
      { x: 3, y: 50 },
      { x: 3, y: 80 },
      { x: 4, y: 80 },
      { x: 4, y: 90 },
    ]);
  });
  it('is empty for no points', () => {
    expect(staircase([])).toEqual([]);
  });
});
