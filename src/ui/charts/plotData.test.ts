import { describe, expect, it } from 'vitest';
import { type PlotPoint, rangeOfX, staircase } from './plotData';

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

describe('the range of cost', () => {
  const at = (x: number) => ({ x }) as PlotPoint;
  const data = { cloud: [at(40)], measured: [], marks: [], runs: [], front: [], xRange: [16, 1000] as const };

  it('is that of the network, as long as all points are within', () => {
    expect(rangeOfX(data)).toEqual([16, 1000]);
    expect(rangeOfX(data, at(16))).toEqual([16, 1000]);
    expect(rangeOfX(data, at(15.5))).toEqual([16, 1000]);
  });
  it('goes down in halves to what is left where layers are left out', () => {
    expect(rangeOfX(data, at(12))).toEqual([8, 1000]);
    expect(rangeOfX({ ...data, measured: [at(3)] })).toEqual([2, 1000]);
    expect(rangeOfX(data, at(0))).toEqual([16, 1000]);
  });
});
