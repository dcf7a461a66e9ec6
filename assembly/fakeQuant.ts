// Fake quantization, bit for bit as src/quant/uniformGrid.ts: sub, mul, nearest, clamp, mul, add, each rounded to f32.
// `nearest` rounds half to even. Adding 0 to a code turns -0 into 0, as the plain rounding gives.

// @ts-ignore: decorator
@inline
function codes(x: v128, inverse: v128, offset: v128): v128 {
  return f32x4.add(f32x4.nearest(f32x4.mul(f32x4.sub(x, offset), inverse)), f32x4.splat(0));
}

// @ts-ignore: decorator
@inline
function code(x: f32, inverse: f32, offset: f32): f32 {
  return nearest<f32>((x - offset) * inverse) + <f32>0;
}

// @ts-ignore: decorator
@inline
function levels(x: v128, scale: v128, inverse: v128, offset: v128, low: v128, high: v128): v128 {
  const clamped = f32x4.min(f32x4.max(codes(x, inverse, offset), low), high);
  return f32x4.add(f32x4.mul(clamped, scale), offset);
}

// @ts-ignore: decorator
@inline
function level(x: f32, scale: f32, inverse: f32, offset: f32, low: f32, high: f32): f32 {
  return min<f32>(max<f32>(code(x, inverse, offset), low), high) * scale + offset;
}

// @ts-ignore: decorator
@inline
function passing(x: v128, dy: v128, inverse: v128, offset: v128, low: v128, high: v128): v128 {
  const k = codes(x, inverse, offset);
  return v128.and(dy, v128.and(f32x4.ge(k, low), f32x4.le(k, high)));
}

// @ts-ignore: decorator
@inline
function pass(x: f32, dy: f32, inverse: f32, offset: f32, low: f32, high: f32): f32 {
  const k = code(x, inverse, offset);
  return k >= low && k <= high ? dy : 0;
}

/** Nearest level of each of `size` numbers; grid parameters [groups], one for each index of the last dimension. */
export function fakeQuant(
  x: usize,
  scale: usize,
  inverse: usize,
  offset: usize,
  y: usize,
  size: i32,
  groups: i32,
  low: f32,
  high: f32,
): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  const end = x + (<usize>size << 2);
  if (groups == 1) {
    const s = load<f32>(scale);
    const i = load<f32>(inverse);
    const o = load<f32>(offset);
    const ss = f32x4.splat(s);
    const is = f32x4.splat(i);
    const os = f32x4.splat(o);
    for (const last = x + (<usize>(size & ~3) << 2); x < last; x += 16, y += 16)
      v128.store(y, levels(v128.load(x), ss, is, os, lows, highs));
    for (; x < end; x += 4, y += 4) store<f32>(y, level(load<f32>(x), s, i, o, low, high));
    return;
  }
  const bytes = <usize>groups << 2;
  const vectors = <usize>(groups & ~3) << 2;
  for (; x < end; x += bytes, y += bytes) {
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const s = v128.load(scale + at);
      const i = v128.load(inverse + at);
      const o = v128.load(offset + at);
      v128.store(y + at, levels(v128.load(x + at), s, i, o, lows, highs));
    }
    for (; at < bytes; at += 4) {
      const s = load<f32>(scale + at);
      const i = load<f32>(inverse + at);
      const o = load<f32>(offset + at);
      store<f32>(y + at, level(load<f32>(x + at), s, i, o, low, high));
    }
  }
}

/** Straight-through gradient: dy where the unclamped code lies in [low, high], else 0. */
export function fakeQuantGrad(
  x: usize,
  dy: usize,
  inverse: usize,
  offset: usize,
  dx: usize,
  size: i32,
  groups: i32,
  low: f32,
  high: f32,
): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  const end = x + (<usize>size << 2);
  if (groups == 1) {
    const i = load<f32>(inverse);
    const o = load<f32>(offset);
    const is = f32x4.splat(i);
    const os = f32x4.splat(o);
    for (const last = x + (<usize>(size & ~3) << 2); x < last; x += 16, dy += 16, dx += 16)
      v128.store(dx, passing(v128.load(x), v128.load(dy), is, os, lows, highs));
    for (; x < end; x += 4, dy += 4, dx += 4) store<f32>(dx, pass(load<f32>(x), load<f32>(dy), i, o, low, high));
    return;
  }
  const bytes = <usize>groups << 2;
  const vectors = <usize>(groups & ~3) << 2;
  for (; x < end; x += bytes, dy += bytes, dx += bytes) {
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const i = v128.load(inverse + at);
      const o = v128.load(offset + at);
      v128.store(dx + at, passing(v128.load(x + at), v128.load(dy + at), i, o, lows, highs));
    }
    for (; at < bytes; at += 4) {
      const i = load<f32>(inverse + at);
      const o = load<f32>(offset + at);
      store<f32>(dx + at, pass(load<f32>(x + at), load<f32>(dy + at), i, o, low, high));
    }
  }
}
