// A crew for tests: its members really measure, on benches of their own, but answer in random order, and some fail.
import { createRng } from '../math/rng';
import { Bench, type BenchContext } from './bench';
import type { Crew, Task } from './crew';

/** What became of the tasks of a crew. */
export interface Tally {
  answered: number;
  failed: number;
  aborted: number;
}

const later = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * A crew of `places` members; one in `failing` tasks fails, before or after the work. `tally` counts. With `silent`, its first
 * task is never answered.
 */
export function colorCrew(
  context: BenchContext,
  places: number,
  { failing = 4, silent = false, seed = 1 } = {},
): Crew & { readonly tally: Tally } {
  const rng = createRng(seed);
  const tally = { answered: 0, failed: 0, aborted: 0 };
  const idle: Bench[] = Array.from({ length: places }, () => new Bench(context, 1e6));
  let first = silent;
  const wait = async (signal: AbortSignal) => {
    for (let ticks = rng.integer(8); ticks > 0; ticks--) await later();
    signal.throwIfAborted();
  };
  return {
    places,
    tally,
    measure: async (task: Task, signal: AbortSignal) => {
      if (first) {
        first = false;
        return new Promise(() => {});
      }
      const bench = idle.pop();
      if (bench === undefined) throw new Error(`More than ${places} tasks at a time.`);
      try {
        const fails = failing > 0 && rng.integer(failing) === 0;
        if (fails && rng.integer(2) === 0) throw new Error('This member has left.');
        await wait(signal);
        // Plain data, as between workers.
        const score = await bench.measure(structuredClone(task), async () => {
          await later();
          signal.throwIfAborted();
        });
        await wait(signal);
        if (fails) throw new Error('This answer was lost.');
        tally.answered++;
        return structuredClone(score);
      } catch (error) {
        if (signal.aborted) tally.aborted++;
        else tally.failed++;
        throw error;
      } finally {
        bench.dispose();
        idle.push(bench);
      }
    },
  };
}
