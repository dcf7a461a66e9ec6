// The gradient of PACT's clip and LSQ's step; the loop in src/nn/kernels/learnedInputHeap.ts is the reference. Sums run in
// double precision.

/** dx = dy for 0 < x * inverse < limit; `sum` gets dy times `beyond` above, times `error` of the rounding error between. */
export function learnedInputGrad(
  x: usize,
  dy: usize,
  inverse: usize,
  limit: usize,
  dx: usize,
  sum: usize,
  size: i32,
  beyond: f32,
  error: f32,
): void {
  const inv = load<f32>(inverse);
  const high = load<f32>(limit);
  const end = x + (<usize>size << 2);
  const zero = f32x4.splat(0);
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  for (const last = x + (<usize>(size & ~3) << 2); x < last; x += 16, dy += 16, dx += 16) {
    const t = f32x4.mul(v128.load(x), f32x4.splat(inv));
    const g = v128.load(dy);
    const above = f32x4.ge(t, f32x4.splat(high));
    const inside = v128.and(f32x4.gt(t, zero), f32x4.lt(t, f32x4.splat(high)));
    v128.store(dx, v128.and(g, inside));
    const rounding = f32x4.mul(f32x4.sub(f32x4.nearest(t), t), f32x4.splat(error));
    const slope = v128.or(v128.and(rounding, inside), v128.and(f32x4.splat(beyond), above));
    const p = f32x4.mul(g, slope);
    a = f64x2.add(a, f64x2.promote_low_f32x4(p));
    b = f64x2.add(b, f64x2.promote_low_f32x4(v128.shuffle<f32>(p, p, 2, 3, 2, 3)));
  }
  const lanes = f64x2.add(a, b);
  let total = f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
  for (; x < end; x += 4, dy += 4, dx += 4) {
    const t = load<f32>(x) * inv;
    const g = load<f32>(dy);
    const inside = t > 0 && t < high;
    store<f32>(dx, inside ? g : 0);
    if (inside) total += <f64>(g * ((nearest<f32>(t) - t) * error));
    else if (t >= high) total += <f64>(g * beyond);
  }
  store<f32>(sum, <f32>total);
}
