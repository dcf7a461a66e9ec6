import { expect, test } from 'vitest';
import { plotArea } from '../parts/scale';
import { accuracyScale, costScale, plotBox } from './costs';
import type { PlotPoint } from './plotData';
import { pointAt } from './TapLayer';

// Plotted from 56 to 356 and from 14 to 314 pixels: 10 KB to 100 KB with room at both ends, 50 to 100 %.
const scales = [costScale('memory', [10, 100], 8), accuracyScale([50, 100], 'accuracy (%)')] as const;
const area = plotArea(...scales, plotBox({ width: 366, height: 366 }));
const point = (x: number, y: number) => ({ x, y }) as PlotPoint;
const [left, right, deep] = [point(10, 100), point(100, 75), point(10, 40)];
const x = (value: number) => 56 + ((Math.log10(value / 10) + 0.04) / 1.2) * 300;

test('a tap finds the nearest point within a finger’s reach', () => {
  expect(pointAt(area, [left, right], [x(10), 14])).toBe(left);
  expect(pointAt(area, [left, right], [x(100) - 14, 164 + 14])).toBe(right);
  expect(pointAt(area, [left, right], [x(100) - 20, 164 + 20])).toBeUndefined();
  expect(pointAt(area, [point(10.5, 100), left], [x(10), 14])).toBe(left);
});

test('what lies below the range is not drawn, nor found', () => {
  expect(pointAt(area, [deep], [x(10), 370])).toBeUndefined();
});
