import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { law } from '../../math/law.testing';
import { accuracyRange, accuracyTicks, costRange, costTicks, plotGeometry } from './plotScales';

const BOX = { left: 44, right: 986, top: 34, bottom: 374 };

describe('the range of accuracy', () => {
  it('breaks nine points below the best one, where others are worse', () => {
    expect(accuracyRange([95.4, 94, 88, 12], 'top')).toEqual({ low: 10, high: 96, breakAt: 87 });
    expect(accuracyRange([95.4, 12], 'all')).toEqual({ low: 10, high: 96 });
  });
  it('has no break where every point is within nine points', () => {
    expect(accuracyRange([95.4, 94, 88], 'top')).toEqual({ low: 87, high: 96 });
    // Untrained: all are near chance.
    expect(accuracyRange([10, 12], 'top')).toEqual({ low: 4, high: 13 });
  });
  it('ends at 0 and 100', () => {
    expect(accuracyRange([100, 0], 'top')).toEqual({ low: 0, high: 100, breakAt: 91 });
    expect(accuracyRange([], 'top')).toEqual({ low: 0, high: 100 });
  });
});

const value = fc.integer({ min: 0, max: 100_000 }).map((share) => share / 1000);
const geometry = (values: readonly number[], shown: 'top' | 'all', box = BOX) =>
  plotGeometry(costRange([20, 81], 16), accuracyRange(values, shown), box);

describe('the geometry', () => {
  it('draws every point within the box, better ones higher, and finds the value of a place', () => {
    law(
      [fc.array(value, { minLength: 1, maxLength: 20 }), fc.constantFrom('top', 'all'), fc.boolean()],
      (ys, shown, small) => {
        const box = small ? { left: 36, right: 346, top: 32, bottom: 146 } : BOX;
        const plot = geometry(ys, shown, box);
        const sorted = [...ys].sort((a, b) => a - b);
        sorted.forEach((y, i) => {
          expect(plot.y(y)).toBeGreaterThanOrEqual(box.top - 1e-6);
          expect(plot.y(y)).toBeLessThanOrEqual(box.bottom + 1e-6);
          expect(plot.percentAt(plot.y(y))).toBeCloseTo(y, 6);
          if (i > 0 && y > sorted[i - 1]) expect(plot.y(y)).toBeLessThan(plot.y(sorted[i - 1]));
        });
        expect(plot.costAt(plot.x(40))).toBeCloseTo(40, 6);
      },
    );
  });
  it('gives the best nine points most of the height', () => {
    const plot = geometry([95, 10], 'top');
    expect((plot.y(87) - plot.y(96)) / (BOX.bottom - BOX.top)).toBeGreaterThan(0.8);
    expect(plot.y(86.9) - plot.y(87)).toBeGreaterThanOrEqual(8);
    expect(plot.breakY).toBeGreaterThan(plot.y(87));
  });
  it('has ticks that do not touch, at any size', () => {
    for (const [width, height] of [
      [360, 170],
      [700, 300],
      [1400, 600],
    ]) {
      const plot = geometry([95.4, 80, 12], 'top', { left: 44, right: width - 14, top: 34, bottom: height - 26 });
      const places = accuracyTicks(plot).map(plot.y);
      expect(places.length).toBeGreaterThanOrEqual(3);
      for (const [i, y] of places.entries())
        if (i > 0) expect(places[i - 1] - y).toBeGreaterThanOrEqual(i > 1 ? 12 : 18);
    }
    expect(accuracyTicks(geometry([95.4, 12], 'top'))).toEqual([10, 50, 88, 90, 92, 94, 96]);
  });
});

describe('the ticks of cost', () => {
  const ticks = (range: readonly [number, number], base: 2 | 10, width: number) =>
    costTicks(plotGeometry(range, { low: 0, high: 1 }, { ...BOX, right: BOX.left + width }), base, 1, 48);
  it('are round, and as many as there is room for', () => {
    expect(ticks([27, 100], 2, 940)).toEqual([28, 32, 40, 48, 56, 64, 80, 96]);
    expect(ticks([27, 100], 2, 300)).toEqual([32, 48, 64, 96]);
    expect(ticks([0.5, 300], 2, 300)).toEqual([1, 4, 16, 64, 256]);
    expect(ticks([4e6, 3e8], 10, 700)).toEqual([5e6, 1e7, 2e7, 3e7, 5e7, 1e8, 2e8, 3e8]);
  });
  it('cover what a factor of two leaves, with room at both ends', () => {
    const [from, to] = costRange([50], 10);
    expect(from).toBeLessThan(50);
    expect(to).toBeGreaterThan(100);
    expect(costRange([], 10)[0]).toBeLessThan(10);
  });
});
