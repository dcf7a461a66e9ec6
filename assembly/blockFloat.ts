// Block floating point, bit for bit as src/quant/bfp.ts. The exponent is read off the bits of the largest magnitude, and
// steps are put together from bits, so that both are exact. Zero and subnormal blocks have exponent bits 0 and end at the
// smallest exponent. `pmax` and `>` pass over NaN, which then stays NaN. Adding 0 to a code turns -0 into 0.

// @ts-ignore: decorator
@inline
function largestMagnitude(x: usize, vectors: usize, end: usize): f32 {
  let largest: f32 = 0;
  if (x < vectors) {
    let four = f32x4.splat(0);
    for (; x < vectors; x += 16) four = f32x4.pmax(four, f32x4.abs(v128.load(x)));
    largest = max<f32>(
      max<f32>(f32x4.extract_lane(four, 0), f32x4.extract_lane(four, 1)),
      max<f32>(f32x4.extract_lane(four, 2), f32x4.extract_lane(four, 3)),
    );
  }
  for (; x < end; x += 4) {
    const magnitude = abs<f32>(load<f32>(x));
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

/** Each of `size` numbers [..., channels] in `bits` bits of mantissa, one exponent for every `block` neighbors. */
export function blockFloat(x: usize, y: usize, size: i32, channels: i32, block: i32, bits: i32): void {
  const all = x + (<usize>size << 2);
  const limit = <f32>((1 << bits) - 1);
  const low = f32x4.splat(-limit);
  const high = f32x4.splat(limit);
  while (x < all) {
    for (let from: i32 = 0; from < channels; from += block) {
      const count = min<i32>(block, channels - from);
      const vectors = x + (<usize>(count & ~3) << 2);
      const end = x + (<usize>count << 2);
      const exponent = (reinterpret<i32>(largestMagnitude(x, vectors, end)) >> 23) - 127;
      const step = max<i32>(-64, min<i32>(63, exponent)) - bits + 1;
      const scale = reinterpret<f32>((127 + step) << 23);
      const inverse = reinterpret<f32>((127 - step) << 23);
      const scales = f32x4.splat(scale);
      const inverses = f32x4.splat(inverse);
      for (; x < vectors; x += 16, y += 16) {
        const codes = f32x4.add(f32x4.nearest(f32x4.mul(v128.load(x), inverses)), f32x4.splat(0));
        v128.store(y, f32x4.mul(f32x4.min(f32x4.max(codes, low), high), scales));
      }
      for (; x < end; x += 4, y += 4) {
        const code = nearest<f32>(load<f32>(x) * inverse) + <f32>0;
        store<f32>(y, min<f32>(max<f32>(code, -limit), limit) * scale);
      }
    }
  }
}
