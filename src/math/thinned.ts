// Long series for charts.

/** Points kept; when there are more, every other one is dropped. */
const LIMIT = 200;

/** Half of the points when there are too many; those marked by `stays` all stay. */
export function thinned<T>(points: readonly T[], stays: (point: T) => boolean): readonly T[] {
  return points.length < LIMIT ? points : points.filter((point, i) => i % 2 === 0 || stays(point));
}
