import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { law } from '../math/law.testing';
import { type CostAndValue, hypervolume, paretoFront } from './pareto';

const point = fc.record({ cost: fc.integer({ min: 0, max: 9 }), value: fc.integer({ min: 0, max: 9 }) });
const points = fc.array(point, { maxLength: 12 });
const beats = (a: CostAndValue, b: CostAndValue) =>
  a.cost <= b.cost && a.value >= b.value && (a.cost < b.cost || a.value > b.value);

describe('the front', () => {
  it('is what no point beats, once each, as comparing all pairs finds', () => {
    law([points], (all) => {
      const expected = all.filter(
        (p, i) =>
          !all.some((q) => beats(q, p)) && !all.slice(0, i).some((q) => q.cost === p.cost && q.value === p.value),
      );
      // The very objects: of equal points the first.
      expect(new Set(paretoFront(all))).toEqual(new Set(expected));
      expect(paretoFront(all).every((p) => expected.includes(p))).toBe(true);
    });
  });

  it('rises with cost and is its own front', () => {
    law([points], (all) => {
      const front = paretoFront(all);
      for (let i = 1; i < front.length; i++) {
        expect(front[i].cost).toBeGreaterThan(front[i - 1].cost);
        expect(front[i].value).toBeGreaterThan(front[i - 1].value);
      }
      expect(paretoFront(front)).toEqual(front);
    });
  });

  it('refuses points with NaN or infinite numbers', () => {
    const all = [
      { cost: 1, value: 1 },
      { cost: 2, value: Number.NaN },
    ];
    expect(() => paretoFront(all)).toThrow('Point 1 has cost 2 and value NaN');
    expect(() => paretoFront([{ cost: Number.POSITIVE_INFINITY, value: 1 }])).toThrow(RangeError);
    expect(() => hypervolume([], { cost: Number.NaN, value: 0 })).toThrow('The reference has cost NaN');
  });
});

describe('the hypervolume', () => {
  it('counts the unit squares that a point dominates', () => {
    law([points, point], (all, reference) => {
      let squares = 0;
      for (let cost = 0; cost < reference.cost; cost++)
        for (let value = reference.value; value < 9; value++)
          if (all.some((p) => p.cost <= cost && p.value >= value + 1)) squares++;
      expect(hypervolume(all, reference)).toBe(squares);
    });
  });
});
