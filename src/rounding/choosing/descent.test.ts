import { expect, test } from 'vitest';
import { packSymmetric } from '../../math/cholesky';
import { createRng } from '../../math/rng';
import { sweep } from './descent';
import { roundPanel } from './errorFeedback';
import type { Levels } from './levels';
import { damped, factorOf, weightedErrors } from './moments';

const [rows, width, bits] = [5, 3, 2];
const layout = { channels: width, inputs: rows };

/** A panel of random weights, uneven levels and correlated inputs. */
function randomPanel(seed: number) {
  const rng = createRng(seed);
  const columns = Array.from({ length: 20 }, () => {
    const common = rng.normal();
    return Array.from({ length: rows }, () => Math.max(0, common + 0.5 * rng.normal()));
  });
  const moments = packSymmetric(rows, (i, j) => columns.reduce((sum, x) => sum + (x[i] * x[j]) / 20, 0));
  const levels: Levels[] = Array.from({ length: width }, () => ({
    values: Float64Array.from({ length: 2 ** bits }, () => rng.normal()).sort(),
    codes: Uint8Array.of(2, 0, 1, 3),
  }));
  const weights = Float32Array.from({ length: rows * width }, () => rng.normal());
  const panel = { width, weights, levels: (at: number) => levels[at % width] };
  const matrix = damped(moments, rows);
  const errorsOf = (codes: Uint8Array) =>
    weightedErrors(
      weights.map((w, at) => w - levels[at % width].values[levels[at % width].codes.indexOf(codes[at])]),
      { rows, matrices: [matrix] },
      layout,
    );
  return { panel, matrix, factor: factorOf(moments, rows), errorsOf };
}

test('sweeps end where no single code can be improved, nearer to the best of all roundings than error feedback', () => {
  const gaps = { feedback: 0, swept: 0 };
  for (let seed = 1; seed <= 20; seed++) {
    const { panel, matrix, factor, errorsOf } = randomPanel(seed);
    const start = roundPanel(panel, factor, true).codes;
    let codes = start;
    for (let i = 0; i < 20; i++) {
      const next = sweep(panel, codes, matrix);
      const before = errorsOf(codes);
      for (const [c, error] of errorsOf(next).entries()) expect(error).toBeLessThanOrEqual(before[c] + 1e-9);
      codes = next;
    }
    expect(sweep(panel, codes, matrix)).toEqual(codes);
    const errors = errorsOf(codes);
    for (let at = 0; at < codes.length; at++)
      for (let code = 0; code < 2 ** bits; code++) {
        const changed = codes.with(at, code);
        expect(errorsOf(changed)[at % width]).toBeGreaterThanOrEqual(errors[at % width] - 1e-6);
      }
    const least = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
    for (let all = 0; all < 2 ** (bits * rows); all++) {
      const same = Uint8Array.from({ length: rows * width }, (_, at) => (all >> (bits * Math.floor(at / width))) & 3);
      for (const [c, error] of errorsOf(same).entries()) least[c] = Math.min(least[c], error);
    }
    const fed = errorsOf(start);
    for (let c = 0; c < width; c++) {
      expect(errors[c]).toBeGreaterThanOrEqual(least[c] - 1e-9);
      gaps.feedback += fed[c] - least[c];
      gaps.swept += errors[c] - least[c];
    }
  }
  expect(gaps.swept).toBeLessThan(0.7 * gaps.feedback);
});
