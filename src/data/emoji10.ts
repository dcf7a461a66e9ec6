// Emoji-10, the embedded data set: CIFAR-10's ten classes drawn from open emoji artwork on procedural backgrounds.
// Image i of a split depends only on (seed, split, i) and has the same bytes on every machine. Images are composed on first
// read and then cached. One in four validation and test images shows a drawing held out from training; the others show
// training drawings in new compositions.
import { fingerprint } from '../math/fingerprint';
import { createRng, mixSeed, shuffle } from '../math/rng';
import type { Dataset, ImageSet } from './dataset';
import { composeEmoji, type EmojiDifficulty, emojiSide } from './emojiCompose';
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
const imageBytes = emojiSide * emojiSide * 3;
const blockImages = 256;

/**
 * Opens Emoji-10.
 * @param sprites the bytes of `public/emoji10/sprites.bin`
 * @throws DatasetFormatError when `sprites` is not that file.
 */
export async function openEmoji10(sprites: ArrayBuffer, options: Emoji10Options = {}): Promise<Dataset> {
  const all = await readSprites(sprites);
  const set = (split: SplitName, length: number) =>
    emojiSet(
      all.filter((sprite) => sprite.split === 'train'),
      all.filter((sprite) => sprite.split === split && split !== 'train'),
      mixSeed(options.seed ?? 1, splitCodes[split]),
      options.sizes?.[split] ?? length,
      options.difficulty,
    );
  return {
    label: 'Emoji-10',
    fingerprint: fingerprint([
      new Uint8Array(sprites),
      JSON.stringify([options.seed ?? 1, options.sizes, options.difficulty]),
    ]),
    classes: emojiClasses,
    height: emojiSide,
    width: emojiSide,
    // Measured on the first 2,000 training images of seed 1.
    normalization: { mean: [0.5379, 0.5263, 0.4882], std: [0.2328, 0.2169, 0.2259] },
    train: set('train', 20_000),
    validation: set('validation', 2_000),
    test: set('test', 2_000),
  };
}

/**
 * Share of validation and test images that show a drawing held out from training. With all of them, the accuracy gap to the
 * training images would be 20 points, which hides the cost of rounding.
 */
const unseenShare = 0.25;

function emojiSet(
  familiar: readonly Sprite[],
  unseen: readonly Sprite[],
  seed: number,
  length: number,
  difficulty?: EmojiDifficulty,
): ImageSet {
  const byClass = (sprites: readonly Sprite[]) =>
    emojiClasses.map((name) => sprites.filter((sprite) => sprite.class === name));
  const familiarDrawings = byClass(familiar);
  const unseenDrawings = byClass(unseen);
  const labels = balancedLabels(length, seed);
  const blocks: (Uint8Array | undefined)[] = [];
  const composed = new Uint8Array(length);
  return {
    length,
    label: (index) => labels[index],
    read(index, target, offset) {
      if (!(index >= 0 && index < length)) throw new RangeError(`image ${index} of a split of ${length}`);
      const b = Math.floor(index / blockImages);
      blocks[b] ??= new Uint8Array(blockImages * imageBytes);
      const from = (index - b * blockImages) * imageBytes;
      if (!composed[index]) {
        const rng = createRng(mixSeed(seed, index));
        const drawings = (unseen.length > 0 && rng.uniform() < unseenShare ? unseenDrawings : familiarDrawings)[
          labels[index]
        ];
        composeEmoji(drawings[rng.integer(drawings.length)], rng, blocks[b], from, difficulty);
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
