// Decodes a picture file in a worker, scaled to the networks' 32 x 32.

const SIDE = 32;

/** RGBA of a picture, not premultiplied, scaled to 32 x 32. Rejects if the file is not a picture. */
export async function decodePicture(file: Blob): Promise<Uint8ClampedArray> {
  const bitmap = await createImageBitmap(file, {
    resizeWidth: SIDE,
    resizeHeight: SIDE,
    resizeQuality: 'high',
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  });
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser cannot draw pictures in the background.');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, SIDE, SIDE).data;
}
