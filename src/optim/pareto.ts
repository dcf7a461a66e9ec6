// The best trade-offs among points of cost (less is better) and value (more is better), and how much they dominate.

/** A trade-off, e.g. bytes and accuracy. */
export interface CostAndValue {
  /** Less is better. */
  readonly cost: number;
  /** More is better. */
  readonly value: number;
}

function refuseNonFinite(point: CostAndValue, what: string): void {
  if (!Number.isFinite(point.cost) || !Number.isFinite(point.value))
    throw new RangeError(
      `${what} has cost ${point.cost} and value ${point.value}: both must be finite; leave out what was not measured.`,
    );
}

/**
 * The points that no other point beats: in order of cost, value rising with it. A point beats another if it costs no more,
 * is worth no less, and differs; of equal points the first is kept. Empty for no points.
 * @throws RangeError for NaN or infinite cost or value.
 */
export function paretoFront<T extends CostAndValue>(points: readonly T[]): T[] {
  for (const [i, point] of points.entries()) refuseNonFinite(point, `Point ${i}`);
  const front: T[] = [];
  // The sort is stable, so equal points stay in their order.
  for (const point of [...points].sort((a, b) => a.cost - b.cost || b.value - a.value)) {
    const last = front.at(-1);
    if (last === undefined || point.value > last.value) front.push(point);
  }
  return front;
}

/**
 * Area between the front of `points` and `reference`, in units of cost times value: what the points dominate of all that
 * is better than the reference. Points no better than the reference add nothing; 0 for no points.
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
