// Bit policies in lists and sentences.
import type { BitPolicy } from '../graph/policy';
import { type RoundedPart, widthsOf } from '../policy/edits';
import { units } from './en/units';

/** e.g. "uniform 4, activations 8", "float", "mixed 2 to 8, 2 layers skipped, activations float". */
export function configName(policy: BitPolicy): string {
  return units.config(widthsOf(policy));
}

/** The bits of a tensor that differ, of `layers` or of all, e.g. "3a 8→6, 3b 4→3". */
export function configSteps(
  before: BitPolicy,
  after: BitPolicy,
  layers: readonly string[] = Object.keys(after),
  tensor: RoundedPart = 'weights',
): string {
  const [from, to] = [before, after].map((policy) => (id: string) => units.bitsShort(policy[id][tensor]));
  return layers.flatMap((id) => (from(id) === to(id) ? [] : [`${id} ${from(id)}→${to(id)}`])).join(', ');
}
