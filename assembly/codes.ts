// Codes of activations as bytes, `code - minCode`: 0 ... 255 at most, whatever the zero point. They are the codes of
// src/quant/uniformGrid.ts for an offset of 0, in fewer instructions: clamping before rounding gives the same code, because
// both ends are whole numbers, and adding 1.5 * 2^23 rounds half to even. NaN has no code; the functions return 1 if they
// met one, else 0.

/** 1.5 * 2^23, in a range of float32 where neighbors are 1 apart. */
const MAGIC: f32 = 12582912;
const MAGIC_BITS: i32 = 0x4b400000;

/** Of a grid: 1 / scale, smallest and largest code, and the bits of MAGIC + minCode; four f32, the last an i32. */
// @ts-ignore: decorator
@inline
export function storeGrid(grid: usize, inverse: f32, minCode: f32, maxCode: f32): void {
  store<f32>(grid, inverse);
  store<f32>(grid, minCode, 4);
  store<f32>(grid, maxCode, 8);
  store<i32>(grid, MAGIC_BITS + <i32>minCode, 12);
}

/** Bytes of four numbers, each in a lane of 32 bits. */
// @ts-ignore: decorator
@inline
export function codesOf(x: v128, grid: usize): v128 {
  const scaled = f32x4.mul(x, v128.load32_splat(grid));
  const clamped = f32x4.pmin(f32x4.pmax(scaled, v128.load32_splat(grid, 4)), v128.load32_splat(grid, 8));
  return i32x4.sub(f32x4.add(clamped, f32x4.splat(MAGIC)), v128.load32_splat(grid, 12));
}

/** The low bytes of lanes of 32 bits. */
// @ts-ignore: decorator
@inline
export function bytesOf(a: v128, b: v128): v128 {
  const pairs = i16x8.narrow_i32x4_s(a, b);
  return i8x16.narrow_i16x8_u(pairs, pairs);
}

/** Codes of `size` numbers. `scratch`: 16 bytes. */
export function quantizeCodes(
  x: usize, codes: usize, scratch: usize, size: i32, inverse: f32, minCode: f32, maxCode: f32,
): i32 {
  storeGrid(scratch, inverse, minCode, maxCode);
  let bad = i32x4.splat(0);
  const end = codes + <usize>size;
  for (const last = codes + <usize>(size & ~7); codes < last; codes += 8, x += 32) {
    const a = v128.load(x);
    const b = v128.load(x, 16);
    bad = v128.or(bad, v128.or(f32x4.ne(a, a), f32x4.ne(b, b)));
    v128.store64_lane(codes, bytesOf(codesOf(a, scratch), codesOf(b, scratch)), 0);
  }
  for (; codes < end; codes++, x += 4) {
    const a = v128.load32_zero(x);
    bad = v128.or(bad, f32x4.ne(a, a));
    v128.store8_lane(codes, codesOf(a, scratch), 0);
  }
  return v128.any_true(bad) ? 1 : 0;
}

/** a + b clamped to [low, high], as floats y (address 0: none) and as codes. `scratch`: 16 bytes. */
export function addCodes(
  a: usize, b: usize, y: usize, codes: usize, scratch: usize, size: i32,
  low: f32, high: f32, inverse: f32, minCode: f32, maxCode: f32,
): i32 {
  storeGrid(scratch, inverse, minCode, maxCode);
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  let bad = i32x4.splat(0);
  const end = codes + <usize>size;
  for (const last = codes + <usize>(size & ~7); codes < last; codes += 8, a += 32, b += 32) {
    const p = f32x4.add(v128.load(a), v128.load(b));
    const q = f32x4.add(v128.load(a, 16), v128.load(b, 16));
    bad = v128.or(bad, v128.or(f32x4.ne(p, p), f32x4.ne(q, q)));
    const u = f32x4.pmin(f32x4.pmax(lows, p), highs);
    const v = f32x4.pmin(f32x4.pmax(lows, q), highs);
    if (y != 0) {
      v128.store(y, u);
      v128.store(y, v, 16);
      y += 32;
    }
    v128.store64_lane(codes, bytesOf(codesOf(u, scratch), codesOf(v, scratch)), 0);
  }
  for (; codes < end; codes++, a += 4, b += 4) {
    const p = f32x4.add(v128.load32_zero(a), v128.load32_zero(b));
    bad = v128.or(bad, f32x4.ne(p, p));
    const u = f32x4.pmin(f32x4.pmax(lows, p), highs);
    if (y != 0) {
      v128.store32_lane(y, u, 0);
      y += 4;
    }
    v128.store8_lane(codes, codesOf(u, scratch), 0);
  }
  return v128.any_true(bad) ? 1 : 0;
}

/** Largest codes of windows, [n, h, w, c] to [n, outH, outW, c]; padding never wins. */
export function maxPoolCodes(
  x: usize, y: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  windowHeight: i32, windowWidth: i32, strideY: i32, strideX: i32, top: i32, left: i32,
): void {
  const line = <usize>(width * channels);
  for (let n = 0; n < batch; n++, x += line * height)
    for (let row = 0; row < outHeight; row++) {
      const from = max(0, row * strideY - top);
      const to = min(height, row * strideY - top + windowHeight);
      for (let column = 0; column < outWidth; column++, y += channels) {
        const start = max(0, column * strideX - left);
        const stop = min(width, column * strideX - left + windowWidth);
        memory.fill(y, 0, channels);
        for (let i = from; i < to; i++)
          for (let j = start; j < stop; j++) {
            const p = x + line * i + <usize>(j * channels);
            let c: usize = 0;
            for (; c + 16 <= <usize>channels; c += 16) v128.store(y + c, i8x16.max_u(v128.load(y + c), v128.load(p + c)));
            for (; c < <usize>channels; c++) store<u8>(y + c, max(load<u8>(y + c), load<u8>(p + c)));
          }
      }
    }
}
