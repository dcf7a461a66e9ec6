// A folder of pictures as a data set: a picture's class is the name of its folder. Pictures are decoded once, all to one size
// that is as large as networks ask for and memory allows, and stored as bytes; `fitDataset` scales them to the network's size.
// The decoder is passed in, because it needs the browser.
import { fingerprint } from '../math/fingerprint';
import { createRng, type Rng, shuffle } from '../math/rng';
import { byteSet } from './byteSet';
import { type Dataset, DatasetFormatError, type Normalization } from './dataset';
import { type DecodeImage, type NamedFile, type OpenRequest, PictureError } from './definition';
import { type PictureSize, pictureHeadBytes, pictureSize } from './pictureSize';

/** Limits, so that a wrong folder (the whole disk) gives an error message instead of a frozen page. */
export const folderLimits = {
  classes: 100,
  images: 20_000,
  /** Maximum per picture. */
  pixels: 50_000_000,
  bytes: 32 * 2 ** 20,
  /** Minimum pictures per class: one for each split. */
  perClass: 3,
} as const;

/** The largest side that is kept, what all pictures together may take, and how many are examined for their size. */
const largestSide = 224;
const keptBytes = 256 * 2 ** 20;
const examined = 64;
/** The size of pictures whose format does not state one. */
const unknownSide = 32;

/** Decoded pictures, as they are stored: `pixels` is `[n, height, width, 3]`. */
export interface FolderImages extends PictureSize {
  readonly classes: readonly string[];
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly labels: Uint8Array<ArrayBuffer>;
  /** Files left out and why, for display. */
  readonly notes: readonly string[];
}

/**
 * Decodes the pictures of a folder. Files that are too large or not pictures are left out and named in `notes`.
 * @throws DatasetFormatError when there are fewer than two classes with three readable pictures each.
 */
export async function readFolder(
  files: readonly NamedFile[],
  { decode, signal, report }: Pick<OpenRequest, 'decode' | 'signal' | 'report'>,
  rng: Rng,
): Promise<FolderImages> {
  const byClass = groupByFolder(files);
  const classes = [...byClass.keys()].sort();
  requireClasses(classes, files.length);
  const most = Math.floor(folderLimits.images / classes.length);
  const chosen = classes.flatMap((name, label) =>
    pick(byClass.get(name) as NamedFile[], most, rng).map((file) => ({ ...file, label })),
  );
  const largest = await largestSize(chosen);
  const size = keptSize(largest, chosen.length);
  const imageBytes = size.height * size.width * 3;
  const pixels = new Uint8Array(chosen.length * imageBytes);
  const labels = new Uint8Array(chosen.length);
  const skipped: string[] = [];
  let count = 0;
  for (const [i, { path, file, label }] of chosen.entries()) {
    signal.throwIfAborted();
    const fault = await readPicture(file, decode, size, pixels.subarray(count * imageBytes, (count + 1) * imageBytes));
    if (fault) skipped.push(`${path} (${fault})`);
    else labels[count++] = label;
    const done = i + 1;
    if (done % 20 === 0 || done === chosen.length) {
      report({ phase: 'Reading pictures', done, total: chosen.length, unit: 'images' });
    }
  }
  const used = labels.slice(0, count);
  requireImages(classes, used, skipped);
  const notes = [
    ...(skipped.length > 0
      ? [`${skipped.length === 1 ? '1 file was' : `${skipped.length} files were`} left out: ${listed(skipped)}.`]
      : []),
    ...(chosen.length < [...byClass.values()].flat().length
      ? [`More than ${folderLimits.images} pictures: at most ${most} per class were used, chosen by the seed.`]
      : []),
    ...(size.height < largest.height || size.width < largest.width
      ? [`Kept at ${size.width} x ${size.height} pixels each, because there are so many.`]
      : []),
  ];
  return { ...size, classes, pixels: pixels.slice(0, count * imageBytes), labels: used, notes };
}

/** Splits each class by `seed`: 15 % test, 15 % validation (at least one picture each), the rest for training. */
export function folderDataset({ classes, pixels, labels, notes, height, width }: FolderImages, seed: number): Dataset {
  const imageBytes = height * width * 3;
  const rng = createRng(seed);
  const parts: Record<'train' | 'validation' | 'test', number[]> = { train: [], validation: [], test: [] };
  for (const label of classes.keys()) {
    const members = shuffle(
      [...labels.keys()].filter((i) => labels[i] === label),
      rng,
    );
    const share = Math.max(1, Math.round(0.15 * members.length));
    parts.test.push(...members.slice(0, share));
    parts.validation.push(...members.slice(share, 2 * share));
    parts.train.push(...members.slice(2 * share));
  }
  const gather = (indices: number[]) => {
    // Shuffled, so that the first images of a split cover all classes.
    shuffle(indices, rng);
    const bytes = new Uint8Array(indices.length * imageBytes);
    indices.forEach((from, to) => {
      bytes.set(pixels.subarray(from * imageBytes, (from + 1) * imageBytes), to * imageBytes);
    });
    return {
      bytes,
      set: byteSet(
        bytes,
        Uint8Array.from(indices, (i) => labels[i]),
      ),
    };
  };
  const train = gather(parts.train);
  return {
    fingerprint: fingerprint([labels, pixels, `seed ${seed}`]),
    label: `${classes.length} classes, ${labels.length.toLocaleString('en-US')} pictures`,
    notes,
    classes,
    height,
    width,
    normalization: normalizationOf(train.bytes),
    train: train.set,
    validation: gather(parts.validation).set,
    test: gather(parts.test).set,
  };
}

