import { expect, test } from 'vitest';
import golden from './fixtures/lsqPlusActivations.json';
import { lsqPlus, lsqPlusGrid } from './lsqPlus';
import { zeroPoint } from './uniformGrid';

test.each(golden.cases)('equals PyTorch at $bits bits, offset $offset', ({ bits, scale, offset, ...c }) => {
  const params = { scale: Math.fround(scale), offset: Math.fround(offset) };
  const x = Float32Array.from(c.x);
  expect(lsqPlus.forward(x, params, { bits })).toBeAllClose(Float32Array.from(c.y), { rtol: 1e-5, atol: 1e-6 });
  const { dx, dp } = lsqPlus.backward(x, Float32Array.from(c.dy), params, { bits });
  expect(dx).toBeAllClose(Float32Array.from(c.dx), { rtol: 1e-6 });
  expect(dp?.scale).toBeCloseTo(c.dscale, 4);
  expect(dp?.offset).toBeCloseTo(c.doffset, 4);
});

test('zero is a level, and levels below it come with the offset', () => {
  for (const offset of [-2, -0.31, -0.04, 0, 0.2])
    for (const bits of [2, 4, 8]) {
      const grid = lsqPlusGrid({ scale: 0.1, offset }, bits);
      expect(zeroPoint(grid)).toBeGreaterThanOrEqual(0);
      expect(lsqPlus.forward(Float32Array.of(0), { scale: 0.1, offset }, { bits })).toEqual(Float32Array.of(0));
    }
  expect(lsqPlusGrid({ scale: 0.1, offset: -0.31 }, 4).offset).toBeCloseTo(-0.3, 6);
  expect(lsqPlusGrid({ scale: 0, offset: -1 }, 4)).toMatchObject({ scale: 0, offset: 0 });
});

test('starts with the levels of the uniform quantizer', () => {
  const x = Float32Array.of(-0.5, 0.2, 1.3, 0.9);
  const { scale, offset } = lsqPlus.init(x, { bits: 3 });
  expect(lsqPlusGrid({ scale, offset }, 3)).toMatchObject({ scale, offset });
});
