// Laws of the evenly spaced quantizers, at every bit width. They hold for groups of float32 numbers whose grid is wide
// enough for float32 to distinguish its levels; extremes have their own tests below.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from '../math/law.testing';
import { activationGrid, affine, affineGrid } from './affine';
import { symmetric, symmetricGrid } from './symmetric';
import { decode, encode, fakeQuantize, inverseScale, straightThrough, type UniformGrid } from './uniformGrid';

const EPSILON = 2 ** -23;
const float = fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(-1e6), max: Math.fround(1e6) });
/** Numbers that are not nearly equal: the levels differ by more than float32's rounding. */
const group = fc
  .array(float, { minLength: 2, maxLength: 40 })
  .map((values) => Float32Array.from(values))
  .filter((x) => Math.max(...x) - Math.min(...x) > Math.max(...x.map(Math.abs)) / 64 + 1e-20);
const bitWidth = fc.integer({ min: 1, max: 8 });

function levels(grid: UniformGrid): Float32Array {
  return Float32Array.from({ length: grid.maxCode - grid.minCode + 1 }, (_, k) => decode(grid.minCode + k, grid));
}

/** Tolerance for a grid's float32 arithmetic: a few units in the last place of its largest number. */
function slack(grid: UniformGrid): number {
  const all = levels(grid);
  return 4 * EPSILON * Math.max(Math.abs(all[0]), Math.abs(all[all.length - 1]), grid.scale);
}

describe.each([affine, symmetric])('$label', (quantizer) => {
  test('every code is a fixed point', () => {
    law([group, bitWidth], (x, bits) => {
      const grid = quantizer.init(x, { bits });
      for (let code = grid.minCode; code <= grid.maxCode; code++) expect(encode(decode(code, grid), grid)).toBe(code);
      expect(quantizer.forward(levels(grid), grid, { bits })).toEqual(levels(grid));
    });
  });

  test('has at most 2^bits levels, including zero if they are symmetric', () => {
    law([group, bitWidth], (x, bits) => {
      const grid = quantizer.init(x, { bits });
      expect(grid.maxCode - grid.minCode + 1).toBe(
        quantizer.id === 'symmetric' && bits > 1 ? 2 ** bits - 1 : 2 ** bits,
      );
      if (quantizer.id === 'symmetric' && bits > 1) expect(decode(0, grid)).toBe(0);
    });
  });

  test('is idempotent and monotone, and gives levels of its grid', () => {
    law([group, bitWidth], (x, bits) => {
      const grid = quantizer.init(x, { bits });
      const y = quantizer.forward(x, grid, { bits });
      expect(quantizer.forward(y, grid, { bits })).toEqual(y);
      const allowed = new Set(levels(grid));
      for (const v of y) expect(allowed.has(v)).toBe(true);
      const sorted = quantizer.forward(x.slice().sort(), grid, { bits });
      expect(sorted).toEqual(sorted.slice().sort());
    });
  });

  test('stays within the range of its numbers', () => {
    law([group, bitWidth], (x, bits) => {
      const grid = quantizer.init(x, { bits });
      const symmetricLimit = Math.max(...x.map(Math.abs));
      const [min, max] =
        quantizer.id === 'affine' ? [Math.min(...x), Math.max(...x)] : [-symmetricLimit, symmetricLimit];
      for (const v of quantizer.forward(x, grid, { bits })) {
        expect(v).toBeGreaterThanOrEqual(min - slack(grid));
        expect(v).toBeLessThanOrEqual(max + slack(grid));
      }
    });
  });

  test('errors are at most half a step inside its range, and the level is the nearest', () => {
    law([group, bitWidth], (x, bits) => {
      const grid = quantizer.init(x, { bits });
      const all = levels(grid);
      const y = quantizer.forward(x, grid, { bits });
      x.forEach((v, i) => {
        const nearest = Math.min(...all.map((level) => Math.abs(level - v)));
        expect(Math.abs(y[i] - v)).toBeLessThanOrEqual(nearest + slack(grid));
        if (v >= all[0] && v <= all[all.length - 1])
          expect(Math.abs(y[i] - v)).toBeLessThanOrEqual(grid.scale / 2 + slack(grid));
      });
    });
  });

  test('keeps NaN', () => {
    const x = Float32Array.of(-1, Number.NaN, 0.3, 1);
    for (let bits = 1; bits <= 8; bits++) {
      const y = quantizer.forward(x, quantizer.init(Float32Array.of(-1, 1), { bits }), { bits });
      expect([...y].map(Number.isNaN)).toEqual([false, true, false, false]);
    }
  });

  test.each([
    ['empty', []],
    ['zero', [0, 0, 0]],
    ['constant', [0.7, 0.7]],
    ['negative constant', [-3, -3]],
    ['one number', [1e-3]],
    ['denormal', [1e-45, 3e-42, -7e-45]],
    ['barely normal', [1.2e-38, -1.2e-38, 0]],
    ['huge', [1e38, -1e38, 0]],
    ['as large as float32 goes', [3.4028234663852886e38, -3.4028234663852886e38, 1]],
    ['close together', [1e8, 1e8 + 8]],
    ['far apart', [1e30, 1e-30]],
  ])('gives finite numbers for %s input', (_, values) => {
    const x = Float32Array.from(values);
    for (let bits = 1; bits <= 8; bits++) {
      const grid = quantizer.init(x, { bits });
      expect([grid.scale, grid.offset, inverseScale(grid.scale)].every(Number.isFinite)).toBe(true);
      const y = quantizer.forward(x, grid, { bits });
      expect(y).toHaveLength(x.length);
      expect([...y, ...levels(grid)].every(Number.isFinite)).toBe(true);
      expect([...quantizer.backward(x, x, grid, { bits }).dx].every(Number.isFinite)).toBe(true);
    }
  });

  test('an empty or zero group has zero on its grid', () => {
    for (const x of [new Float32Array(0), new Float32Array(5)])
      for (let bits = 1; bits <= 8; bits++) {
        const grid = quantizer.init(x, { bits });
        expect(quantizer.forward(Float32Array.of(0), grid, { bits })).toEqual(Float32Array.of(0));
      }
  });
});

