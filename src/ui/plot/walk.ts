// Finding points of the plot: by a place, and from one to the next by keys.
import { allPoints, type PlotData, type PlotPoint } from './plotData';
import type { PlotGeometry } from './plotScales';
import { spotOf } from './spots';

/** A point with the place where it is drawn. */
export interface Found {
  readonly point: PlotPoint;
  readonly x: number;
  readonly y: number;
}

/** The points that are drawn, in order of cost, then of accuracy. */
export function drawnPoints(data: PlotData, plot: PlotGeometry): Found[] {
  return allPoints(data)
    .flatMap((point) => {
      const spot = spotOf(plot, point);
      return spot ? [{ point, x: spot.x, y: spot.y }] : [];
    })
    .sort((a, b) => a.point.x - b.point.x || a.point.y - b.point.y);
}

/** The drawn point nearest to a place, at most `reach` pixels away. */
export function nearestPoint(points: readonly Found[], x: number, y: number, reach: number): Found | undefined {
  let best: Found | undefined;
  let least = reach;
  for (const found of points) {
    const distance = Math.hypot(found.x - x, found.y - y);
    if (distance > least) continue;
    least = distance;
    best = found;
  }
  return best;
}

/**
 * The point that a key leads to: left and right in order of cost, up and down in order of accuracy, the page keys ten at a
 * time, Home and End to the ends. From nowhere, the first of that order, or the last. Undefined for other keys.
 */
export function pointByKey(points: readonly Found[], now: PlotPoint | undefined, key: string): Found | undefined {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[key];
  const order = key === 'ArrowUp' || key === 'ArrowDown' ? points.toSorted((a, b) => a.point.y - b.point.y) : points;
  if (key === 'Home') return order[0];
  if (key === 'End') return order.at(-1);
  if (step === undefined) return undefined;
  const at = order.findIndex(({ point }) => point === now);
  if (at < 0) return step > 0 ? order[0] : order.at(-1);
  return order[Math.max(0, Math.min(order.length - 1, at + step))];
}