/** Mean and standard deviation of each channel of interleaved RGB bytes, on the scale 0..1; deviations at least 0.01. */
export function normalizationOf(bytes: Uint8Array): Normalization {
  const sum = [0, 0, 0];
  const squares = [0, 0, 0];
  for (let i = 0; i < bytes.length; i++) {
    sum[i % 3] += bytes[i];
    squares[i % 3] += bytes[i] * bytes[i];
  }
  const n = bytes.length / 3;
  const mean = (c: number) => sum[c] / n / 255;
  // Single-color pictures have a deviation of 0, and images are divided by it.
  const std = (c: number) => Math.max(0.01, Math.sqrt(Math.max(0, squares[c] / n / 255 ** 2 - mean(c) ** 2)));
  return { mean: [mean(0), mean(1), mean(2)], std: [std(0), std(1), std(2)] };
}

/** Files by the name of their folder. Hidden files and folders, and files outside any folder, are ignored. */
function groupByFolder(files: readonly NamedFile[]): Map<string, NamedFile[]> {
  const groups = new Map<string, NamedFile[]>();
  for (const entry of files) {
    const steps = entry.path.split('/').filter((step) => step !== '');
    if (steps.length < 2 || steps.some((step) => step.startsWith('.'))) continue;
    const name = steps[steps.length - 2];
    const group = groups.get(name);
    if (group) group.push(entry);
    else groups.set(name, [entry]);
  }
  return groups;
}

function pick(files: NamedFile[], most: number, rng: Rng): NamedFile[] {
  // Sorted by name, because browsers list folders in any order.
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  if (sorted.length <= most) return sorted;
  const order = shuffle([...sorted.keys()], rng).slice(0, most);
  return order.sort((a, b) => a - b).map((i) => sorted[i]);
}

/** The largest width and height that some of the files state, each at most the largest side kept. */
async function largestSize(files: readonly NamedFile[]): Promise<PictureSize> {
  const step = Math.ceil(files.length / examined);
  let [height, width] = [0, 0];
  for (let i = 0; i < files.length; i += step) {
    const size = await headOf(files[i].file).then(pictureSize, () => undefined);
    height = Math.max(height, Math.min(largestSide, size?.height ?? 0));
    width = Math.max(width, Math.min(largestSide, size?.width ?? 0));
  }
  return height > 0 && width > 0 ? { height, width } : { height: unknownSide, width: unknownSide };
}

/** The size at which so many pictures of a size are kept: `size` itself if they fit. */
export function keptSize({ height, width }: PictureSize, count: number): PictureSize {
  const shrink = Math.min(1, Math.sqrt(keptBytes / (count * height * width * 3)));
  const shrunk = (side: number) => Math.max(1, Math.floor(side * shrink));
  return { height: shrunk(height), width: shrunk(width) };
}

const headOf = async (file: Blob) => new Uint8Array(await file.slice(0, pictureHeadBytes).arrayBuffer());

/** Writes the picture's bytes to `target`, on white where transparent. Returns its fault, if any. */
async function readPicture(
  file: Blob,
  decode: DecodeImage,
  kept: PictureSize,
  target: Uint8Array,
): Promise<string | undefined> {
  if (file.size > folderLimits.bytes) return `${Math.ceil(file.size / 2 ** 20)} MB, too large`;
  let rgba: Uint8Array | Uint8ClampedArray;
  try {
    const size = pictureSize(await headOf(file));
    if (size && size.width * size.height > folderLimits.pixels) return `${size.width} x ${size.height}, too large`;
    rgba = await decode(file, kept);
  } catch (error) {
    return error instanceof PictureError ? error.message : 'no picture, or damaged';
  }
  if (rgba.length !== kept.height * kept.width * 4)
    throw new RangeError(`decode returned ${rgba.length} bytes, not ${kept.width} x ${kept.height} RGBA`);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    const alpha = rgba[from + 3];
    for (let c = 0; c < 3; c++) target[to++] = Math.round((rgba[from + c] * alpha + 255 * (255 - alpha)) / 255);
  }
  return undefined;
}

const layout = 'Choose a folder that contains one folder per class: pets/cat/1.jpg, pets/dog/1.jpg, ...';

function requireClasses(classes: readonly string[], files: number): void {
  if (classes.length >= 2 && classes.length <= folderLimits.classes) return;
  const problem =
    classes.length === 0
      ? files === 1
        ? 'This file is not in a folder'
        : `None of these ${files} files is in a folder`
      : classes.length === 1
        ? `There is only one folder, "${classes[0]}"`
        : `There are ${classes.length} folders`;
  throw new DatasetFormatError(
    `Your own images need one folder per class, from 2 to ${folderLimits.classes} of them. ${problem}. ${layout}`,
  );
}

function requireImages(classes: readonly string[], labels: Uint8Array, skipped: readonly string[]): void {
  const short = classes
    .map((name, label) => ({ name, count: labels.filter((l) => l === label).length }))
    .filter(({ count }) => count < folderLimits.perClass);
  if (short.length === 0) return;
  throw new DatasetFormatError(
    `Pictures by folder: each class needs at least ${folderLimits.perClass} readable pictures, but ` +
      `${listed(short.map(({ name, count }) => `"${name}" has ${count}`))}. ` +
      `${skipped.length > 0 ? `Not read: ${listed(skipped)}. ` : ''}${layout}`,
  );
}

function listed(items: readonly string[]): string {
  const more = items.length - 5;
  return items.slice(0, 5).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
