// Adapts a data set to a network: its image size and its preprocessing. Images are made as they are read, so nothing is stored
// twice, and of large ones only as many are measured as fit into memory.

import type { Dataset, ImageSet, Normalization } from './dataset';
import { covering } from './scaling';

/** Bytes that the pixels of a measured split may take: 2,000 images of up to 105 x 105 pixels, 445 of 224 x 224. */
const SPLIT_BYTES = 64 * 2 ** 20;

/** Images that are measured of a split of `length` images of this size. */
function measuredImages(length: number, height: number, width: number): number {
  return Math.min(length, Math.max(1, Math.floor(SPLIT_BYTES / (height * width * 3))));
}

/** Images of `set`, h x w, scaled to `height` x `width`. */
function scaledSet(set: ImageSet, from: readonly [number, number], height: number, width: number): ImageSet {
  const rows = covering(from[0], height);
  const columns = covering(from[1], width);
  const source = new Uint8Array(from[0] * from[1] * 3);
  const stride = from[1] * 3;
  // Columns first, each source row once.
  const wide = new Float32Array(from[0] * width * 3);
  return {
    length: set.length,
    label: (index) => set.label(index),
    read(index, target, offset) {
      set.read(index, source, 0);
      wide.fill(0);
      for (let y = 0; y < from[0]; y++)
        for (let x = 0, to = y * width * 3; x < width; x++, to += 3)
          for (const [place, share] of columns[x]) {
            const at = y * stride + place * 3;
            wide[to] += source[at] * share;
            wide[to + 1] += source[at + 1] * share;
            wide[to + 2] += source[at + 2] * share;
          }
      for (let y = 0, out = offset; y < height; y++)
        for (let i = 0; i < width * 3; i++) {
          let sum = 0;
          for (const [place, share] of rows[y]) sum += wide[place * width * 3 + i] * share;
          target[out++] = Math.round(sum);
        }
    },
  };
}

const first = (set: ImageSet, length: number): ImageSet => (length === set.length ? set : { ...set, length });

/**
 * `dataset` with another image size and normalization; `dataset` itself if nothing differs. Its validation and test splits
 * are the first images that fit into memory at that size.
 */
export function fitDataset(
  dataset: Dataset,
  {
    height,
    width,
    normalization,
  }: { readonly height: number; readonly width: number; readonly normalization: Normalization },
): Dataset {
  if (height === dataset.height && width === dataset.width && normalization === dataset.normalization) return dataset;
  const { drawnAt: _, ...drawn } = dataset.drawnAt?.(Math.max(height, width)) ?? dataset;
  const isSame = height === drawn.height && width === drawn.width;
  const sized = (set: ImageSet) => (isSame ? set : scaledSet(set, [drawn.height, drawn.width], height, width));
  const measured = (set: ImageSet) => first(sized(set), measuredImages(set.length, height, width));
  const test = measured(drawn.test);
  const leftOut = drawn.test.length - test.length;
  return {
    ...drawn,
    height,
    width,
    normalization,
    train: sized(drawn.train),
    validation: measured(drawn.validation),
    test,
    ...(leftOut > 0 && { leftOut }),
  };
}
