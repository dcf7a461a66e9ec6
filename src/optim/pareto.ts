// The Pareto front of points with a cost (lower is better) and a value (higher is better), and its hypervolume.

/** A trade-off, e.g. bytes and accuracy. */
export interface CostAndValue {
  /** Lower is better. */
  readonly cost: number;
  /** Higher is better. */
  readonly value: number;
}

function refuseNonFinite(point: CostAndValue, what: string): void {
  if (!Number.isFinite(point.cost) || !Number.isFinite(point.value))
    throw new RangeError(
      `${what} has cost ${point.cost} and value ${point.value}: both must be finite; omit points that were not measured.`,
    );
}

/**
 * The points that no other point dominates, in order of cost and thus of value. A point dominates another if it costs no
 * more, is worth no less, and differs. The first of equal points is kept. Empty for no points.
 *
 * @example
 * console.log(paretoFront([{ cost: 2, value: 0.9 }, { cost: 1, value: 0.8 }, { cost: 3, value: 0.85 }])); // the first two
 * @throws RangeError for NaN or infinite cost or value.
 */
export function paretoFront<T extends CostAndValue>(points: readonly T[]): T[] {
  for (const [i, point] of points.entries()) refuseNonFinite(point, `Point ${i}`);
  const front: T[] = [];
  // The sort is stable, so equal points keep their order.
  for (const point of [...points].sort((a, b) => a.cost - b.cost || b.value - a.value)) {
    const last = front.at(-1);
    if (last === undefined || point.value > last.value) front.push(point);
  }
  return front;
}

/**
 * Area between the front of `points` and `reference`, in units of cost times value: the part of the region better than the
 * reference that the points dominate. Points no better than the reference add nothing; 0 for no points.
 * Reference: the hypervolume indicator (E. Zitzler and L. Thiele, 1998).
 * @throws RangeError for NaN or infinite numbers.
 */
export function hypervolume(points: readonly CostAndValue[], reference: CostAndValue): number {
  refuseNonFinite(reference, 'The reference');
  const front = paretoFront(points).filter(({ cost, value }) => cost < reference.cost && value > reference.value);
  let area = 0;
  for (const [i, { cost, value }] of front.entries())
    area += ((front[i + 1]?.cost ?? reference.cost) - cost) * (value - reference.value);
  return area;
}
