// Pinned policies as plain data; store/policy/pins.ts has the actions.
import type { Flips } from '../../engine/protocol/measuring';
import type { BitPolicy } from '../../graph/policy';
import type { Proportion } from '../../math/statistics';

/** Names of pins, in the order in which they are given. */
export const PIN_NAMES = ['A', 'B', 'C'] as const;
export type PinName = (typeof PIN_NAMES)[number];

/** A policy kept to be compared. */
export interface Pin {
  readonly name: PinName;
  readonly policy: BitPolicy;
  readonly measured?: PinnedMeasurement;
}

/** The part of a finished measurement that comparing needs, and the context that it belongs to. */
export interface PinnedMeasurement {
  readonly context: string;
  readonly accuracy: Proportion;
  readonly predictions: Uint8Array;
  readonly flips: Flips;
}