test('a constant group keeps its number exactly under the affine quantizer', () => {
  law([float, bitWidth], (v, bits) => {
    const x = Float32Array.of(v, v);
    expect([...affine.forward(x, affine.init(x, { bits }), { bits })].every((y) => y === v)).toBe(true);
  });
});

describe('straightThrough', () => {
  const grids = fc
    .tuple(group, bitWidth, fc.boolean())
    .map(([x, bits, mirrored]) =>
      mirrored ? symmetricGrid(Math.max(...x.map(Math.abs)), bits) : affine.init(x, { bits }),
    );

  test('passes the gradient inside the grid and stops it outside', () => {
    law([grids, fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { minLength: 1 })], (grid, places) => {
      const [low, high] = [decode(grid.minCode, grid), decode(grid.maxCode, grid)];
      // From one range below the grid to one above it, but not within a rounding error of the outermost ties.
      const x = Float32Array.from(places, (p) => low + p * (high - low));
      const dy = Float32Array.from(places, (_, i) => i + 1);
      const dx = straightThrough(x, dy, grid);
      x.forEach((v, i) => {
        const distance = Math.max(low - v, v - high);
        if (Math.abs(distance - grid.scale / 2) < slack(grid)) return;
        expect(dx[i]).toBe(distance < grid.scale / 2 ? dy[i] : 0);
      });
    });
  });

  test('equals finite differences of the surrogate: identity inside the grid, constant outside', () => {
    law([grids, fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { minLength: 1 })], (grid, places) => {
      const low = grid.offset + (grid.minCode - 0.5) * grid.scale;
      const high = grid.offset + (grid.maxCode + 0.5) * grid.scale;
      const surrogate = (v: number) => Math.min(high, Math.max(low, v));
      const h = 1e-3 * grid.scale;
      const x = Float32Array.from(places, (p) => low + p * (high - low));
      const dx = straightThrough(
        x,
        x.map(() => 1),
        grid,
      );
      x.forEach((v, i) => {
        if (Math.min(Math.abs(v - low), Math.abs(v - high)) <= h + slack(grid)) return; // a kink
        expect((surrogate(v + h) - surrogate(v - h)) / (2 * h)).toBeCloseTo(dx[i], 5);
      });
    });
  });

  test('a NaN gets no gradient', () => {
    expect(straightThrough(Float32Array.of(Number.NaN), Float32Array.of(1), affineGrid(0, 1, 2))).toEqual(
      Float32Array.of(0),
    );
  });

  test('binary symmetric weights keep the gradient everywhere', () => {
    const x = Float32Array.of(-100, 0, 100);
    const dy = Float32Array.of(1, 2, 3);
    expect(symmetric.backward(x, dy, symmetricGrid(1, 1), { bits: 1 }).dx).toEqual(dy);
    expect(symmetric.backward(x, dy, symmetricGrid(1, 2), { bits: 2 }).dx).toEqual(Float32Array.of(0, 2, 0));
  });
});

describe('activationGrid', () => {
  const range = fc.tuple(float, float).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  const bits = fc.integer({ min: 2, max: 8 });

  test('represents zero exactly', () => {
    law([range, bits], ([min, max], width) => {
      const [zero] = fakeQuantize(Float32Array.of(0), activationGrid(min, max, width));
      expect(zero === 0).toBe(true);
    });
  });

  test('after a ReLU it starts at zero', () => {
    law([fc.float({ min: 0, max: Math.fround(1e6), noNaN: true }), bits], (max, width) => {
      const grid = activationGrid(0, max, width);
      expect(grid.offset).toBe(0);
      expect(grid.maxCode).toBe(2 ** width - 1);
      expect(decode(grid.maxCode, grid)).toBeCloseTo(max, -Math.log10(max * 1e-6 + 1e-30));
    });
  });

  test('covers its range to half a step', () => {
    law([range, bits], ([min, max], width) => {
      const grid = activationGrid(min, max, width);
      const reach = grid.scale / 2 + slack(grid) + 4e-36; // subnormal steps are 0
      expect(decode(grid.minCode, grid) - Math.min(0, min)).toBeLessThanOrEqual(reach);
      expect(Math.max(0, max) - decode(grid.maxCode, grid)).toBeLessThanOrEqual(reach);
    });
  });

  test.each([
    [0, 0],
    [-1e-45, 1e-44],
    [-3e38, 3e38],
    [5, 5],
    [-2, -1],
  ])('gives finite numbers for [%d, %d]', (min, max) => {
    for (let width = 2; width <= 8; width++) {
      const y = fakeQuantize(Float32Array.of(min, 0, max), activationGrid(min, max, width));
      expect([...y].every(Number.isFinite)).toBe(true);
      expect(y[1] === 0).toBe(true);
    }
  });
});
