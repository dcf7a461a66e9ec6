// Gradient of max pooling: the first maximum of a window in reading order gets it; see src/nn/kernels/maxPoolGradHeap.ts.

/** dx [n, h, w, c] from dy [n, outH, outW, c] and the pool's input x. */
export function maxPoolGrad(
  dy: usize,
  x: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  sizeY: i32,
  sizeX: i32,
  strideY: i32,
  strideX: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixel = <usize>channels << 2;
  const line = <usize>width * pixel;
  const image = <usize>height * line;
  const vectors = <usize>(channels & ~3) << 2;
  memory.fill(dx, 0, <usize>batch * image);
  for (let n = 0; n < batch; n++, x += image, dx += image)
    for (let oy = 0; oy < outHeight; oy++) {
      const top = max(0, oy * strideY - padTop);
      const bottom = min(height, oy * strideY - padTop + sizeY);
      for (let ox = 0; ox < outWidth; ox++, dy += pixel) {
        const left = max(0, ox * strideX - padLeft);
        const right = min(width, ox * strideX - padLeft + sizeX);
        const first = <usize>top * line + <usize>left * pixel;
        for (let c: usize = 0; c < vectors; c += 16) {
          let best = v128.load(x + first + c);
          let place = i32x4.splat(<i32>(first + c));
          for (let y = top; y < bottom; y++)
            for (let column = left; column < right; column++) {
              const at = <usize>y * line + <usize>column * pixel + c;
              const value = v128.load(x + at);
              const larger = f32x4.gt(value, best);
              best = v128.bitselect(value, best, larger);
              place = v128.bitselect(i32x4.splat(<i32>at), place, larger);
            }
          const g = v128.load(dy + c);
          for (let y = top; y < bottom; y++)
            for (let column = left; column < right; column++) {
              const at = <usize>y * line + <usize>column * pixel + c;
              const here = i32x4.eq(place, i32x4.splat(<i32>at));
              v128.store(dx + at, f32x4.add(v128.load(dx + at), v128.and(g, here)));
            }
        }
        for (let c = vectors; c < pixel; c += 4) {
          let best = first + c;
          for (let y = top; y < bottom; y++)
            for (let column = left; column < right; column++) {
              const at = <usize>y * line + <usize>column * pixel + c;
              if (load<f32>(x + at) > load<f32>(x + best)) best = at;
            }
          store<f32>(dx + best, load<f32>(dx + best) + load<f32>(dy + c));
        }
      }
    }
}
