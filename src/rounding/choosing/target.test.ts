import { expect, test } from 'vitest';
import { packSymmetric } from '../../math/cholesky';
import { createRng } from '../../math/rng';
import { seenBy } from './chooseKernel';
import { damped, weightedErrors } from './moments';
import { targetKernel } from './target';

const [rows, channels] = [4, 2];
const rng = createRng(3);
const kernel = Float32Array.from({ length: rows * channels }, () => rng.normal());
const products = Float64Array.from({ length: rows * channels }, () => rng.normal());
const matrixOf = () => {
  const columns = Array.from({ length: 9 }, () => Array.from({ length: rows }, () => rng.normal()));
  return packSymmetric(rows, (i, j) => columns.reduce((sum, x) => sum + (x[i] * x[j]) / 9, 0));
};

test.each([1, channels])('is the least of the damped squared error, with %i matrices', (count) => {
  const matrices = Array.from({ length: count }, matrixOf);
  const layout = { channels, inputs: count === 1 ? rows : 1 };
  const target = targetKernel(kernel, products, seenBy({ rows, matrices }), layout);
  const by = { rows, matrices: matrices.map((matrix) => damped(matrix, rows)) };
  /** `E|r - d x|^2 - E|r|^2` of each channel for a change d, plus damping. */
  const errorsOf = (values: Float32Array) => {
    const change = values.map((v, i) => v - kernel[i]);
    const errors = weightedErrors(change, by, layout);
    change.forEach((d, i) => {
      errors[i % channels] -= 2 * d * products[i];
    });
    return errors;
  };
  const least = errorsOf(target);
  expect(Math.max(...least)).toBeLessThan(0);
  for (let i = 0; i < target.length; i++)
    for (const by of [-0.01, 0.01]) {
      const moved = errorsOf(target.with(i, target[i] + by));
      expect(moved[i % channels]).toBeGreaterThan(least[i % channels]);
    }
});
