// The table that a method returns: the estimated harm of each choice of each layer. It answers other limits without another
// search (allocation/byTable.ts). Plain data, stored with the run.
import type { BitWidth } from '../graph/policy';

/** Harms by layer and choice, in the method's own unit; harms add up over the layers. */
export interface HarmTable {
  /** The quantity, e.g. "increase of cross-entropy (nats)". */
  readonly label: string;
  readonly layers: readonly {
    readonly id: string;
    readonly choices: readonly (readonly [weights: BitWidth, activations: BitWidth, harm: number])[];
  }[];
}
