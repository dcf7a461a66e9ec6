// Test matchers. tfjs' own `expectArraysClose` accepts any two non-finite numbers as equal; these do not.
import { expect } from 'vitest';

interface Tolerance {
  readonly rtol?: number;
  readonly atol?: number;
}

interface CustomMatchers {
  /** Element by element |a - b| <= atol + rtol |b|; NaN equals only NaN, an infinity only itself. Reports the worst index. */
  toBeAllClose(expected: ArrayLike<number>, tolerance?: Tolerance): void;
}

declare module 'vitest' {
  interface Matchers extends CustomMatchers {}
}

expect.extend({
  toBeAllClose(received: ArrayLike<number>, expected: ArrayLike<number>, { rtol = 1e-6, atol = 1e-6 }: Tolerance = {}) {
    if (received.length !== expected.length)
      return { pass: false, message: () => `expected ${expected.length} elements, received ${received.length}` };
    let worst = -1;
    let excess = 0;
    for (let i = 0; i < expected.length; i++) {
      const a = received[i];
      const b = expected[i];
      if (Object.is(a, b) || a === b) continue;
      const over = Math.abs(a - b) - (atol + rtol * Math.abs(b));
      if (!(over <= 0) && !(over <= excess && worst >= 0)) {
        worst = i;
        excess = Number.isNaN(over) ? Number.POSITIVE_INFINITY : over;
      }
    }
    return {
      pass: worst < 0,
      message: () =>
        worst < 0
          ? 'expected the arrays to differ'
          : `worst at index ${worst}: received ${received[worst]}, expected ${expected[worst]}`,
    };
  },
});
