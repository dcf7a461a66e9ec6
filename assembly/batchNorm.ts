// Batch norm for training, channels last. Sums run in double precision, two lanes at a time: the pass over memory costs
// more than they do. The plain loops in src/nn/kernels/batchNormHeap.ts are the reference.

/** Bytes of activations read before moving to the next four channels: half of a small first-level cache. */
const BLOCK_BYTES: i32 = 16384;

// @ts-ignore: decorator
@inline
function rowsInBlock(channels: i32): i32 {
  return max(1, BLOCK_BYTES / (channels << 2));
}

// @ts-ignore: decorator
@inline
function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
}

// @ts-ignore: decorator
@inline
function addTo(address: usize, value: v128): void {
  v128.store(address, f64x2.add(v128.load(address), value));
}

/** Adds to `sums` (f64 [2, channels], first zeroed) the sum and the sum of squares of each channel of x [rows, channels]. */
function sumAndSquares(x: usize, sums: usize, rows: i32, channels: i32): void {
  memory.fill(sums, 0, <usize>channels << 4);
  const stride = <usize>channels << 2;
  const squares = sums + (<usize>channels << 3);
  const vectors = channels & ~3;
  const block = rowsInBlock(channels);
  for (let row = 0; row < rows; row += block) {
    const start = x + <usize>row * stride;
    const end = start + <usize>min(block, rows - row) * stride;
    for (let c = 0; c < vectors; c += 4) {
      let s0 = f64x2.splat(0);
      let s1 = f64x2.splat(0);
      let q0 = f64x2.splat(0);
      let q1 = f64x2.splat(0);
      for (let p = start + (<usize>c << 2); p < end; p += stride) {
        const v = v128.load(p);
        const a = f64x2.promote_low_f32x4(v);
        const b = high(v);
        s0 = f64x2.add(s0, a);
        s1 = f64x2.add(s1, b);
        q0 = f64x2.add(q0, f64x2.mul(a, a));
        q1 = f64x2.add(q1, f64x2.mul(b, b));
      }
      const at = <usize>c << 3;
      addTo(sums + at, s0);
      addTo(sums + at + 16, s1);
      addTo(squares + at, q0);
      addTo(squares + at + 16, q1);
    }
    for (let c = vectors; c < channels; c++) {
      let s: f64 = 0;
      let q: f64 = 0;
      for (let p = start + (<usize>c << 2); p < end; p += stride) {
        const v = <f64>load<f32>(p);
        s += v;
        q += v * v;
      }
      const at = <usize>c << 3;
      store<f64>(sums + at, load<f64>(sums + at) + s);
      store<f64>(squares + at, load<f64>(squares + at) + q);
    }
  }
}

/** Mean and biased variance of each channel of x [rows, channels]. `scratch`: f64 [2, channels]. */
export function batchMoments(x: usize, mean: usize, variance: usize, scratch: usize, rows: i32, channels: i32): void {
  sumAndSquares(x, scratch, rows, channels);
  const count = <f64>rows;
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2;
    const m = load<f64>(scratch + (<usize>c << 3)) / count;
    store<f32>(mean + at, <f32>m);
    store<f32>(variance + at, <f32>max<f64>(0, load<f64>(scratch + (<usize>(channels + c) << 3)) / count - m * m));
  }
}

/**
 * y = (x - mean) * scale + shift for each channel, with scale = gamma / sqrt(variance + epsilon) and shift = beta.
 * `scratch`: f32 [channels].
 */
export function batchNormalize(
  x: usize,
  mean: usize,
  variance: usize,
  gamma: usize,
  beta: usize,
  y: usize,
  scratch: usize,
  rows: i32,
  channels: i32,
  epsilon: f64,
): void {
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2;
    store<f32>(scratch + at, <f32>(<f64>load<f32>(gamma + at) / Math.sqrt(<f64>load<f32>(variance + at) + epsilon)));
  }
  scaleAndShift(x, mean, scratch, beta, y, rows, channels);
}

/** y = (x - mean) * scale + shift, all three [channels]. */
function scaleAndShift(x: usize, mean: usize, scale: usize, shift: usize, y: usize, rows: i32, channels: i32): void {
  const stride = <usize>channels << 2;
  const vectors = (channels & ~3) << 2;
  for (let row = 0; row < rows; row++) {
    let at: usize = 0;
    for (; at < <usize>vectors; at += 16) {
      const centered = f32x4.sub(v128.load(x + at), v128.load(mean + at));
      v128.store(y + at, f32x4.add(f32x4.mul(centered, v128.load(scale + at)), v128.load(shift + at)));
    }
    for (; at < stride; at += 4)
      store<f32>(y + at, (load<f32>(x + at) - load<f32>(mean + at)) * load<f32>(scale + at) + load<f32>(shift + at));
    x += stride;
    y += stride;
  }
}

