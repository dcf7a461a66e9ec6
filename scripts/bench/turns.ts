// Two kinds of work in turns in one process: what a busy machine does to one, it does to the other.
import { type Line, median, type Report, ratioOf } from './lines';

/** What is compared. Either may be asynchronous; each returns its result. */
export interface Pair<T> {
  ours(): T | Promise<T>;
  baseline(): T | Promise<T>;
  /** Whether two results are the same. */
  same(ours: T, baseline: T): boolean;
}

export interface PairUnit extends Pick<Line, 'id' | 'backend' | 'unit'> {
  /** How many of its unit a run does; the line has them per second. */
  readonly per: number;
  readonly rounds?: number;
}

/** Compares the results of the first runs, which warm up, then times both in turns, and reports. */
export async function compareInTurns<T>(
  report: Report,
  { id, backend, unit, per, rounds = 7 }: PairUnit,
  { ours, baseline, same }: Pair<T>,
): Promise<void> {
  const equal = same(await ours(), await baseline());
  const rate = async (work: () => T | Promise<T>) => {
    const start = performance.now();
    await work();
    return (1000 * per) / Math.max(1e-3, performance.now() - start);
  };
  const rates: [ours: number[], baseline: number[]] = [[], []];
  for (let round = 0; round < rounds; round++)
    for (const which of round % 2 === 0 ? [0, 1] : [1, 0]) rates[which].push(await rate(which === 0 ? ours : baseline));
  const [fast, slow] = rates;
  report.add({ id, backend, ours: median(fast), baseline: median(slow), ...ratioOf(fast, slow), unit, equal });
}

/** Equal except for sums in another order: within `share` of the largest. */
export function within(share: number): (a: ArrayLike<number>, b: ArrayLike<number>) => boolean {
  return (a, b) => {
    const size = Array.from(b).reduce((max, v) => Math.max(max, Math.abs(v)), 0);
    return a.length === b.length && Array.from(a).every((v, i) => Math.abs(v - b[i]) <= share * size);
  };
}
