// Images with a border, so that no kernel asks whether it looks outside.

/** Copies an image [h, w, c] of f32 to (top, left) of a frame [frameHeight, frameWidth, c] of zeros; cuts what lies outside. */
export function frameImage(
  image: usize,
  frame: usize,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  frameHeight: i32,
  frameWidth: i32,
): void {
  frameBytes(image, frame, height, width, channels << 2, top, left, frameHeight, frameWidth, 0);
}

/** The same for pixels of `pixel` bytes, with every byte of the border `fill`. */
export function frameBytes(
  image: usize,
  frame: usize,
  height: i32,
  width: i32,
  pixel: i32,
  top: i32,
  left: i32,
  frameHeight: i32,
  frameWidth: i32,
  fill: i32,
): void {
  const line = frameWidth * pixel;
  const before = min(left, frameWidth) * pixel;
  const kept = max(0, min(width, frameWidth - left)) * pixel;
  const after = line - before - kept;
  for (let y = 0; y < frameHeight; y++, frame += line) {
    if (y < top || y >= top + height) {
      memory.fill(frame, <u8>fill, line);
      continue;
    }
    memory.fill(frame, <u8>fill, before);
    memory.copy(frame + before, image + (y - top) * width * pixel, kept);
    memory.fill(frame + before + kept, <u8>fill, after);
  }
}
