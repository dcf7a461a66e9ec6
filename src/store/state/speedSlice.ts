// What this machine computes per second, as the view "Speed" measures it.
import type { Speed } from '../../engine/protocol/measuring';

export interface SpeedRun {
  readonly running: boolean;
  /** In the order in which they were measured. */
  readonly found: readonly Speed[];
  readonly problem: string | null;
}

export interface SpeedSlice {
  /** Null while the view is closed. */
  readonly speed: SpeedRun | null;
}

export const NOT_MEASURED: SpeedRun = { running: false, found: [], problem: null };
