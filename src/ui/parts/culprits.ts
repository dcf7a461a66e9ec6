// Which layers flipped an image, from what each of them restores when it alone is in float again.
import { attributionOf } from '../../store/inspect/attribution';
import type { ImageAttribution } from '../../store/state/images';
import { why } from '../../words/en/why';
import { useDesk } from './useDesk';

/** A layer, or a skipped branch, with what it restores: `share` in [0, 1] of all that is restored, `alone` if it suffices. */
export interface Culprit {
  readonly layers: readonly string[];
  readonly restored: number;
  readonly share: number;
  readonly alone: boolean;
}

/** Those that restore something, the most first. */
export function culpritsOf({ parts, restored, flipsBack }: ImageAttribution): Culprit[] {
  const total = restored.reduce((sum, value) => sum + Math.max(0, value), 0);
  return parts
    .map((layers, i) => ({
      layers,
      restored: restored[i],
      share: total > 0 ? Math.max(0, restored[i]) / total : 0,
      alone: flipsBack[i] === 1,
    }))
    .filter(({ restored }) => restored > 0)
    .sort((a, b) => b.restored - a.restored);
}

/** Share from which one or two layers are named as the cause. */
const MOSTLY = 0.5;

/** The one or two culprits that account for most of what is restored; empty if it takes more. */
export function mainCulprits(culprits: readonly Culprit[]): readonly Culprit[] {
  const [first, second] = culprits;
  if (first === undefined) return [];
  if (first.share >= MOSTLY) return [first];
  return second !== undefined && first.share + second.share >= MOSTLY ? [first, second] : [];
}

/** The layers that did most of it, in a few words; empty before they are known. */
export function useMainCulprits(image: number): string {
  return useDesk((state) => {
    const attribution = attributionOf(state, image);
    if (attribution === undefined) return '';
    const main = mainCulprits(culpritsOf(attribution));
    return main.length === 0 ? why.many : why.mostly(main.map(({ layers }) => layers.join(' + ')));
  });
}
