import { describe, expect, it } from 'vitest';
import { KB } from '../../graph/size';
import { chipsOf, sizeAt, sizeByKey } from './Budget';
import { plotGeometry } from './plotScales';

const plotOf = (from: number, to: number, width = 900) =>
  plotGeometry([from * KB, to * KB], { low: 0, high: 100 }, { left: 44, right: 44 + width, top: 34, bottom: 334 });

describe('the budget on the plot', () => {
  it('offers the sizes of devices that are shown, and the next beyond', () => {
    const plot = plotOf(27, 100);
    const sizes = chipsOf(plot, undefined, 48 * KB).map(({ bytes, beyond }) => [bytes / KB, beyond]);
    expect(sizes).toEqual([
      [32, false],
      [64, false],
      [256, true],
    ]);
    for (const { x, bytes, beyond } of chipsOf(plot, undefined, 48 * KB))
      if (!beyond && bytes > 32 * KB) expect(x).toBeCloseTo(plot.x(bytes));
  });
  it('offers the suggested size where no device is shown, and nothing under the pill', () => {
    expect(chipsOf(plotOf(5000, 9000), undefined, 6000 * KB).map(({ bytes }) => bytes / KB)).toEqual([6000]);
    const plot = plotOf(27, 100);
    expect(chipsOf(plot, plot.x(64 * KB), 48 * KB).map(({ bytes }) => bytes / KB)).toEqual([32, 256]);
  });
  it('has no chips that touch, in any width', () => {
    for (const width of [300, 500, 900, 1400]) {
      const places = chipsOf(plotOf(10, 600, width), undefined, 48 * KB).map(({ x }) => x);
      expect(places.length).toBeGreaterThan(0);
      for (const [i, x] of places.entries()) if (i > 0) expect(Math.abs(x - places[i - 1])).toBeGreaterThanOrEqual(84);
    }
  });
  it('snaps to devices, and is moved by keys', () => {
    const plot = plotOf(27, 100);
    expect(sizeAt(plot, plot.x(64 * KB) + 4)).toBe(64 * KB);
    expect(sizeAt(plot, plot.x(50 * KB)) / KB).toBeCloseTo(50);
    expect(sizeAt(plot, 5000) / KB).toBeCloseTo(100);
    expect(sizeByKey(64 * KB, 'ArrowLeft', false)).toBe(63 * KB);
    expect((sizeByKey(64 * KB, 'ArrowUp', true) as number) / KB).toBeCloseTo(64.1);
    expect(sizeByKey(64 * KB, 'PageUp', false)).toBe(256 * KB);
    expect(sizeByKey(64 * KB, 'PageDown', false)).toBe(32 * KB);
    expect(sizeByKey(64 * KB, 'x', false)).toBeUndefined();
  });
});
