// Convolutions, [n, h, w, c], without im2col: an image is copied into a zero border once, after which the numbers under one
// row of the kernel lie next to each other in memory, and a convolution is a matrix product whose rows are pixels. So are
// its gradients, in files of their own.
// Reference: the plain cpu kernels of tfjs, which the tests compare with.
import { convolvePanel, packEnds } from './convolvePanel';
import { frameImage } from './frame';

/**
 * Convolution y [n, outH, outW, cout] of x [n, h, w, cin] with the filter [kh, kw, cin, cout], times factor [cout], plus
 * bias [cout] (addresses 0: none), clamped to [low, high]. Without a factor the sums start from the bias.
 * `scratch`: f32 [32], then the panels [kh, kw, cin, cout rounded up to 8], then the frame
 * [(outH - 1) strideY + kh, (outW - 1) strideX + kw, cin].
 */
export function convForward(
  x: usize,
  filter: usize,
  bias: usize,
  factor: usize,
  y: usize,
  scratch: usize,
  batch: i32,
  height: i32,
  width: i32,
  inChannels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideY: i32,
  strideX: i32,
  top: i32,
  left: i32,
  low: f32,
  high: f32,
): void {
  const frameHeight = (outHeight - 1) * strideY + kernelHeight;
  const frameWidth = (outWidth - 1) * strideX + kernelWidth;
  const depth = kernelWidth * inChannels;
  const slices = (outChannels + 7) >> 3;
  const pixel = <usize>inChannels << 2;
  const line = pixel * frameWidth;
  const yPixel = <usize>outChannels << 2;
  const yLine = yPixel * outWidth;
  const panelBytes = <usize>(kernelHeight * depth) << 5;
  const ends = scratch + 32;
  const panels = scratch + 128;
  const frame = panels + panelBytes * slices;
  packForward(filter, panels, kernelHeight * depth, outChannels);
  const framed = top != 0 || left != 0 || frameHeight != height || frameWidth != width;
  for (let n = 0; n < batch; n++) {
    if (framed) frameImage(x, frame, height, width, inChannels, top, left, frameHeight, frameWidth);
    const window = framed ? frame : x;
    for (let slice = 0; slice < slices; slice++) {
      const c = slice << 3;
      const at = <usize>c << 2;
      const start = factor == 0 && bias != 0 ? bias + at : 0;
      const kept = min(8, outChannels - c);
      packEnds(ends, start, factor == 0 ? 0 : factor + at, factor == 0 || bias == 0 ? 0 : bias + at, kept);
      convolvePanel(
        window, line * strideY, pixel * strideX, line, panels + panelBytes * slice, kernelHeight, depth,
        y + at, yLine, yPixel, outHeight, outWidth, kept, scratch, ends, low, high,
      );
    }
    x += pixel * width * height;
    y += yLine * outHeight;
  }
}

/** Panels of eight output channels, [cout / 8, taps, 8], of a filter [taps, cout]; zero behind the last channel. */
function packForward(filter: usize, panels: usize, taps: i32, outChannels: i32): void {
  for (let c = 0; c < outChannels; c += 8)
    for (let tap = 0; tap < taps; tap++) {
      const from = filter + (<usize>(tap * outChannels) << 2);
      for (let o = c; o < c + 8; o++, panels += 4)
        store<f32>(panels, o < outChannels ? load<f32>(from + (<usize>o << 2)) : 0);
    }
}
