// A law is a property that holds for every example. It is checked on random examples from a fixed seed, so that a build
// does not fail on code it has not changed. `LAW_SEED=7 npx vitest run …` sets another seed.
import { env } from 'node:process';
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(env.LAW_SEED ?? 1) });

export { fc };

/** Checks `holds` (by expectations) on random examples; a failure reports the smallest counterexample and its seed. */
export function law<T extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  holds: (...example: T) => void,
  runs = 100,
): void {
  const property = fc.property(fc.tuple<T>(...arbitraries), (example) => holds(...example));
  void fc.assert(property as fc.IProperty<[T]>, { numRuns: runs }); // synchronous: throws instead of returning a promise
}
