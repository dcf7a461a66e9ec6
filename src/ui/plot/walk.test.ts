import { expect, test } from 'vitest';
import type { PlotData, PlotPoint } from './plotData';
import { plotGeometry } from './plotScales';
import { drawnPoints, nearestPoint, pointByKey } from './walk';

const policyOf = (id: number) => ({ layer: { weights: id, activations: 8 } }) as unknown as PlotPoint['policy'];
const point = (id: number, x: number, y: number): PlotPoint => ({
  ...{ x, y, n: 1000, label: `${id}`, source: 'shipped', policy: policyOf(id) },
});
const [a, b, c, far, cheap] = [
  point(1, 20, 90),
  point(2, 40, 95),
  point(3, 80, 93),
  point(4, 300, 94),
  point(5, 5, 10),
];
const data: PlotData = {
  ...{ cloud: [c, far, a, b, cheap], measured: [], marks: [], runs: [], front: [], shippedFront: [], leastCost: 10 },
};
const plot = plotGeometry([10, 100], { low: 85, high: 96 }, { left: 40, right: 640, top: 30, bottom: 330 });
const points = drawnPoints(data, plot);
const walk = (from: PlotPoint | undefined, key: string) => pointByKey(points, from, key)?.point;

test('points are walked in order of cost, the one beyond the edge last', () => {
  expect(points.map((found) => found.point)).toEqual([a, b, c, far]);
  expect(points[3].x).toBeLessThan(640);
  expect([walk(undefined, 'ArrowRight'), walk(a, 'ArrowRight'), walk(far, 'ArrowRight')]).toEqual([a, b, far]);
  expect([walk(undefined, 'ArrowLeft'), walk(b, 'ArrowLeft'), walk(a, 'Home'), walk(a, 'End')]).toEqual([
    far,
    a,
    a,
    far,
  ]);
  expect(walk(a, 'PageUp')).toBe(far);
  expect(walk(a, 'Enter')).toBeUndefined();
});

test('up and down walk them in order of accuracy', () => {
  expect([walk(undefined, 'ArrowUp'), walk(a, 'ArrowUp'), walk(c, 'ArrowUp'), walk(far, 'ArrowUp')]).toEqual([
    a,
    c,
    far,
    b,
  ]);
  expect(walk(b, 'ArrowDown')).toBe(far);
});

test('the nearest point within reach is found', () => {
  const [first] = points;
  expect(nearestPoint(points, first.x + 8, first.y - 8, 12)?.point).toBe(a);
  expect(nearestPoint(points, first.x + 20, first.y, 12)).toBeUndefined();
  expect(nearestPoint(points, first.x + 20, first.y, 24)?.point).toBe(a);
});
