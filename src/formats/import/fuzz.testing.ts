// Throws broken files at a reader. Whatever the bytes are, a reader either reads them into a network that passes
// `checkNetwork`, names what it does not support, or throws an `ImportError` in four sentences; and all that soon.
import { env } from 'node:process';
import { checkNetwork } from '../../graph/shapes';
import { createRng, type Rng } from '../../math/rng';
import { joinBytes } from '../joinBytes';
import { IMPORT_LIMITS, ImportError, type Inspection, type ModelFile } from './importer';

/** How many broken files a fuzz test makes: FUZZ_RUNS, or 200. */
export const FUZZ_RUNS = Number(env.FUZZ_RUNS ?? 200);

/** Bytes that lengths and counts like to break on: ends of 7, 8, 31, 32 and 64 bits. */
const EDGES = [0x00, 0x01, 0x7f, 0x80, 0xff];

type Mutation = (bytes: Uint8Array, rng: Rng, headEnd: number) => Uint8Array;

/** A place in the file; half of them in its head, where the structure is. */
const place = (bytes: Uint8Array, rng: Rng, headEnd: number): number =>
  rng.integer(Math.max(1, rng.uniform() < 0.5 ? Math.min(headEnd, bytes.length) : bytes.length));

const changed = (bytes: Uint8Array, change: (copy: Uint8Array) => void): Uint8Array => {
  const copy = bytes.slice();
  change(copy);
  return copy;
};

const MUTATIONS: readonly Mutation[] = [
  // One bit the other way.
  (bytes, rng, headEnd) =>
    changed(bytes, (copy) => {
      copy[place(bytes, rng, headEnd)] ^= 1 << rng.integer(8);
    }),
  // One byte to a value at an edge, or up or down by one: lengths that are a little or far off.
  (bytes, rng, headEnd) =>
    changed(bytes, (copy) => {
      const at = place(bytes, rng, headEnd);
      copy[at] = rng.uniform() < 0.5 ? EDGES[rng.integer(EDGES.length)] : copy[at] + (rng.uniform() < 0.5 ? 1 : 255);
    }),
  // Up to 12 bytes overwritten by the largest ones: long varints, huge counts, NaN weights.
  (bytes, rng, headEnd) =>
    changed(bytes, (copy) => {
      const at = place(bytes, rng, headEnd);
      copy.fill(0xff, at, at + 1 + rng.integer(12));
    }),
  // Cut short.
  (bytes, rng) => bytes.slice(0, rng.integer(bytes.length + 1)),
  // A piece taken out.
  (bytes, rng, headEnd) => {
    const at = place(bytes, rng, headEnd);
    return joinBytes([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + rng.integer(64)))]);
  },
  // A piece of the file put in once more elsewhere.
  (bytes, rng, headEnd) => {
    const from = place(bytes, rng, headEnd);
    const at = place(bytes, rng, headEnd);
    const piece = bytes.subarray(from, from + 1 + rng.integer(256));
    return joinBytes([bytes.subarray(0, at), piece, bytes.subarray(at)]);
  },
  // Two pieces of equal length exchanged: names and numbers in each other's place.
  (bytes, rng, headEnd) =>
    changed(bytes, (copy) => {
      const [a, b] = [place(bytes, rng, headEnd), place(bytes, rng, headEnd)];
      const length = Math.min(1 + rng.integer(32), bytes.length - Math.max(a, b));
      copy.set(bytes.subarray(a, a + length), b);
      copy.set(bytes.subarray(b, b + length), a);
    }),
];

/**
 * A broken copy of a file: one to three of bits flipped, bytes at edges, cuts, splices and exchanges. Half of them hit the
 * first `headEnd` bytes.
 */
export function mutate(bytes: Uint8Array, rng: Rng, headEnd = 4096): Uint8Array {
  let result = bytes;
  for (let i = rng.integer(3); i >= 0; i--) result = MUTATIONS[rng.integer(MUTATIONS.length)](result, rng, headEnd);
  return result;
}

