// The filter gradient of a convolution: outer products of the numbers under the kernel and the gradients behind it.
import { frameImage } from './frame';
import { addProduct } from './lanes';

/** Bytes of activations that a block of rows may take in the filter gradient: a first-level cache and a little more. */
const BLOCK_BYTES: i32 = 32768;

// @ts-ignore: decorator
@inline
function accumulate(address: usize, value: v128): void {
  v128.store(address, f32x4.add(v128.load(address), value));
}

/** dw[4, 8] += x[pixels, 4]^T dy[pixels, 8] for `rows` x `columns` pixels. */
function outerProducts4x8(
  x: usize,
  dy: usize,
  dw: usize,
  rows: i32,
  columns: i32,
  xLine: usize,
  xStep: usize,
  dyStep: usize,
  dwStep: usize,
): void {
  let s00 = f32x4.splat(0);
  let s01 = f32x4.splat(0);
  let s10 = f32x4.splat(0);
  let s11 = f32x4.splat(0);
  let s20 = f32x4.splat(0);
  let s21 = f32x4.splat(0);
  let s30 = f32x4.splat(0);
  let s31 = f32x4.splat(0);
  for (let row = 0; row < rows; row++, x += xLine) {
    let p = x;
    for (let column = columns; column > 0; column--) {
      const g0 = v128.load(dy);
      const g1 = v128.load(dy, 16);
      let v = v128.load32_splat(p);
      s00 = addProduct(s00, v, g0);
      s01 = addProduct(s01, v, g1);
      v = v128.load32_splat(p, 4);
      s10 = addProduct(s10, v, g0);
      s11 = addProduct(s11, v, g1);
      v = v128.load32_splat(p, 8);
      s20 = addProduct(s20, v, g0);
      s21 = addProduct(s21, v, g1);
      v = v128.load32_splat(p, 12);
      s30 = addProduct(s30, v, g0);
      s31 = addProduct(s31, v, g1);
      p += xStep;
      dy += dyStep;
    }
  }
  accumulate(dw, s00);
  accumulate(dw + 16, s01);
  dw += dwStep;
  accumulate(dw, s10);
  accumulate(dw + 16, s11);
  dw += dwStep;
  accumulate(dw, s20);
  accumulate(dw + 16, s21);
  dw += dwStep;
  accumulate(dw, s30);
  accumulate(dw + 16, s31);
}

/** dw[1, 4] += x[pixels, 1]^T dy[pixels, 4]: the edge of the tiles above. */
function outerProducts1x4(
  x: usize,
  dy: usize,
  dw: usize,
  rows: i32,
  columns: i32,
  xLine: usize,
  xStep: usize,
  dyStep: usize,
): void {
  let sum = f32x4.splat(0);
  for (let row = 0; row < rows; row++, x += xLine) {
    let p = x;
    for (let column = columns; column > 0; column--) {
      sum = addProduct(sum, v128.load32_splat(p), v128.load(dy));
      p += xStep;
      dy += dyStep;
    }
  }
  accumulate(dw, sum);
}

/** dw[1, 1] += x[pixels, 1]^T dy[pixels, 1]. */
function outerProducts1x1(
  x: usize,
  dy: usize,
  dw: usize,
  rows: i32,
  columns: i32,
  xLine: usize,
  xStep: usize,
  dyStep: usize,
): void {
  let sum: f32 = 0;
  for (let row = 0; row < rows; row++, x += xLine) {
    let p = x;
    for (let column = columns; column > 0; column--) {
      sum += load<f32>(p) * load<f32>(dy);
      p += xStep;
      dy += dyStep;
    }
  }
  store<f32>(dw, load<f32>(dw) + sum);
}

/**
 * Filter gradient dw [kh, kw, cin, cout] from x [n, h, w, cin] and dy [n, outH, outW, cout].
 * `scratch`: f32 [(outH - 1) strideY + kh, (outW - 1) strideX + kw, cin].
 */
export function convFilterGrad(
  x: usize,
  dy: usize,
  dw: usize,
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
  const frameHeight = (outHeight - 1) * strideY + kernelHeight;
  const frameWidth = (outWidth - 1) * strideX + kernelWidth;
  const depth = kernelWidth * inChannels; // numbers of x under one row of the kernel, next to each other
  const xStep = <usize>(strideX * inChannels) << 2;
  const frameLine = <usize>(frameWidth * inChannels) << 2;
  const xLine = frameLine * strideY;
  const dyStep = <usize>outChannels << 2;
  const dyLine = dyStep * outWidth;
  const bytesPerRow = <i32>(xLine + dyLine);
  const block = max(1, BLOCK_BYTES / bytesPerRow);
  memory.fill(dw, 0, (kernelHeight * depth * outChannels) << 2);
  for (let n = 0; n < batch; n++) {
    frameImage(x, scratch, height, width, inChannels, top, left, frameHeight, frameWidth);
    for (let row = 0; row < outHeight; row += block) {
      const rows = min(block, outHeight - row);
      const dyRow = dy + dyLine * row;
      for (let ky = 0; ky < kernelHeight; ky++) {
        const xRow = scratch + xLine * row + frameLine * ky;
        const dwRow = dw + ((<usize>(ky * depth) * outChannels) << 2);
        let k = 0;
        for (; k + 4 <= depth; k += 4) {
          const xAt = xRow + (<usize>k << 2);
          const dwAt = dwRow + dyStep * k;
          let c = 0;
          for (; c + 8 <= outChannels; c += 8) {
            const at = <usize>c << 2;
            outerProducts4x8(xAt, dyRow + at, dwAt + at, rows, outWidth, xLine, xStep, dyStep, dyStep);
          }
          for (let i = 0; i < 4; i++)
            edge(xAt + (i << 2), dyRow, dwAt + dyStep * i, c, outChannels, rows, outWidth, xLine, xStep, dyStep);
        }
        for (; k < depth; k++)
          edge(xRow + (<usize>k << 2), dyRow, dwRow + dyStep * k, 0, outChannels, rows, outWidth, xLine, xStep, dyStep);
      }
    }
    x += <usize>(height * width * inChannels) << 2;
    dy += dyLine * outHeight;
  }
}

/** One row of dw, from output channel `c` on. */
function edge(
  x: usize,
  dy: usize,
  dw: usize,
  c: i32,
  outChannels: i32,
  rows: i32,
  columns: i32,
  xLine: usize,
  xStep: usize,
  dyStep: usize,
): void {
  for (; c + 4 <= outChannels; c += 4) {
    const at = <usize>c << 2;
    outerProducts1x4(x, dy + at, dw + at, rows, columns, xLine, xStep, dyStep);
  }
  for (; c < outChannels; c++) {
    const at = <usize>c << 2;
    outerProducts1x1(x, dy + at, dw + at, rows, columns, xLine, xStep, dyStep);
  }
}
