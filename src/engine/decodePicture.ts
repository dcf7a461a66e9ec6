// Decodes a picture file in a worker and scales it.
import type { PictureSize } from '../data/pictureSize';

/** RGBA of a picture, not premultiplied, scaled to a size. Rejects if the file is not a picture. */
export async function decodePicture(file: Blob, { width, height }: PictureSize): Promise<Uint8ClampedArray> {
  const bitmap = await createImageBitmap(file, {
    resizeWidth: width,
    resizeHeight: height,
    resizeQuality: 'high',
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  });
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser cannot draw pictures in the background.');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height).data;
}
