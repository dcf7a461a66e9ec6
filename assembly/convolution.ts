// Convolutions and their gradients, [n, h, w, c], without im2col: an image is copied into a zero border once, after which
// the numbers under one row of the kernel lie next to each other in memory, and a convolution is a matrix product whose
// rows are pixels. A tile of 4 x 8 sums stays in registers. Strided input gradients are one convolution for each
// remainder of (row, column) by the stride, so no product with an inserted zero is computed.
// Reference: the plain cpu kernels of tfjs, which the tests compare with.

/** Bytes of activations that a block of rows may take in the filter gradient: a first-level cache and a little more. */
const BLOCK_BYTES: i32 = 32768;

/** sum + a b: rounded once where the machine has such an instruction and the module is the one compiled for it. */
// @ts-ignore: decorator
@inline
function addProduct(sum: v128, a: v128, b: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, sum) : f32x4.add(sum, f32x4.mul(a, b));
}

// @ts-ignore: decorator
@inline
function accumulate(address: usize, value: v128): void {
  v128.store(address, f32x4.add(v128.load(address), value));
}

/** Copies an image [h, w, c] to (top, left) of a frame [frameHeight, frameWidth, c]; cuts what lies outside. */
function frameImage(
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

/**
 * out[pixel, 8] = (start[8] + sum over kernel rows and `depth` numbers of window[pixel, row, depth] panel[row, depth, 8])
 * factor[8] + shift[8], each rounded, clamped to [low, high], for all `rows` x `columns` pixels, four at a time. `ends` holds
 * start, factor and shift, 8 numbers each. Stores the first `kept` of the 8 channels; `spare` has room for 8 numbers.
 */
function convolvePanel(
  window: usize,
  windowLine: usize,
  windowStep: usize,
  kernelLine: usize,
  panel: usize,
  kernelRows: i32,
  depth: i32,
  out: usize,
  outLine: usize,
  outStep: usize,
  rows: i32,
  columns: i32,
  kept: i32,
  spare: usize,
  ends: usize,
  low: f32,
  high: f32,
): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  const last = rows * columns - 1;
  for (let pixel = 0; pixel <= last; pixel += 4) {
    // Behind the last pixel the last one is computed again.
    const i1 = min(pixel + 1, last);
    const i2 = min(pixel + 2, last);
    const i3 = min(pixel + 3, last);
    const y0 = pixel / columns;
    const y1 = i1 / columns;
    const y2 = i2 / columns;
    const y3 = i3 / columns;
    const x0 = pixel - y0 * columns;
    const x1 = i1 - y1 * columns;
    const x2 = i2 - y2 * columns;
    const x3 = i3 - y3 * columns;
    let p0 = window + windowLine * y0 + windowStep * x0;
    let p1 = window + windowLine * y1 + windowStep * x1;
    let p2 = window + windowLine * y2 + windowStep * x2;
    let p3 = window + windowLine * y3 + windowStep * x3;
    let s00 = v128.load(ends);
    let s01 = v128.load(ends, 16);
    let s10 = v128.load(ends);
    let s11 = v128.load(ends, 16);
    let s20 = v128.load(ends);
    let s21 = v128.load(ends, 16);
    let s30 = v128.load(ends);
    let s31 = v128.load(ends, 16);
    let w = panel;
    const skip = kernelLine - (<usize>depth << 2);
    for (let row = kernelRows; row > 0; row--) {
      for (const end = p0 + (<usize>depth << 2); p0 < end; ) {
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        let v = v128.load32_splat(p0);
        s00 = addProduct(s00, v, w0);
        s01 = addProduct(s01, v, w1);
        v = v128.load32_splat(p1);
        s10 = addProduct(s10, v, w0);
        s11 = addProduct(s11, v, w1);
        v = v128.load32_splat(p2);
        s20 = addProduct(s20, v, w0);
        s21 = addProduct(s21, v, w1);
        v = v128.load32_splat(p3);
        s30 = addProduct(s30, v, w0);
        s31 = addProduct(s31, v, w1);
        w += 32;
        p0 += 4;
        p1 += 4;
        p2 += 4;
        p3 += 4;
      }
      p0 += skip;
      p1 += skip;
      p2 += skip;
      p3 += skip;
    }
    const f0 = v128.load(ends, 32);
    const f1 = v128.load(ends, 48);
    const b0 = v128.load(ends, 64);
    const b1 = v128.load(ends, 80);
    storePixel(
      out + outLine * y0 + outStep * x0, finish(s00, f0, b0, lows, highs), finish(s01, f1, b1, lows, highs), kept, spare,
    );
    storePixel(
      out + outLine * y1 + outStep * x1, finish(s10, f0, b0, lows, highs), finish(s11, f1, b1, lows, highs), kept, spare,
    );
    storePixel(
      out + outLine * y2 + outStep * x2, finish(s20, f0, b0, lows, highs), finish(s21, f1, b1, lows, highs), kept, spare,
    );
    storePixel(
      out + outLine * y3 + outStep * x3, finish(s30, f0, b0, lows, highs), finish(s31, f1, b1, lows, highs), kept, spare,
    );
  }
}

/** Never a fused product: the sums of integers that come here are exact, and what follows must be the same everywhere. */
// @ts-ignore: decorator
@inline
function finish(sum: v128, factor: v128, shift: v128, low: v128, high: v128): v128 {
  return f32x4.min(f32x4.max(f32x4.add(f32x4.mul(sum, factor), shift), low), high);
}

/** The ends of 8 channels: starts (address 0: zeros), factors (ones), shifts (zeros), of which `kept` are given. */
function packEnds(ends: usize, start: usize, factor: usize, shift: usize, kept: i32): void {
  memory.fill(ends, 0, 96);
  const one = f32x4.splat(1);
  v128.store(ends, one, 32);
  v128.store(ends, one, 48);
  const bytes = <usize>kept << 2;
  if (start != 0) memory.copy(ends, start, bytes);
  if (factor != 0) memory.copy(ends + 32, factor, bytes);
  if (shift != 0) memory.copy(ends + 64, shift, bytes);
}

// @ts-ignore: decorator
@inline
function storePixel(out: usize, a: v128, b: v128, kept: i32, spare: usize): void {
  if (kept == 8) {
    v128.store(out, a);
    v128.store(out, b, 16);
  } else {
    v128.store(spare, a);
    v128.store(spare, b, 16);
    memory.copy(out, spare, <usize>kept << 2);
  }
}

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