/** What a reader made of the broken files. */
export interface FuzzReport {
  readonly runs: number;
  /** Files that were read into a network all the same. */
  read: number;
  /** Files that were read and hold something unsupported, or no network. */
  unsupported: number;
  /** How often each error came, with names and numbers taken out of it. */
  readonly errors: Map<string, number>;
  /** The slowest file, in milliseconds. */
  worstMs: number;
}

/** Milliseconds that one broken file may take. */
const SLOWEST_MS = 60_000;

/** Characters of the longest sentence that says what is wrong. */
const LONGEST = 4000;

/**
 * Reads `runs` broken copies of bytes. A failure names the seed and the run that repeat it.
 * @returns how many were read all the same.
 * @throws Error for an error of none of the `expected` classes, one without words or with too many, or more than five seconds.
 */
export async function fuzzBytes(
  read: (bytes: Uint8Array<ArrayBuffer>) => unknown,
  bytes: Uint8Array,
  expected: readonly (abstract new (...values: never[]) => Error)[],
  { runs = FUZZ_RUNS, seed = 1, headEnd = 4096 } = {},
): Promise<number> {
  let whole = 0;
  // Of a Buffer of Node, slices would be views of the file itself.
  const file = Uint8Array.from(bytes);
  for (let run = 0; run < runs; run++) {
    const broken = Uint8Array.from(mutate(file, createRng(seed).fork(run), headEnd));
    const before = performance.now();
    try {
      await read(broken);
      whole++;
    } catch (error) {
      const { message } = error as Error;
      const known = expected.some((kind) => error instanceof kind);
      if (!known || message === '' || message.length > LONGEST)
        throw new Error(`Run ${run} of seed ${seed}: ${String(error).slice(0, LONGEST)}`, { cause: error });
    }
    const ms = performance.now() - before;
    if (ms > SLOWEST_MS) throw new Error(`Run ${run} of seed ${seed} took ${ms} ms.`);
  }
  return whole;
}

function checkInspection({ network, parameters, unsupported }: Inspection): void {
  if (network !== undefined && unsupported.length > 0) throw new Error('a network beside unsupported nodes');
  if (!(parameters >= 0 && parameters <= IMPORT_LIMITS.parameters)) throw new Error(`${parameters} parameters`);
  if (network !== undefined) checkNetwork(network);
}

/**
 * Reads `runs` broken copies of `files`, one file broken at a time. A failure names the seed and the run that repeat it.
 * @throws Error for any other error than an `ImportError`, an error that lacks a sentence, a network that does not pass
 *   its check, or a file that takes more than a minute.
 */
export async function fuzz(
  read: (files: readonly ModelFile[]) => Promise<Inspection>,
  files: readonly ModelFile[],
  { runs = FUZZ_RUNS, seed = 1, headEnd = 4096 } = {},
): Promise<FuzzReport> {
  const report: FuzzReport = { runs, read: 0, unsupported: 0, errors: new Map(), worstMs: 0 };
  for (let run = 0; run < runs; run++) {
    const rng = createRng(seed).fork(run);
    const victim = rng.integer(files.length);
    const broken = files.map((file, i) => (i === victim ? { ...file, bytes: mutate(file.bytes, rng, headEnd) } : file));
    const before = performance.now();
    try {
      const inspection = await read(broken);
      checkInspection(inspection);
      if (inspection.network !== undefined) report.read++;
      else report.unsupported++;
    } catch (error) {
      if (!(error instanceof ImportError) || [error.what, error.where, error.why, error.next].some((s) => s === ''))
        throw new Error(`Run ${run} of seed ${seed}: ${error}`, { cause: error });
      const kind = error.what.replace(/"[^"]*"/g, '"…"').replace(/\d+/g, '#');
      report.errors.set(kind, (report.errors.get(kind) ?? 0) + 1);
    }
    const ms = performance.now() - before;
    if (ms > SLOWEST_MS) throw new Error(`Run ${run} of seed ${seed} took ${ms} ms.`);
    report.worstMs = Math.max(report.worstMs, ms);
  }
  return report;
}
