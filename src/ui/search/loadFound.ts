// Loads what a run has chosen.
import { setSchemeAndPolicy } from '../../store/policy/scheme';
import type { SearchRun } from '../../store/state/searchRun';

/** Loads the chosen policy of a run, with the rounding that it was chosen for, in one undo step. */
export function loadFound({ chosen, setting }: SearchRun): void {
  if (chosen) setSchemeAndPolicy(setting.scheme, chosen.policy);
}
