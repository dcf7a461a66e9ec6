// A law: something that holds for every example, checked on random ones.
import * as fc from 'fast-check';

/** Checks `holds` (by expectations) on random examples; a failure reports the smallest counterexample and its seed. */
export function law<T extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  holds: (...example: T) => void,
  runs = 100,
): void {
  const property = fc.property(fc.tuple<T>(...arbitraries), (example) => holds(...example));
  void fc.assert(property as fc.IProperty<[T]>, { numRuns: runs }); // synchronous: it throws, it returns no promise
}
