// What a change of bits did to single images, against the float network.
import type { ExampleImage, Measurement } from '../../engine/protocol/measuring';

/** `waiting`: the policy has not seen this image yet. */
export type FlipKind = 'lost' | 'gained' | 'changed' | 'same' | 'waiting';

export interface Flip {
  readonly image: ExampleImage;
  readonly now: number | undefined;
  readonly kind: FlipKind;
}

/** Kind of change of one image: `label` is the truth. */
export function flipKind(label: number, float: number, now: number | undefined): FlipKind {
  if (now === undefined) return 'waiting';
  if (now === float) return 'same';
  if (float === label) return 'lost';
  return now === label ? 'gained' : 'changed';
}

/** All examples with their change, the changed ones first; within each part in the order of the split. */
export function flipsOf(examples: readonly ExampleImage[], current: Measurement | null): Flip[] {
  const flips = examples.map((image) => {
    const now = current?.predictions[image.index];
    return { image, now, kind: flipKind(image.label, image.float, now) };
  });
  const moved = (flip: Flip) => flip.kind === 'lost' || flip.kind === 'gained' || flip.kind === 'changed';
  return [...flips.filter(moved), ...flips.filter((flip) => !moved(flip))];
}
