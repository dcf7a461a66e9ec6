import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from '../math/law.testing';
import { condition } from './gp';
import { multiTask, multiTaskData, targets } from './gp.testing';
import { expectedMaximumGain, knowledgeGradient } from './knowledgeGradient';

describe('the knowledge gradient', () => {
  // Origin: scipy's adaptive quadrature over the observation, to 1e-7.
  test.each([
    [0, [4.802e-5, 0.13033973, 0.04708496]],
    [1, [0.00975558, 0.14825018, 0.08187216]],
    [2, [0.00973966, 0.27696372, 0.21859837]],
  ])('of observing task %d', (task, expected) => {
    const posterior = condition(multiTask, multiTaskData);
    const gains = targets(task).map((point) => knowledgeGradient(posterior, point, targets(2)));
    expect(gains).toBeAllClose(expected, { rtol: 0, atol: 1e-7 });
  });

  test('equals the integral over the maximum of lines', () => {
    const line = fc.tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.integer({ min: -3, max: 3 }));
    law(
      [fc.array(line, { minLength: 1, maxLength: 6 })],
      (lines) => {
        const [a, b] = [lines.map(([x]) => x), lines.map(([, x]) => x)];
        const h = 1e-3;
        let sum = 0;
        for (let z = -9; z < 9; z += h)
          sum += h * Math.exp((-z * z) / 2) * Math.max(...lines.map(([x, slope]) => x + slope * z));
        const expected = sum / Math.sqrt(2 * Math.PI) - Math.max(...a);
        expect([expectedMaximumGain(a, b)]).toBeAllClose([expected], { rtol: 0, atol: 1e-5 });
      },
      40,
    );
  });
});
