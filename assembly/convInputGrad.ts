// The input gradient of a convolution: one convolution for each remainder of (row, column) by the stride, so no product with
// an inserted zero is computed.
import { convolvePanel, packEnds } from './convolvePanel';
import { frameImage } from './frame';

/**
 * Panels of eight input channels, [cin / 8, taps y, taps x, cout, 8], of the taps (firstY + i strideY, firstX + j strideX)
 * of a filter [kh, kw, cin, cout], in reverse order; zero behind the last channel.
 */
function packReversed(
  filter: usize,
  panels: usize,
  inChannels: i32,
  outChannels: i32,
  kernelWidth: i32,
  firstY: i32,
  firstX: i32,
  strideY: i32,
  strideX: i32,
  tapsY: i32,
  tapsX: i32,
): void {
  for (let c = 0; c < inChannels; c += 8)
    for (let ty = tapsY - 1; ty >= 0; ty--)
      for (let tx = tapsX - 1; tx >= 0; tx--) {
        const tap = (firstY + ty * strideY) * kernelWidth + firstX + tx * strideX;
        const from = filter + (<usize>(tap * inChannels * outChannels) << 2);
        for (let o = 0; o < outChannels; o++)
          for (let i = c; i < c + 8; i++, panels += 4)
            store<f32>(panels, i < inChannels ? load<f32>(from + (<usize>(i * outChannels + o) << 2)) : 0);
      }
}

/**
 * Input gradient dx [n, h, w, cin] from dy [n, outH, outW, cout] and the filter [kh, kw, cin, cout].
 * `scratch`: f32 [32], then the panels [kh, kw, cout, cin rounded up to 8], then the frame of dy
 * [by + max(outH, (h - 1 + top) / strideY + 1), bx + max(outW, (w - 1 + left) / strideX + 1), cout] with
 * by = (kh - 1) / strideY, bx = (kw - 1) / strideX, all divisions rounded down.
 */
export function convInputGrad(
  dy: usize,
  filter: usize,
  dx: usize,
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
): void {
  const borderY = (kernelHeight - 1) / strideY;
  const borderX = (kernelWidth - 1) / strideX;
  const frameHeight = borderY + max(outHeight, (height - 1 + top) / strideY + 1);
  const frameWidth = borderX + max(outWidth, (width - 1 + left) / strideX + 1);
  const pixel = <usize>outChannels << 2;
  const line = pixel * frameWidth;
  const dxPixel = <usize>inChannels << 2;
  const dxLine = dxPixel * width;
  const allPanels = scratch + 128;
  const panelBytes = (<usize>outChannels) << 5; // of one tap
  const slices = (inChannels + 7) >> 3;
  const frame = allPanels + panelBytes * (slices * kernelHeight * kernelWidth);
  packEnds(scratch + 32, 0, 0, 0, 0);
  let panels = allPanels;
  for (let py = 0; py < min(strideY, kernelHeight); py++)
    for (let px = 0; px < min(strideX, kernelWidth); px++) {
      const tapsY = (kernelHeight - 1 - py) / strideY + 1;
      const tapsX = (kernelWidth - 1 - px) / strideX + 1;
      packReversed(
        filter, panels, inChannels, outChannels, kernelWidth, py, px, strideY, strideX, tapsY, tapsX,
      );
      panels += panelBytes * (slices * tapsY * tapsX);
    }
  // Pixels that no tap reaches.
  if (strideY > kernelHeight || strideX > kernelWidth) memory.fill(dx, 0, dxLine * height * batch);
  for (let n = 0; n < batch; n++) {
    frameImage(dy, frame, outHeight, outWidth, outChannels, borderY, borderX, frameHeight, frameWidth);
    panels = allPanels;
    for (let py = 0; py < min(strideY, kernelHeight); py++)
      for (let px = 0; px < min(strideX, kernelWidth); px++) {
        const tapsY = (kernelHeight - 1 - py) / strideY + 1;
        const tapsX = (kernelWidth - 1 - px) / strideX + 1;
        // The first dx row whose position in the padded input leaves the remainder py, and the dy row it meets at tap 0.
        const y0 = (py + strideY - (top % strideY)) % strideY;
        const x0 = (px + strideX - (left % strideX)) % strideX;
        const u = (y0 + top - py) / strideY;
        const v = (x0 + left - px) / strideX;
        const rows = y0 < height ? (height - 1 - y0) / strideY + 1 : 0;
        const columns = x0 < width ? (width - 1 - x0) / strideX + 1 : 0;
        const window = frame + line * (u - tapsY + 1 + borderY) + pixel * (v - tapsX + 1 + borderX);
        const out = dx + dxLine * y0 + dxPixel * x0;
        const depth = tapsX * outChannels;
        for (let c = 0; c < inChannels; c += 8) {
          convolvePanel(
            window, line, pixel, line, panels, tapsY, depth,
            out + (<usize>c << 2), dxLine * strideY, dxPixel * strideX, rows, columns, min(8, inChannels - c), scratch,
            scratch + 32, -Infinity, Infinity,
          );
          panels += panelBytes * (tapsY * tapsX);
        }
      }
    dy += (pixel * outWidth) * outHeight;
    dx += dxLine * height;
  }
}
