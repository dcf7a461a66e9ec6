// Monotone regression: the best never-increasing curve through noisy points.

/** A point of the curve or of the data, with its weight. */
export interface WeightedPoint {
  readonly x: number;
  readonly y: number;
  readonly weight: number;
}

/**
 * Least-squares fit of a never-increasing function, as knots sorted by x: linear between knots, constant outside.
 * Reference: pool adjacent violators (M. Ayer et al., 1955), as in scikit-learn's IsotonicRegression.
 */
export function fitDecreasing(points: readonly WeightedPoint[]): WeightedPoint[] {
  return fitDecreasingSorted([...points].sort((a, b) => a.x - b.x));
}

/** The same for points that are sorted by x already. */
export function fitDecreasingSorted(points: readonly WeightedPoint[]): WeightedPoint[] {
  const blocks: WeightedPoint[] = [];
  for (const { x, y, weight } of points) {
    let block = { x, y, weight };
    for (let last = blocks.at(-1); last !== undefined && last.y <= block.y; last = blocks.at(-1)) {
      blocks.pop();
      const sum = last.weight + block.weight;
      block = {
        x: (last.x * last.weight + block.x * block.weight) / sum,
        y: (last.y * last.weight + block.y * block.weight) / sum,
        weight: sum,
      };
    }
    blocks.push(block);
  }
  return blocks;
}

/** Value at `x` of the piecewise linear curve through `knots` (sorted by x); NaN without knots. */
export function interpolate(knots: readonly WeightedPoint[], x: number): number {
  const right = knots.findIndex((knot) => knot.x >= x);
  if (right <= 0) return (right === 0 ? knots[0] : knots.at(-1))?.y ?? Number.NaN;
  const [a, b] = [knots[right - 1], knots[right]];
  return a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x);
}
