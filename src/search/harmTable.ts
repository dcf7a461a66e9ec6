// The table that a method leaves behind: what each choice of each layer is thought to harm. With it, any other limit is
// answered at once, without another search (allocation/byTable.ts). Plain data, kept with the run.
import type { BitWidth } from '../graph/policy';

/** Harms by layer and choice, in a unit of the method's own; they add up over the layers. */
export interface HarmTable {
  /** What the numbers are, e.g. "increase of cross-entropy (nats)". */
  readonly label: string;
  readonly layers: readonly {
    readonly id: string;
    readonly choices: readonly (readonly [weights: BitWidth, activations: BitWidth, harm: number])[];
  }[];
}
