// What a change of bits did to single images, against the float network.
import type { Flips } from '../../engine/protocol/measuring';
import { changes } from '../../words/en/changes';

/** `changed`: both are wrong, in different ways. */
export type FlipKind = 'lost' | 'gained' | 'changed';
export type FlipFilter = 'all' | 'lost' | 'gained';

/** One image that the float network and the policy see differently; classes and margins as in `Flips`. */
export interface Flip {
  readonly kind: FlipKind;
  readonly index: number;
  readonly label: number;
  readonly float: number;
  readonly now: number;
  readonly floatMargin: number;
  readonly margin: number;
}

const ORDER: readonly FlipKind[] = ['lost', 'gained', 'changed'];

/** Kind of change of one image: `label` is the truth. */
export function flipKind(label: number, float: number, now: number): FlipKind {
  if (float === label) return 'lost';
  return now === label ? 'gained' : 'changed';
}

/** The images that flipped: lost first, then gained, then changed; in each part those first of which the policy is surest. */
export function flipsOf(flips: Flips, filter: FlipFilter): Flip[] {
  const all = Array.from(flips.index, (index, i): Flip => {
    const [label, float, now] = [flips.label[i], flips.float[i], flips.now[i]];
    const [floatMargin, margin] = [flips.floatMargin[i], flips.margin[i]];
    return { kind: flipKind(label, float, now), index, label, float, now, floatMargin, margin };
  });
  return all
    .filter(({ kind }) => filter === 'all' || kind === filter)
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || b.margin - a.margin || a.index - b.index);
}

/** The first `count` images of a split, `length` long, that did not flip. */
export function unflipped(flips: Flips | undefined, count: number, length: number): number[] {
  const flipped = new Set(flips?.index);
  const found: number[] = [];
  for (let index = 0; index < length && found.length < count; index++) if (!flipped.has(index)) found.push(index);
  return found;
}

/** An image's change in words; a class is marked ✓ where it is the true one. */
export function flipInWords(flip: Flip, classes: readonly string[]): string {
  const name = (index: number) => classes[index] ?? String(index);
  const seen = (index: number, margin: number) => changes.predicted(name(index), index === flip.label, margin);
  return changes.flip(name(flip.label), flip.kind, seen(flip.float, flip.floatMargin), seen(flip.now, flip.margin));
}
