import { expect, test } from 'vitest';
import { createRng } from '../math/rng';
import golden from './fixtures/lsqPlus.json';
import { gridGradientScale, learnedGridGradient } from './learnedGrid';
import { fakeQuantize, type UniformGrid } from './uniformGrid';

test.each(golden.cases)('equals LSQ+ in PyTorch ($quantizer, $bits bits)', (c) => {
  const last = c.quantizer === 'affine' ? 2 ** c.bits - 1 : 2 ** (c.bits - 1) - 1;
  const grid = {
    scale: Math.fround(c.scale),
    offset: Math.fround(c.offset),
    minCode: c.quantizer === 'affine' ? 0 : -last,
    maxCode: last,
  };
  const x = Float32Array.from(c.x);
  expect(fakeQuantize(x, grid)).toBeAllClose(Float32Array.from(c.y), { rtol: 1e-5, atol: 1e-6 });
  const { dx, dp } = learnedGridGradient(x, Float32Array.from(c.dy), grid);
  expect(dx).toBeAllClose(Float32Array.from(c.dx), { rtol: 1e-6 });
  expect(dp.scale).toBeCloseTo(c.dscale, 4);
  expect(dp.offset).toBeCloseTo(c.doffset, 4);
});

test('is the slope of the levels where numbers are clipped, and of the straight-through value elsewhere', () => {
  const rng = createRng(5);
  const x = Float32Array.from({ length: 60 }, () => rng.normal());
  const dy = Float32Array.from({ length: 60 }, () => rng.normal());
  const grid: UniformGrid = { scale: 0.5, offset: -0.75, minCode: 0, maxCode: 3 };
  // The rounding is held as the constant that it adds to the ratio.
  const held = Array.from(x, (v) => Math.round((v - grid.offset) / grid.scale) - (v - grid.offset) / grid.scale);
  const at = (scale: number, offset: number) =>
    x.reduce((sum, v, i) => {
      const code = (v - offset) / scale + held[i];
      return (
        sum +
        dy[i] *
          (Math.min(3.5, Math.max(-0.5, code)) === code ? code * scale + offset : (code < 0 ? 0 : 3) * scale + offset)
      );
    }, 0);
  const h = 1e-5;
  const factor = gridGradientScale(60, 3);
  const { dp } = learnedGridGradient(x, dy, grid);
  expect(dp.scale / factor).toBeCloseTo((at(0.5 + h, -0.75) - at(0.5 - h, -0.75)) / (2 * h), 3);
  expect(dp.offset / factor).toBeCloseTo((at(0.5, -0.75 + h) - at(0.5, -0.75 - h)) / (2 * h), 3);
});
