// The size budget as plain data; store/measure/budget.ts has its actions.

/**
 * Size that the model should not exceed: one value for plot, result, faders and searches. In `warn`, the page says what
 * exceeds it; in `hold`, edits of the policy keep to it.
 */
export interface SizeBudget {
  /** Bytes of the packed file, as `costsOf(…).memory`; positive and not necessarily whole. */
  readonly bytes: number;
  readonly mode: 'warn' | 'hold';
}
