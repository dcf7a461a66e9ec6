// The accuracy of the config on the faders as a board computes it; store/device/watching.ts measures it.
import { samePolicy } from '../../graph/policy';
import { contextOf } from '../measure/selectors';
import type { DeviceResult } from '../state/board';
import type { Desk } from '../state/desk';

/** The accuracy as computed by the chosen arithmetic; null where the page's is chosen, or none is known yet. */
export function deviceResult(state: Desk): DeviceResult | null {
  const { deviceResult: result, measuredAs, policy } = state;
  if (result === null || result.rounding !== measuredAs) return null;
  return result.context === contextOf(state) && samePolicy(result.policy, policy) ? result : null;
}
