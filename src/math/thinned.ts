// Thins long series for charts.

/** Maximum number of points; above it, every other point is dropped. */
const LIMIT = 200;

/** `points`, or half of them when there are too many. Points for which `stays` is true are always kept. */
export function thinned<T>(points: readonly T[], stays: (point: T) => boolean): readonly T[] {
  return points.length < LIMIT ? points : points.filter((point, i) => i % 2 === 0 || stays(point));
}
