// What the page calls the parts that a link can hide.
import type { Hideable } from '../../store/state/shared';
import { names } from '../../words/en/names';
import { page } from '../../words/en/page';
import { sharing } from '../../words/en/sharing';

/** The name of a part, as in a list. */
export function partInWords(part: Hideable): string {
  if (part === 'table' || part === 'sensitivity') return page.view[part];
  if (part === 'layer' || part === 'train' || part === 'search') return names[part];
  return sharing.parts[part];
}
