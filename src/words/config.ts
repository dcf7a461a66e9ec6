// The name of a bit policy in lists and sentences.
import type { BitPolicy } from '../graph/policy';
import { widthsOf } from '../policy/edits';
import { units } from './en/units';

/** e.g. "uniform 4, activations 8", "float", "mixed 2 to 8, 2 layers skipped, activations float". */
export function configName(policy: BitPolicy): string {
  return units.config(widthsOf(policy));
}
