// The choice of a run: the best policy that it measured. A policy that the method predicts to be better is kept beside
// the choice, marked as a prediction.
import { type BitPolicy, samePolicy } from '../graph/policy';
import { better, type SearchPoint, type SearchResult } from './method';

/** The policy of a run, and the reason for the choice. */
export interface Chosen extends SearchResult {
  /** The method's own choice, if it is another policy. */
  readonly believed?: { readonly policy: BitPolicy; readonly because: string };
}

/** True for usable policies: neither a control nor measured with shared weights, which are discarded. */
export function isUsable({ role, steps }: Pick<SearchPoint, 'role' | 'steps'>): boolean {
  return role === 'candidate' && steps !== 'shared';
}

/**
 * The best of `points` on the images of the search, with the method's reason; the method's own result if none is usable.
 */
export function choose(points: readonly SearchPoint[], own: SearchResult): Chosen {
  const usable = points.filter(isUsable);
  const best = usable.reduce<SearchPoint | undefined>(better, undefined);
  if (best === undefined) return { ...own, because: `${own.because} Nothing was measured to confirm it.` };
  if (samePolicy(best.policy, own.policy)) return own;
  const { policy, because, control, table } = own;
  const { value, n } = best.accuracy;
  return {
    policy: best.policy,
    because: `Best of ${usable.length} measured: ${(100 * value).toFixed(1)} % of ${n} validation images.`,
    believed: { policy, because },
    ...(control && { control }),
    ...(table && { table }),
  };
}
