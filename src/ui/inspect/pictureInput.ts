// Pixels of a picture of the person's own: a file, a frame of the camera, or strokes, in the size of the network's images.

/** Width and height in pixels. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** The largest centered part of a picture that has the target's aspect ratio: x, y, width and height. */
export function centerCrop(source: PixelSize, target: PixelSize): readonly [number, number, number, number] {
  const scale = Math.min(source.width / target.width, source.height / target.height);
  const [width, height] = [target.width * scale, target.height * scale];
  return [(source.width - width) / 2, (source.height - height) / 2, width, height];
}

/**
 * Draws the center of a picture over the whole canvas. Halving first averages all pixels of a large picture: a single
 * scaling to 32 pixels would skip most of them.
 */
export function drawCentered(context: CanvasRenderingContext2D, picture: CanvasImageSource, source: PixelSize): void {
  const { canvas } = context;
  let [x, y, width, height] = centerCrop(source, canvas);
  let from = picture;
  while (width > 2 * canvas.width) {
    const half = document.createElement('canvas');
    [half.width, half.height] = [Math.ceil(width / 2), Math.ceil(height / 2)];
    half.getContext('2d')?.drawImage(from, x, y, width, height, 0, 0, half.width, half.height);
    [from, x, y, width, height] = [half, 0, 0, half.width, half.height];
  }
  context.imageSmoothingQuality = 'high';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(from, x, y, width, height, 0, 0, canvas.width, canvas.height);
}

/** The classes with the highest probabilities, the highest first. */
export function topClasses(
  probabilities: Float32Array,
  most: number,
): { readonly index: number; readonly share: number }[] {
  return Array.from(probabilities, (share, index) => ({ index, share }))
    .sort((a, b) => b.share - a.share)
    .slice(0, most);
}
