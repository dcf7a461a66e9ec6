// Feeds corrupted files to a reader. For any bytes, a reader must either return a network that passes `checkNetwork`,
// list unsupported parts, or throw an `ImportError` of four sentences, within a time limit.
import { env } from 'node:process';
import { checkNetwork } from '../../graph/shapes';
import { createRng, type Rng } from '../../math/rng';
import { joinBytes } from '../joinBytes';
import { IMPORT_LIMITS, ImportError, type Inspection, type ModelFile } from './importer';

/** Corrupted files per fuzz test: FUZZ_RUNS, or 200. */
export const FUZZ_RUNS = Number(env.FUZZ_RUNS ?? 200);

/** Bytes that tend to break lengths and counts: limits of 7, 8, 31, 32 and 64 bits. */
const EDGES = [0x00, 0x01, 0x7f, 0x80, 0xff];

type Mutation = (bytes: Uint8Array, rng: Rng, headEnd: number) => Uint8Array;

/** An offset in the file; half of the offsets lie in the head, which holds the structure. */
const place = (bytes: Uint8Array, rng: Rng, headEnd: number): number =>
  rng.integer(Math.max(1, rng.uniform() < 0.5 ? Math.min(headEnd, bytes.length) : bytes.length));

const changed = (bytes: Uint8Array, change: (copy: Uint8Array) => void): Uint8Array => {
  const copy = bytes.slice();
  change(copy);
  return copy;
};

const MUTATIONS: readonly Mutation[] = [
  // Flip one bit.
  (bytes, rng, headEnd) =>
    changed(bytes, (copy) => {
      copy[place(bytes, rng, headEnd)] ^= 1 << rng.integer(8);
    }),
  // Set one byte to a limit, or change it by one: lengths slightly or far off.
  (bytes, rng, headEnd) =>
    changed(bytes, (copy) => {
      const at = place(bytes, rng, headEnd);
      copy[at] = rng.uniform() < 0.5 ? EDGES[rng.integer(EDGES.length)] : copy[at] + (rng.uniform() < 0.5 ? 1 : 255);
    }),
  // Overwrite up to 12 bytes with the largest values: long varints, huge counts, NaN weights.
  (bytes, rng, headEnd) =>
    changed(bytes, (copy) => {
      const at = place(bytes, rng, headEnd);
      copy.fill(0xff, at, at + 1 + rng.integer(12));
    }),
  // Truncate.
  (bytes, rng) => bytes.slice(0, rng.integer(bytes.length + 1)),
  // Remove a piece.
  (bytes, rng, headEnd) => {
    const at = place(bytes, rng, headEnd);
    return joinBytes([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + rng.integer(64)))]);
  },
  // Insert a copy of a piece elsewhere.
  (bytes, rng, headEnd) => {
    const from = place(bytes, rng, headEnd);
    const at = place(bytes, rng, headEnd);
    const piece = bytes.subarray(from, from + 1 + rng.integer(256));
    return joinBytes([bytes.subarray(0, at), piece, bytes.subarray(at)]);
  },
  // Swap two pieces of equal length: names and numbers in each other's place.
  (bytes, rng, headEnd) =>
    changed(bytes, (copy) => {
      const [a, b] = [place(bytes, rng, headEnd), place(bytes, rng, headEnd)];
      const length = Math.min(1 + rng.integer(32), bytes.length - Math.max(a, b));
      copy.set(bytes.subarray(a, a + length), b);
      copy.set(bytes.subarray(b, b + length), a);
    }),
];

/**
 * A corrupted copy of a file: one to three bit flips, limit bytes, cuts, splices or swaps. Half of them hit the first
 * `headEnd` bytes.
 */
export function mutate(bytes: Uint8Array, rng: Rng, headEnd = 4096): Uint8Array {
  let result = bytes;
  for (let i = rng.integer(3); i >= 0; i--) result = MUTATIONS[rng.integer(MUTATIONS.length)](result, rng, headEnd);
  return result;
}

/** Outcomes of the corrupted files. */
export interface FuzzReport {
  readonly runs: number;
  /** Files that were still read into a network. */
  read: number;
  /** Files read with unsupported parts, or without a network. */
  unsupported: number;
  /** Count of each error, without names and numbers. */
  readonly errors: Map<string, number>;
  /** The slowest file, in milliseconds. */
  worstMs: number;
}

/** Time limit per corrupted file, in milliseconds. */
const SLOWEST_MS = 60_000;

/** Length limit of the sentence that states the problem. */
const LONGEST = 4000;

/**
 * Reads `runs` corrupted copies of bytes. A failure names the seed and the run, for repeating.
 * @returns how many were still read.
 * @throws Error for an error outside the `expected` classes, without a message or with too long a one, or for more than
 * five seconds.
 */
export async function fuzzBytes(
  read: (bytes: Uint8Array<ArrayBuffer>) => unknown,
  bytes: Uint8Array,
  expected: readonly (abstract new (...values: never[]) => Error)[],
  { runs = FUZZ_RUNS, seed = 1, headEnd = 4096 } = {},
): Promise<number> {
  let whole = 0;
  // Slices of Node's Buffer would be views of the file itself.
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
 * Reads `runs` copies of `files`, one file corrupted at a time. A failure names the seed and the run, for repeating.
 * @throws Error for any error but an `ImportError`, a missing sentence, an invalid network, or a file that takes more
 * than a minute.
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
