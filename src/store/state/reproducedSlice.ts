// The published programs that are solved again, as the view "Reproduced" shows them.
import type { TimedPaper } from '../../engine/protocol/measuring';

export interface Reproduction {
  readonly running: boolean;
  /** In the order in which they were solved. */
  readonly found: readonly TimedPaper[];
  readonly problem: string | null;
}

export interface ReproducedSlice {
  /** Null while the view is closed. */
  readonly reproduced: Reproduction | null;
}

export const NOT_SOLVED: Reproduction = { running: false, found: [], problem: null };
