// Images with a zero border, so that no kernel asks whether it looks outside.

/** Copies an image [h, w, c] to (top, left) of a frame [frameHeight, frameWidth, c]; cuts what lies outside. */
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
  const pixel = channels << 2;
  const line = frameWidth * pixel;
  const before = min(left, frameWidth) * pixel;
  const kept = max(0, min(width, frameWidth - left)) * pixel;
  const after = line - before - kept;
  for (let y = 0; y < frameHeight; y++, frame += line) {
    if (y < top || y >= top + height) {
      memory.fill(frame, 0, line);
      continue;
    }
    memory.fill(frame, 0, before);
    memory.copy(frame + before, image + (y - top) * width * pixel, kept);
    memory.fill(frame + before + kept, 0, after);
  }
}
