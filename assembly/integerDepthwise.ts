// Depthwise convolutions of codes, [n, h, w, c], with exact sums: eight channels and two taps at a time.
import { frameBytes } from './frame';
import { ENDS, FORM, storeForm, storeSums } from './integerSums';

/**
 * As `convolve`, one filter per channel; panels [slices, pairs of taps, 8, 2] of i16. `scratch`: 64 bytes, i32 [taps rounded
 * up to even], the frame of bytes and 16 bytes behind it.
 */
export function depthwiseWords(
  x: usize, packed: usize, y: usize, codes: usize, scratch: usize,
  batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, _outChannels: i32,
  kernelHeight: i32, kernelWidth: i32, strideY: i32, strideX: i32, top: i32, left: i32,
  zero: i32, _block: i32, low: f32, high: f32, inverse: f32, minCode: f32, maxCode: f32,
): void {
  const frameHeight = (outHeight - 1) * strideY + kernelHeight;
  const frameWidth = (outWidth - 1) * strideX + kernelWidth;
  const taps = kernelHeight * kernelWidth;
  const pairs = (taps + 1) >> 1;
  const slices = (channels + 7) >> 3;
  const line = <usize>(frameWidth * channels);
  const offsets = scratch + FORM;
  const frame = offsets + (<usize>pairs << 3);
  const size = outHeight * outWidth * channels;
  storeForm(scratch, low, high, inverse, minCode, maxCode);
  // Behind the last tap the first one, whose weight there is 0.
  for (let tap = 0; tap < 2 * pairs; tap++) {
    const row = tap < taps ? tap / kernelWidth : 0;
    const column = tap < taps ? tap - row * kernelWidth : 0;
    store<i32>(offsets + (<usize>tap << 2), <i32>line * row + column * channels);
  }
  for (let n = 0; n < batch; n++) {
    frameBytes(x, frame, height, width, channels, top, left, frameHeight, frameWidth, zero);
    for (let slice = 0; slice < slices; slice++) {
      const c = slice << 3;
      const ends = packed + ENDS * slice;
      const panel = packed + ENDS * slices + (<usize>(pairs * slice) << 5);
      const to = y != 0 ? y + (<usize>c << 2) : 0;
      const coded = codes != 0 ? codes + c : 0;
      const kept = min(8, channels - c);
      let at: usize = 0;
      for (let row = 0; row < outHeight; row++) {
        let window = frame + line * (row * strideY) + c;
        for (let column = 0; column < outWidth; column++) {
          let a = v128.load(ends);
          let b = v128.load(ends, 16);
          let w = panel;
          for (let tap = offsets; tap < frame; tap += 8, w += 32) {
            const u = v128.load8x8_u(window + load<i32>(tap));
            const v = v128.load8x8_u(window + load<i32>(tap, 4));
            a = i32x4.add(a, i32x4.dot_i16x8_s(v128.shuffle<i16>(u, v, 0, 8, 1, 9, 2, 10, 3, 11), v128.load(w)));
            b = i32x4.add(b, i32x4.dot_i16x8_s(v128.shuffle<i16>(u, v, 4, 12, 5, 13, 6, 14, 7, 15), v128.load(w, 16)));
          }
          storeSums(a, b, ends, scratch, to, coded, at, kept);
          at += channels;
          window += strideX * channels;
        }
      }
    }
    x += channels * width * height;
    if (y != 0) y += <usize>size << 2;
    if (codes != 0) codes += size;
  }
}
