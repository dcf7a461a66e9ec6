// Cholesky factors of symmetric positive definite matrices in float64, and solvers that use them. Symmetric and triangular
// matrices are packed: the rows of the lower triangle one after another, entry (i, j <= i) at i (i + 1) / 2 + j, so that
// a new row is appended at the end.

/** A = L L^T. */
export interface Cholesky {
  /** Rows of A. */
  readonly size: number;
  /** L, packed. */
  readonly lower: Float64Array;
  /** Amount added to the diagonal of A for the factorization to succeed; usually 0. */
  readonly jitter: number;
}

/** Jitters to try in turn, relative to the mean of the diagonal (as in GPyTorch's `psd_safe_cholesky`). */
const JITTERS = [0, 1e-8, 1e-7, 1e-6];

/** Index at which row `i` of a packed matrix starts. */
export const packedRow = (i: number): number => (i * (i + 1)) / 2;

/** Packed symmetric matrix of `size` rows from its lower entries. */
export function packSymmetric(size: number, entry: (i: number, j: number) => number): Float64Array {
  const packed = new Float64Array(packedRow(size));
  for (let i = 0, at = 0; i < size; i++) for (let j = 0; j <= i; j++) packed[at++] = entry(i, j);
  return packed;
}

/** Sum of `a[i + k] * b[j + k]` for k < count, in four accumulators: a single one would wait for each addition. */
function dotAt(a: Float64Array, i: number, b: Float64Array, j: number, count: number): number {
  let s = 0;
  let t = 0;
  let u = 0;
  let v = 0;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    s += a[i + k] * b[j + k];
    t += a[i + k + 1] * b[j + k + 1];
    u += a[i + k + 2] * b[j + k + 2];
    v += a[i + k + 3] * b[j + k + 3];
  }
  for (; k < count; k++) s += a[i + k] * b[j + k];
  return s + t + (u + v);
}

/** Dot product of two vectors of equal length. */
export const dot = (a: Float64Array, b: Float64Array): number => dotAt(a, 0, b, 0, a.length);

function factorize(packed: Float64Array, size: number, jitter: number): Float64Array | null {
  const lower = new Float64Array(packed.length);
  for (let i = 0; i < size; i++) {
    const row = packedRow(i);
    for (let j = 0; j <= i; j++) {
      const other = packedRow(j);
      const rest = packed[row + j] + (i === j ? jitter : 0) - dotAt(lower, row, lower, other, j);
      if (i !== j) lower[row + j] = rest / lower[other + j];
      else if (rest > 0) lower[row + j] = Math.sqrt(rest);
      else return null;
    }
  }
  return lower;
}

/**
 * Factors a packed symmetric matrix. If a pivot is not positive, it retries with 1e-8, 1e-7 and 1e-6 times the mean
 * diagonal added.
 * @throws RangeError for non-finite entries, or when the largest jitter is not enough.
 */
export function cholesky(packed: Float64Array, size: number): Cholesky {
  if (packed.length !== packedRow(size))
    throw new RangeError(`A packed matrix of ${size} rows has ${packedRow(size)} numbers; got ${packed.length}.`);
  const wrong = packed.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new RangeError(`The matrix has ${packed[wrong]} at packed position ${wrong}; all must be finite.`);
  let trace = 0;
  for (let i = 0; i < size; i++) trace += packed[packedRow(i) + i];
  for (const part of JITTERS) {
    const jitter = (part * trace) / Math.max(1, size);
    const lower = factorize(packed, size, jitter);
    if (lower !== null) return { size, lower, jitter };
  }
  throw new RangeError(
    `The ${size} x ${size} matrix is not positive definite, even with 1e-6 of its mean diagonal (${trace / size}) added; ` +
      'check its symmetry, or add noise.',
  );
}

/**
 * Factor of A extended by one row and column, in O(n^2). `row` is A's new last row, `size + 1` numbers. A pivot lost to
 * rounding gets the same jitters as in `cholesky`, relative to the new diagonal entry.
 * @throws RangeError when the largest jitter is not enough.
 */
export function appendRow({ size, lower, jitter }: Cholesky, row: ArrayLike<number>): Cholesky {
  if (row.length !== size + 1) throw new RangeError(`The new row needs ${size + 1} numbers; got ${row.length}.`);
  const next = new Float64Array(packedRow(size + 1));
  next.set(lower);
  const solved = solveLower(
    { size, lower, jitter },
    Float64Array.from({ length: size }, (_, i) => row[i]),
  );
  let rest = row[size] + jitter;
  for (const value of solved) rest -= value * value;
  const added = JITTERS.find((part) => rest + part * row[size] > 0);
  if (added === undefined)
    throw new RangeError(`Row ${size} leaves the pivot ${rest}: the longer matrix is not positive definite.`);
  next.set(solved, packedRow(size));
  next[packedRow(size) + size] = Math.sqrt(rest + added * row[size]);
  return { size: size + 1, lower: next, jitter: Math.max(jitter, added * row[size]) };
}

/** Solves L x = b in place and returns it. */
export function solveLower({ size, lower }: Cholesky, b: Float64Array): Float64Array {
  for (let i = 0; i < size; i++) {
    const row = packedRow(i);
    b[i] = (b[i] - dotAt(lower, row, b, 0, i)) / lower[row + i];
  }
  return b;
}

/** Solves L^T x = b in place and returns it. */
export function solveUpper({ size, lower }: Cholesky, b: Float64Array): Float64Array {
  for (let i = size - 1; i >= 0; i--) {
    const row = packedRow(i);
    b[i] /= lower[row + i];
    for (let j = 0; j < i; j++) b[j] -= lower[row + j] * b[i];
  }
  return b;
}

/** ln |A|. */
export function logDeterminant({ size, lower }: Cholesky): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += Math.log(lower[packedRow(i) + i]);
  return 2 * sum;
}

/** Writes column `j` of L^-1 into `column` from the diagonal down; entries above it are not touched. */
function inverseColumn({ size, lower }: Cholesky, j: number, column: Float64Array): Float64Array {
  column[j] = 1 / lower[packedRow(j) + j];
  for (let i = j + 1; i < size; i++) {
    const row = packedRow(i);
    column[i] = -dotAt(lower, row + j, column, j, i - j) / lower[row + i];
  }
  return column;
}

/** The inverse of A, packed: dot products of the columns of L^-1. */
export function inverse(factor: Cholesky): Float64Array {
  const { size } = factor;
  const columns = Array.from({ length: size }, (_, j) => inverseColumn(factor, j, new Float64Array(size)));
  return packSymmetric(size, (i, j) => dotAt(columns[i], i, columns[j], i, size - i));
}

/** The diagonal of the inverse of A, in half the time of the whole inverse. */
export function inverseDiagonal(factor: Cholesky): Float64Array {
  const { size } = factor;
  const column = new Float64Array(size);
  return new Float64Array(size).map((_, j) => {
    inverseColumn(factor, j, column);
    return dotAt(column, j, column, j, size - j);
  });
}
