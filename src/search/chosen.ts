// What a run chooses: of the policies that it has measured the best. What its method believes to be better is kept beside it
// as what it is, a belief.
import type { BitPolicy } from '../graph/policy';
import { better, type SearchPoint, type SearchResult } from './method';

/** The policy of a run, and how it came to it. */
export interface Chosen extends SearchResult {
  /** What the method itself would have taken, where that is another policy. */
  readonly believed?: { readonly policy: BitPolicy; readonly because: string };
}

/** True for what a person could use: no control, and not measured with weights that other widths share, which are gone. */
export function isUsable({ role, steps }: Pick<SearchPoint, 'role' | 'steps'>): boolean {
  return role === 'candidate' && steps !== 'shared';
}

const same = (a: BitPolicy, b: BitPolicy) => JSON.stringify(a) === JSON.stringify(b);

/** The best of `points` on the images of the search, with what the method says of it; its own result where none is usable. */
export function choose(points: readonly SearchPoint[], own: SearchResult): Chosen {
  const usable = points.filter(isUsable);
  const best = usable.reduce<SearchPoint | undefined>(better, undefined);
  if (best === undefined) return { ...own, because: `${own.because} Nothing was measured to confirm it.` };
  if (same(best.policy, own.policy)) return own;
  const { policy, because, control, table } = own;
  const { value, n } = best.accuracy;
  return {
    policy: best.policy,
    because: `It measured best of ${usable.length}: ${(100 * value).toFixed(1)} % of ${n} search images.`,
    believed: { policy, because },
    ...(control && { control }),
    ...(table && { table }),
  };
}
