// Seeded random numbers. Every random choice takes a generator as an argument, so that a seed reproduces a run on every
// machine: only 32-bit integer arithmetic and exactly rounded operations are used.

/** A stream of random numbers; equal seeds give equal streams. */
export interface Rng {
  /** Uniform in [0, 1), a multiple of 2^-32. */
  uniform(): number;
  /** Uniform integer in [0, n). `n` must be at least 1. */
  integer(n: number): number;
  /** Standard normal deviate (Box-Muller; equal up to the platform's `Math.log` and `Math.cos`). */
  normal(): number;
  /** A new, independent stream; the same label on the same stream state gives the same child. */
  fork(label: number): Rng;
}

/** Mixes two 32-bit integers into one (murmur3's finalizer). */
export function mixSeed(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x632be5ab, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Creates a seeded stream.
 *
 * @example
 * console.log(createRng(1).integer(6), createRng(1).integer(6)); // equal
 *
 * Reference: the sfc32 generator of PractRand (Chris Doty-Humphrey), 128-bit state.
 */
export function createRng(seed: number): Rng {
  let a = mixSeed(seed >>> 0, 1);
  let b = mixSeed(seed >>> 0, 2);
  let c = mixSeed(seed >>> 0, 3);
  let counter = 1;
  const next = (): number => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const uniform = () => next() * 2 ** -32;
  return {
    uniform,
    integer: (n) => Math.floor(uniform() * n),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    fork: (label) => createRng(mixSeed(next(), label)),
  };
}

/** Shuffles `values` in place (Fisher-Yates) and returns it. */
export function shuffle<T extends { length: number; [index: number]: number }>(values: T, rng: Rng): T {
  for (let i = values.length - 1; i > 0; i--) {
    const j = rng.integer(i + 1);
    const held = values[i];
    values[i] = values[j];
    values[j] = held;
  }
  return values;
}
