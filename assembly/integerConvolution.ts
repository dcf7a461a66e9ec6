// Convolutions of codes (codes.ts), [n, h, w, c], with exact sums. Pixels of the border are codes of zero.
// Reference: src/nn/kernels/integerLayers.test.ts, in plain numbers.
import { frameBytes } from './frame';
import { blockPanel, dotPanel } from './integerPanels';
import { ENDS, FORM, storeForm } from './integerSums';

/** `frameBytes` with every byte widened to 16 bits. */
function frameWords(
  image: usize, frame: usize, height: i32, width: i32, channels: i32, top: i32, left: i32,
  frameHeight: i32, frameWidth: i32, fill: i32,
): void {
  const line = <usize>(frameWidth * channels) << 1;
  const before = <usize>(min(left, frameWidth) * channels) << 1;
  const kept = max(0, min(width, frameWidth - left)) * channels;
  for (let y = 0; y < frameHeight; y++) {
    const end = frame + line;
    if (y >= top && y < top + height) {
      for (const start = frame + before; frame < start; frame += 2) store<i16>(frame, <i16>fill);
      let p = image + (y - top) * width * channels;
      for (const stop = p + (kept & ~7); p < stop; p += 8, frame += 16) v128.store(frame, v128.load8x8_u(p));
      for (const stop = p + (kept & 7); p < stop; p++, frame += 2) store<i16>(frame, load<u8>(p));
    }
    for (; frame < end; frame += 2) store<i16>(frame, <i16>fill);
  }
}

/** Offset of the window of every output pixel, the last one three times more. */
function storeOffsets(offsets: usize, line: i32, step: i32, rows: i32, columns: i32): void {
  let at = 0;
  for (let row = 0; row < rows; row++) {
    at = line * row;
    for (let column = 0; column < columns; column++, at += step, offsets += 4) store<i32>(offsets, at);
  }
  v128.store(offsets - 4, i32x4.splat(at - step));
}

/**
 * Convolution of the codes x, as floats y and as codes (address 0: not). `packed`: the ends of all slices, then the panels
 * [slices, kernel rows, steps, 8, 2 or 4] (src/nn/kernels/packCodes.ts). `block`: 0 for `dotPanel`. `zero`: the byte of zero.
 * `scratch`: 64 bytes, i32 [outH outW + 3], the frame [(outH - 1) strideY + kh, (outW - 1) strideX + kw, cin] of T, and 16
 * bytes behind it.
 */
// @ts-ignore: decorator
@inline
export function convolve<T>(
  x: usize, packed: usize, y: usize, codes: usize, scratch: usize,
  batch: i32, height: i32, width: i32, inChannels: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  kernelHeight: i32, kernelWidth: i32, strideY: i32, strideX: i32, top: i32, left: i32,
  zero: i32, block: i32, low: f32, high: f32, inverse: f32, minCode: f32, maxCode: f32,
): void {
  const frameHeight = (outHeight - 1) * strideY + kernelHeight;
  const frameWidth = (outWidth - 1) * strideX + kernelWidth;
  const wide: usize = sizeof<T>() == 2 ? 1 : 0;
  const depth = kernelWidth * inChannels;
  const steps = wide ? (depth + 1) >> 1 : (depth + 3) >> 2;
  const slices = (outChannels + 7) >> 3;
  const pixel = <usize>inChannels << wide;
  const line = pixel * frameWidth;
  const panelBytes = <usize>(kernelHeight * steps) << 5;
  const pixels = outHeight * outWidth;
  const offsets = scratch + FORM;
  const frame = offsets + (<usize>(pixels + 3) << 2);
  const size = pixels * outChannels;
  storeForm(scratch, low, high, inverse, minCode, maxCode);
  storeOffsets(offsets, <i32>line * strideY, <i32>pixel * strideX, outHeight, outWidth);
  // The last step of a window may read behind it: not behind a tensor, where memory could end.
  const framed = wide || (depth & 3) || top || left || frameHeight != height || frameWidth != width;
  for (let n = 0; n < batch; n++) {
    if (wide) frameWords(x, frame, height, width, inChannels, top, left, frameHeight, frameWidth, zero);
    else if (framed) frameBytes(x, frame, height, width, inChannels, top, left, frameHeight, frameWidth, zero);
    const window = framed ? frame : x;
    for (let slice = 0; slice < slices; slice++) {
      const c = slice << 3;
      const ends = packed + ENDS * slice;
      const panel = packed + ENDS * slices + panelBytes * slice;
      const to = y != 0 ? y + (<usize>c << 2) : 0;
      const coded = codes != 0 ? codes + c : 0;
      const kept = min(8, outChannels - c);
      if (sizeof<T>() == 1 && block > 0)
        blockPanel(
          window, offsets, line, panel, kernelHeight, steps, to, coded, outChannels, pixels, kept, ends, scratch, block,
        );
      else
        dotPanel<T>(
          window, offsets, line, panel, kernelHeight, steps, to, coded, outChannels, pixels, kept, ends, scratch,
        );
    }
    x += inChannels * width * height;
    if (y != 0) y += <usize>size << 2;
    if (codes != 0) codes += size;
  }
}
