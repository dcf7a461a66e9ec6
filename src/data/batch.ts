// Batches in two steps: a plan (plain numbers drawn from a seeded stream) says which images to show and how, and composing
// fills in the pixels. A plan can therefore be repeated, sent to a worker, or executed later.
// Augmentation: horizontal flip, and a random crop after reflecting 4 pixels over each edge (the usual CIFAR recipe).
import { createRng, mixSeed, type Rng, shuffle } from '../math/rng';
import { channelsOf, type Dataset, type ImageSet, type Normalization } from './dataset';

/** Maximum shift of a crop in pixels, in either direction. */
export const cropPadding = 4;

/**
 * The images of a batch and how each is shown: pixel (y, x) of image i is pixel (y + rows[i], x + columns[i])
 * of the source, reflected at its edges, and then mirrored left to right where flips[i] is 1. All arrays have the
 * batch's length.
 */
export interface BatchPlan {
  readonly indices: Uint32Array;
  readonly flips: Uint8Array;
  /** Shifts in pixels, -4 ... 4. */
  readonly rows: Int8Array;
  readonly columns: Int8Array;
}

export interface Batch {
  /** `[n, h, w, channels]`: (p / 255 - mean) / std of each byte p, or of its luminance, in float32; see `Normalization`. */
  readonly images: Float32Array;
  /** Class of each image. */
  readonly labels: Uint8Array;
}

/** Images `from` ... `from + count - 1` as they are. */
export function evaluationPlan(from: number, count: number): BatchPlan {
  return plainPlan(Uint32Array.from({ length: count }, (_, i) => from + i));
}

/** The images `indices` as they are, in this order. */
export function plainPlan(indices: Uint32Array): BatchPlan {
  const n = indices.length;
  return { indices, flips: new Uint8Array(n), rows: new Int8Array(n), columns: new Int8Array(n) };
}

/** The images `indices`, each flipped with probability 1/2 and shifted by up to 4 pixels both ways. */
export function augmentedPlan(indices: Uint32Array, rng: Rng): BatchPlan {
  const plan = plainPlan(indices);
  const shift = () => rng.integer(2 * cropPadding + 1) - cropPadding;
  for (let i = 0; i < indices.length; i++) {
    plan.flips[i] = rng.integer(2);
    plan.rows[i] = shift();
    plan.columns[i] = shift();
  }
  return plan;
}

export interface EpochOptions {
  /** Images per batch; at most the images of the epoch. */
  readonly batchSize: number;
  readonly augment: boolean;
  /** Images per epoch, drawn again for each epoch; the whole split if absent or larger. */
  readonly images?: number;
}

/** Number of batches that `epochPlans` yields for a split of `length` images. */
export function epochBatches(length: number, { batchSize, images }: EpochOptions): number {
  const used = Math.min(length, images ?? length);
  return used === 0 ? 0 : Math.floor(used / Math.min(batchSize, used));
}

/** One epoch over a split of `length` images in random order. An incomplete last batch is dropped. */
export function* epochPlans(length: number, options: EpochOptions, rng: Rng): Generator<BatchPlan, void> {
  const used = Math.min(length, options.images ?? length);
  const size = Math.min(options.batchSize, used);
  const order = shuffle(
    Uint32Array.from({ length }, (_, i) => i),
    rng,
  );
  for (let batch = 0; batch < epochBatches(length, options); batch++) {
    const indices = order.slice(batch * size, (batch + 1) * size);
    yield options.augment ? augmentedPlan(indices, rng) : plainPlan(indices);
  }
}

/**
 * An endless stream of batches for a run that counts steps, starting at step `from`. Each epoch is drawn from the seed and
 * its own number, so that a resumed run sees the same batches as an uninterrupted one.
 */
export function* runPlans(length: number, options: EpochOptions, seed: number, from = 0): Generator<BatchPlan, never> {
  const batches = epochBatches(length, options);
  if (batches === 0) throw new RangeError('The split has no images to train on.');
  for (let epoch = Math.floor(from / batches); ; epoch++) {
    let step = epoch * batches;
    for (const plan of epochPlans(length, options, createRng(mixSeed(seed, epoch)))) if (step++ >= from) yield plan;
  }
}

/** Executes a plan on the images of `set`, a split of `dataset`. */
export function composeBatch(
  set: ImageSet,
  plan: BatchPlan,
  { height, width, normalization }: Pick<Dataset, 'height' | 'width' | 'normalization'>,
): Batch {
  const n = plan.indices.length;
  const channels = channelsOf({ normalization });
  const images = new Float32Array(n * height * width * channels);
  const labels = new Uint8Array(n);
  const bytes = new Uint8Array(height * width * 3);
  const table = normalizedBytes(normalization);
  const columns = new Int32Array(width);
  for (let i = 0, out = 0; i < n; i++) {
    labels[i] = set.label(plan.indices[i]);
    set.read(plan.indices[i], bytes, 0);
    for (let x = 0; x < width; x++) {
      columns[x] = 3 * reflect((plan.flips[i] ? width - 1 - x : x) + plan.columns[i], width);
    }
    for (let y = 0; y < height; y++) {
      const row = 3 * width * reflect(y + plan.rows[i], height);
      for (let x = 0; x < width; x++, out += channels) {
        const at = row + columns[x];
        if (channels === 1) {
          images[out] = table[luminance(bytes[at], bytes[at + 1], bytes[at + 2])];
          continue;
        }
        images[out] = table[bytes[at]];
        images[out + 1] = table[256 + bytes[at + 1]];
        images[out + 2] = table[512 + bytes[at + 2]];
      }
    }
    if (normalization.perImage) standardize(images.subarray(out - height * width * channels, out));
  }
  return { images, labels };
}

/** Standardizes the numbers of one image in place, as `Normalization.perImage` says. */
export function standardize(image: Float32Array): void {
  const mean = image.reduce((sum, x) => sum + x, 0) / image.length;
  const variance = image.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / image.length;
  const std = Math.max(Math.sqrt(variance), 1 / Math.sqrt(image.length));
  for (let i = 0; i < image.length; i++) image[i] = (image[i] - mean) / std;
}

/** Mirrors an index at both ends without repeating the edge: -1 becomes 1, `length` becomes `length - 2`. */
function reflect(i: number, length: number): number {
  return i < 0 ? -i : i >= length ? 2 * length - 2 - i : i;
}

/** The gray of a color, as Pillow converts to its mode L (ITU-R 601-2). */
export function luminance(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}

/** `[channels, 256]`: the normalized value of each byte in each channel, each operation rounded to float32. */
export function normalizedBytes({ mean, std }: Normalization): Float32Array {
  const { fround } = Math;
  return Float32Array.from({ length: mean.length * 256 }, (_, i) => {
    const channel = i >> 8;
    return fround(fround(fround((i & 255) / 255) - fround(mean[channel] as number)) / fround(std[channel] as number));
  });
}