/** Adds to `sums` (f64 [2, channels], first zeroed) sum(dy) and sum(dy (x - mean)) of each channel. */
function gradientSums(x: usize, dy: usize, mean: usize, sums: usize, rows: i32, channels: i32): void {
  memory.fill(sums, 0, <usize>channels << 4);
  const stride = <usize>channels << 2;
  const products = sums + (<usize>channels << 3);
  const vectors = channels & ~3;
  const block = rowsInBlock(channels << 1);
  const toX = x - dy; // address arithmetic wraps, so the sum is right whichever lies first
  for (let row = 0; row < rows; row += block) {
    const start = dy + <usize>row * stride;
    const end = start + <usize>min(block, rows - row) * stride;
    for (let c = 0; c < vectors; c += 4) {
      const m = v128.load(mean + (<usize>c << 2));
      let s0 = f64x2.splat(0);
      let s1 = f64x2.splat(0);
      let q0 = f64x2.splat(0);
      let q1 = f64x2.splat(0);
      for (let p = start + (<usize>c << 2); p < end; p += stride) {
        const g = v128.load(p);
        const centered = f32x4.sub(v128.load(p + toX), m);
        const a = f64x2.promote_low_f32x4(g);
        const b = high(g);
        s0 = f64x2.add(s0, a);
        s1 = f64x2.add(s1, b);
        q0 = f64x2.add(q0, f64x2.mul(a, f64x2.promote_low_f32x4(centered)));
        q1 = f64x2.add(q1, f64x2.mul(b, high(centered)));
      }
      const at = <usize>c << 3;
      addTo(sums + at, s0);
      addTo(sums + at + 16, s1);
      addTo(products + at, q0);
      addTo(products + at + 16, q1);
    }
    for (let c = vectors; c < channels; c++) {
      const m = load<f32>(mean + (<usize>c << 2));
      let s: f64 = 0;
      let q: f64 = 0;
      for (let p = start + (<usize>c << 2); p < end; p += stride) {
        const g = <f64>load<f32>(p);
        s += g;
        q += g * <f64>(load<f32>(p + toX) - m);
      }
      const at = <usize>c << 3;
      store<f64>(sums + at, load<f64>(sums + at) + s);
      store<f64>(products + at, load<f64>(products + at) + q);
    }
  }
}

/**
 * Gradients of batchNormalize with respect to x, gamma, beta, mean and variance being functions of x.
 * `scratch`: f64 [2, channels] for the sums, then f32 [3, channels] for the factors of the second pass.
 */
export function batchNormGrad(
  x: usize,
  dy: usize,
  gamma: usize,
  mean: usize,
  variance: usize,
  dx: usize,
  dGamma: usize,
  dBeta: usize,
  scratch: usize,
  rows: i32,
  channels: i32,
  epsilon: f64,
): void {
  gradientSums(x, dy, mean, scratch, rows, channels);
  const count = <f64>rows;
  const stride = <usize>channels << 2;
  const scales = scratch + (<usize>channels << 4);
  const slopes = scales + stride;
  const shifts = slopes + stride;
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2;
    const sum = load<f64>(scratch + (<usize>c << 3));
    const product = load<f64>(scratch + (<usize>(channels + c) << 3));
    const r = 1 / Math.sqrt(<f64>load<f32>(variance + at) + epsilon);
    const scale = <f64>load<f32>(gamma + at) * r;
    store<f32>(dGamma + at, <f32>(product * r));
    store<f32>(dBeta + at, <f32>sum);
    store<f32>(scales + at, <f32>scale);
    store<f32>(slopes + at, <f32>((-scale * r * r * product) / count));
    store<f32>(shifts + at, <f32>((-scale * sum) / count));
  }
  const vectors = <usize>((channels & ~3) << 2);
  for (let row = 0; row < rows; row++) {
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const centered = f32x4.sub(v128.load(x + at), v128.load(mean + at));
      const direct = f32x4.mul(v128.load(scales + at), v128.load(dy + at));
      const through = f32x4.add(f32x4.mul(v128.load(slopes + at), centered), v128.load(shifts + at));
      v128.store(dx + at, f32x4.add(direct, through));
    }
    for (; at < stride; at += 4) {
      const through = load<f32>(slopes + at) * (load<f32>(x + at) - load<f32>(mean + at)) + load<f32>(shifts + at);
      store<f32>(dx + at, load<f32>(scales + at) * load<f32>(dy + at) + through);
    }
    x += stride;
    dy += stride;
    dx += stride;
  }
}
