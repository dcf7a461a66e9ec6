// Where points are drawn on the plot.
import type { PlotPoint } from './plotData';
import type { PlotGeometry } from './plotScales';

/** Pixels above the plotted area that marks may reach into. */
export const OVER = 9;

/** Whether a place of the plot is within what is shown. */
export function isShown(plot: PlotGeometry, point: { readonly x: number; readonly y: number }): boolean {
  const [x, y] = [plot.x(point.x), plot.y(point.y)];
  return x >= plot.left - 1 && x <= plot.right + 1 && y >= plot.top - OVER && y <= plot.bottom + 1;
}

interface Spot {
  readonly x: number;
  readonly y: number;
  /** At the right edge, with an arrow, because it costs more than is shown. */
  readonly beyond: boolean;
}

/** Where a point is drawn; undefined where it is not. */
export function spotOf(plot: PlotGeometry, point: PlotPoint): Spot | undefined {
  const spot = { x: plot.x(point.x), y: plot.y(point.y), beyond: point.x > plot.cost[1] };
  if (isShown(plot, point)) return spot;
  const isLevel = spot.y >= plot.top - OVER && spot.y <= plot.bottom + 1;
  const isMarked = !plot.zoomed || ('kind' in point && point.kind !== 'uniform');
  return spot.beyond && isLevel && isMarked ? { ...spot, x: plot.right - 5 } : undefined;
}
