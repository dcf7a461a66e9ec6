// Emoji-10, the embedded data set: CIFAR-10's ten classes drawn from open emoji artwork on procedural backgrounds.
// Image i of a split depends only on (seed, split, i) and has the same bytes on every machine. Images are composed on first
// read and then cached. One in four validation and test images shows a drawing held out from training; the others show
// training drawings in new compositions. Larger images show the same compositions in more pixels.
import { fingerprint } from '../math/fingerprint';
import { createRng, mixSeed, shuffle } from '../math/rng';
import type { Dataset, ImageSet } from './dataset';
import { designSide } from './emojiBackground';
import { composeEmoji, type EmojiDifficulty } from './emojiCompose';
import { emojiClasses, readSprites, type SplitName, type Sprite } from './emojiSprites';

export interface Emoji10Options {
  /** Default 1, the seed of the data that the shipped weights were trained on. */
  readonly seed?: number;
  /** Images per split; default 20,000, 2,000 and 2,000. */
  readonly sizes?: Partial<Record<SplitName, number>>;
  /** For tuning only: changes the images that the shipped weights were trained on. */
  readonly difficulty?: EmojiDifficulty;
}

/** Path of the artwork below the site's root. */
export const spritesPath = 'emoji10/sprites.bin';

const splitCodes: Record<SplitName, number> = { train: 1, validation: 2, test: 3 };
/** Bytes that are allocated at once, and of a split of larger images that are kept; others are composed on each read. */
const blockBytes = 256 * designSide * designSide * 3;
const keptBytes = 64 * 2 ** 20;

/**
 * Opens Emoji-10.
 * @param sprites the bytes of `public/emoji10/sprites.bin`
 * @throws DatasetFormatError when `sprites` is not that file.
 */
export async function openEmoji10(sprites: ArrayBuffer, options: Emoji10Options = {}): Promise<Dataset> {
  const all = await readSprites(sprites);
  const set = (split: SplitName, length: number, side: number) =>
    emojiSet(
      all.filter((sprite) => sprite.split === 'train'),
      all.filter((sprite) => sprite.split === split && split !== 'train'),
      { seed: mixSeed(options.seed ?? 1, splitCodes[split]), length: options.sizes?.[split] ?? length, side },
      options.difficulty,
    );
  const identity = fingerprint([
    new Uint8Array(sprites),
    JSON.stringify([options.seed ?? 1, options.sizes, options.difficulty]),
  ]);
  const at = (side: number): Dataset => ({
    label: 'Emoji-10',
    fingerprint: identity,
    classes: emojiClasses,
    height: side,
    width: side,
    // Measured on the first 2,000 training images of seed 1.
    normalization: { mean: [0.5379, 0.5263, 0.4882], std: [0.2328, 0.2169, 0.2259] },
    train: set('train', 20_000, side),
    validation: set('validation', 2_000, side),
    test: set('test', 2_000, side),
  });
  const designed = at(designSide);
  // The size in use, whose composed images are kept.
  let larger: Dataset | undefined;
  const drawnAt = (side: number): Dataset => {
    if (side <= designSide) return designed;
    if (larger?.height !== side) larger = at(side);
    return larger;
  };
  return { ...designed, drawnAt };
}

/**
 * Share of validation and test images that show a drawing held out from training. With all of them, the accuracy gap to the
 * training images would be 20 points, which hides the cost of rounding.
 */
const unseenShare = 0.25;

function emojiSet(
  familiar: readonly Sprite[],
  unseen: readonly Sprite[],
  { seed, length, side }: { readonly seed: number; readonly length: number; readonly side: number },
  difficulty?: EmojiDifficulty,
): ImageSet {
  const imageBytes = side * side * 3;
  const blockImages = Math.ceil(blockBytes / imageBytes);
  const byClass = (sprites: readonly Sprite[]) =>
    emojiClasses.map((name) => sprites.filter((sprite) => sprite.class === name));
  const familiarDrawings = byClass(familiar);
  const unseenDrawings = byClass(unseen);
  const labels = balancedLabels(length, seed);
  const blocks: (Uint8Array | undefined)[] = [];
  const composed = new Uint8Array(length);
  const compose = (index: number, target: Uint8Array, offset: number) => {
    const rng = createRng(mixSeed(seed, index));
    const drawings = unseen.length > 0 && rng.uniform() < unseenShare ? unseenDrawings : familiarDrawings;
    const ofClass = drawings[labels[index]];
    composeEmoji(ofClass[rng.integer(ofClass.length)], rng, target, offset, side, difficulty);
  };
  return {
    length,
    label: (index) => labels[index],
    read(index, target, offset) {
      if (!(index >= 0 && index < length)) throw new RangeError(`image ${index} of a split of ${length}`);
      if (side > designSide && (index + 1) * imageBytes > keptBytes) return compose(index, target, offset);
      const b = Math.floor(index / blockImages);
      blocks[b] ??= new Uint8Array(blockImages * imageBytes);
      const from = (index - b * blockImages) * imageBytes;
      if (!composed[index]) {
        compose(index, blocks[b], from);
        composed[index] = 1;
      }
      target.set(blocks[b].subarray(from, from + imageBytes), offset);
    },
  };
}

/** Every ten consecutive images show the ten classes in random order, so any first n images are balanced. */
function balancedLabels(length: number, seed: number): Uint8Array {
  const labels = new Uint8Array(length);
  const order = Uint8Array.from(emojiClasses.keys());
  for (let start = 0; start < length; start += order.length) {
    shuffle(order, createRng(mixSeed(mixSeed(seed, 0x1abe1), start)));
    labels.set(order.subarray(0, Math.min(order.length, length - start)), start);
  }
  return labels;
}
