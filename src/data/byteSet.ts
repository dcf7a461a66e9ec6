// Images held in memory as bytes.
import type { ImageSet } from './dataset';

/**
 * A split of contiguous images, h * w * 3 bytes each (rows first, RGB interleaved).
 * @param labels class of each image; its length is the number of images
 */
export function byteSet(pixels: Uint8Array, labels: Uint8Array): ImageSet {
  const imageBytes = labels.length === 0 ? 0 : pixels.length / labels.length;
  return {
    length: labels.length,
    label: (index) => labels[index],
    read: (index, target, offset) => {
      target.set(pixels.subarray(index * imageBytes, (index + 1) * imageBytes), offset);
    },
  };
}
