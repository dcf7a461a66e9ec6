// What edits of the policy leave beside it: who pays for them, and bits that are set aside.
import type { BitPolicy, LayerBits } from '../../graph/policy';
import type { PayingRule } from '../../policy/paying';

export interface EditSlice {
  /** The policy before the current gesture; null between gestures. */
  readonly gestureStart: BitPolicy | null;
  /** Layers that pay for the current gesture under a budget that holds: their caps stay until it ends. */
  readonly payers: readonly string[];
  /** Bits that muted and skipped layers have when they are back. */
  readonly aside: Readonly<Record<string, LayerBits>>;
  /** Who pays for an edit under a budget that holds. */
  readonly payingRule: PayingRule;
}

/** No gesture, and nothing set aside. */
export const NO_EDIT = { gestureStart: null, payers: [], aside: {} } as const satisfies Partial<EditSlice>;
