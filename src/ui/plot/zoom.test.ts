import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { law } from '../../math/law.testing';
import { type PlotRanges, plotGeometry } from './plotScales';
import { bounded, moved, windowByKey, windowOf } from './zoom';

const BOX = { left: 44, right: 986, top: 34, bottom: 374 };
const HOME: PlotRanges = { cost: [30, 90], accuracy: { low: 10, high: 96, breakAt: 87 } };
const ALL: PlotRanges = { cost: [10, 400], accuracy: { low: 0, high: 97 } };
const drawn = ({ cost, accuracy }: PlotRanges) => plotGeometry(cost, accuracy, BOX);
const plot = drawn(HOME);

const share = fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000);
const place = fc.tuple(share, share).map(([x, y]) => ({
  x: BOX.left + x * (BOX.right - BOX.left),
  y: BOX.top + y * (BOX.bottom - BOX.top),
}));

describe('a brushed area', () => {
  it('is all that is shown, whichever corner it began at; the break stays where it is inside', () => {
    const area = windowOf(plot, { x: plot.x(60), y: plot.y(90) }, { x: plot.x(40), y: plot.y(95) });
    expect(area.cost[0]).toBeCloseTo(40);
    expect(area.cost[1]).toBeCloseTo(60);
    expect(area.accuracy.low).toBeCloseTo(90);
    expect(area.accuracy.high).toBeCloseTo(95);
    expect('breakAt' in area.accuracy).toBe(false);
    expect(windowOf(plot, { x: 50, y: plot.y(20) }, { x: 60, y: plot.y(95) }).accuracy.breakAt).toBe(87);
  });
});

describe('zoom and pan', () => {
  it('keep what is under the pointer there, on axes without a break', () => {
    const whole = drawn({ cost: [30, 90], accuracy: { low: 80, high: 96 } });
    law([place, place, fc.constantFrom(0.5, 0.9, 1, 1.3, 4)], (from, to, factor) => {
      const after = drawn(moved(whole, from, to, factor));
      expect(after.x(whole.costAt(from.x))).toBeCloseTo(to.x, 6);
      expect(after.y(whole.percentAt(from.y))).toBeCloseTo(to.y, 6);
    });
  });
  it('stay within all that there is and show at least half a point and 5 % of cost; zoomed out, they are home', () => {
    law([place, place, fc.constantFrom(0.05, 0.5, 1, 2, 100)], (from, to, factor) => {
      const shown = bounded(moved(plot, from, to, factor), HOME, ALL);
      if (shown === null) return;
      const { cost, accuracy } = shown;
      expect(cost[0]).toBeGreaterThanOrEqual(10 - 1e-6);
      expect(cost[1]).toBeLessThanOrEqual(400 + 1e-6);
      expect(cost[1] / cost[0]).toBeGreaterThan(1.049);
      expect(accuracy.low).toBeGreaterThanOrEqual(-1e-6);
      expect(accuracy.high).toBeLessThanOrEqual(97 + 1e-6);
      expect(accuracy.high - accuracy.low).toBeGreaterThan(0.499);
    });
    expect(bounded(moved(plot, { x: 300, y: 200 }, { x: 300, y: 200 }, 0.05), HOME, ALL)).toBeNull();
    expect(bounded(HOME, HOME, ALL)).toBeNull();
  });
});

describe('keys', () => {
  const about = { x: plot.x(50), y: plot.y(94) };
  it('zoom about a point and pan', () => {
    const nearer = windowByKey(plot, '+', false, about) as PlotRanges;
    expect(nearer.cost[1] / nearer.cost[0]).toBeCloseTo((90 / 30) ** (1 / 1.4));
    const right = windowByKey(plot, 'ArrowRight', true, about) as PlotRanges;
    expect(right.cost[0]).toBeGreaterThan(30);
    expect(right.cost[1] / right.cost[0]).toBeCloseTo(3);
    const up = windowByKey(drawn({ cost: [30, 90], accuracy: { low: 90, high: 94 } }), 'ArrowUp', true, about);
    expect(up?.accuracy.high).toBeCloseTo(94.6);
  });
  it('without Shift, arrows are not theirs', () => {
    expect(windowByKey(plot, 'ArrowRight', false, about)).toBeUndefined();
    expect(windowByKey(plot, 'x', true, about)).toBeUndefined();
  });
});
