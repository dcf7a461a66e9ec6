// Adapts a data set to an imported network: its image size and its normalization. Images are scaled as they are read, so
// nothing is stored twice.
import type { Dataset, ImageSet, Normalization } from './dataset';

/** For each index of a scaled axis, the two source indices around it and the weight of the second, in [0, 1). */
function places(from: number, to: number): readonly (readonly [first: number, second: number, share: number])[] {
  return Array.from({ length: to }, (_, i) => {
    // Pixel centers are aligned, as in OpenCV and PyTorch (align_corners=False).
    const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    const first = Math.floor(at);
    return [first, Math.min(from - 1, first + 1), at - first];
  });
}

/** Images of `set`, h x w, scaled bilinearly to `height` x `width`. */
function scaledSet(set: ImageSet, from: readonly [number, number], height: number, width: number): ImageSet {
  const rows = places(from[0], height);
  const columns = places(from[1], width);
  const source = new Uint8Array(from[0] * from[1] * 3);
  const stride = from[1] * 3;
  return {
    length: set.length,
    label: (index) => set.label(index),
    read(index, target, offset) {
      set.read(index, source, 0);
      let out = offset;
      for (const [top, bottom, down] of rows)
        for (const [left, right, across] of columns)
          for (let c = 0; c < 3; c++) {
            const upper =
              source[top * stride + left * 3 + c] * (1 - across) + source[top * stride + right * 3 + c] * across;
            const lower =
              source[bottom * stride + left * 3 + c] * (1 - across) + source[bottom * stride + right * 3 + c] * across;
            target[out++] = Math.round(upper * (1 - down) + lower * down);
          }
    },
  };
}

/** `dataset` with another image size and normalization; `dataset` itself if nothing differs. */
export function fitDataset(
  dataset: Dataset,
  {
    height,
    width,
    normalization,
  }: { readonly height: number; readonly width: number; readonly normalization: Normalization },
): Dataset {
  if (height === dataset.height && width === dataset.width)
    return normalization === dataset.normalization ? dataset : { ...dataset, normalization };
  const scaled = (set: ImageSet) => scaledSet(set, [dataset.height, dataset.width], height, width);
  const { train, validation, test } = dataset;
  return {
    ...dataset,
    height,
    width,
    normalization,
    train: scaled(train),
    validation: scaled(validation),
    test: scaled(test),
  };
}
