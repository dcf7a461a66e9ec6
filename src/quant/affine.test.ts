import { expect, test } from 'vitest';
import { affine } from './affine';
import { symmetric } from './symmetric';
import { encode } from './uniformGrid';

// MetaQuantNet (arXiv 2004.11506), eq. 2-5, evaluated in double precision by NumPy:
// alpha * rint((2^q - 1) (W - beta) / alpha) / (2^q - 1) + beta.
const weights = Float32Array.of(-0.4, -0.1, 0, 0.25, 0.6);

test.each([
  [1, [-0.4, -0.4, -0.4, 0.6, 0.6]],
  [2, [-0.4, -0.0666667, -0.0666667, 0.2666667, 0.6]],
  [3, [-0.4, -0.1142857, 0.0285714, 0.3142857, 0.6]],
  [8, [-0.4, -0.0980392, 0, 0.2509804, 0.6]],
])('MetaQuantNet at %d bits', (bits, expected) => {
  const grid = affine.init(weights, { bits });
  const y = affine.forward(weights, grid, { bits });
  // At 8 bits, -0.1 lies halfway between two levels, at code 76.5: in float32 just below, in double just above.
  if (bits === 8) expect([76, 77].map((code) => Math.fround(code / 255 - 0.4))).toContainEqual(expect.closeTo(y[1], 6));
  const untied = (_: number, i: number) => bits !== 8 || i !== 1;
  expect(y.filter(untied)).toBeAllClose(expected.filter(untied), { atol: 1e-7 });
});

// The factor gamma = <w, y> / <y, y> that fits these values best, by which MetaQuantNet multiplies them (it predicts
// the factor).
test.each([
  [1, 0.5916667],
  [2, 0.9888889],
  [3, 0.9641935],
  [8, 0.9999092],
])('the least-squares factor of MetaQuantNet’s values at %d bits', (bits, gamma) => {
  const y = affine.forward(weights, affine.init(weights, { bits }), { bits });
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i], 0);
  // At 8 bits the tie at -0.1 (above) may go to the other level.
  expect(dot(weights, y) / dot(y, y)).toBeCloseTo(gamma, bits === 8 ? 2 : 6);
});

// numpy.rint(v / (max|v| / (2^(b-1) - 1))), the codes of ONNX's QuantizeLinear with zero point 0 and narrow range.
const v = Float32Array.of(-1.3, -0.62, -0.21, -0.04, 0, 0.13, 0.37, 0.58, 0.91, 1.7);

test.each([
  [2, [-1, 0, 0, 0, 0, 0, 0, 0, 1, 1]],
  [3, [-2, -1, 0, 0, 0, 0, 1, 1, 2, 3]],
  [4, [-5, -3, -1, 0, 0, 1, 2, 2, 4, 7]],
  [8, [-97, -46, -16, -3, 0, 10, 28, 43, 68, 127]],
])('symmetric codes at %d bits', (bits, codes) => {
  const grid = symmetric.init(v, { bits });
  expect([...v].map((x) => encode(x, grid))).toEqual(codes);
});

test('binary symmetric weights are plus or minus the mean magnitude (XNOR-Net)', () => {
  const grid = symmetric.init(v, { bits: 1 });
  // mean |v| = 0.586; a zero may go either way, because XNOR-Net does not state sign(0).
  const y = symmetric.forward(v, grid, { bits: 1 }).filter((_, i) => v[i] !== 0);
  expect(y).toBeAllClose(
    [-1, -1, -1, -1, 1, 1, 1, 1, 1].map((s) => s * 0.586),
    { atol: 1e-6 },
  );
});
