// What follows from an architecture alone is computed once: faders, plot and searches ask for it with every config.
import type { Architecture } from './network';

/** The function, computed once per architecture, of which none is changed in place. What it throws is thrown again. */
export function perArchitecture<R>(compute: (architecture: Architecture) => R): (architecture: Architecture) => R {
  const known = new WeakMap<Architecture, { readonly result: R }>();
  return (architecture) => {
    const { result } = known.get(architecture) ?? { result: compute(architecture) };
    known.set(architecture, { result });
    return result;
  };
}
