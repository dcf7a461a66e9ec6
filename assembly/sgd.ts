// One step of stochastic gradient descent with Nesterov momentum and L2 decay; see src/nn/kernels/sgdHeap.ts.

/** g += decay w; v = momentum v + g; w -= rate (g + momentum v), for `size` numbers, into new weights and velocities. */
export function sgdStep(
  weights: usize,
  gradient: usize,
  velocity: usize,
  newWeights: usize,
  newVelocity: usize,
  size: i32,
  rate: f32,
  momentum: f32,
  decay: f32,
): void {
  const rates = f32x4.splat(rate);
  const momenta = f32x4.splat(momentum);
  const decays = f32x4.splat(decay);
  const end = <usize>size << 2;
  const vectors = <usize>(size & ~3) << 2;
  let at: usize = 0;
  for (; at < vectors; at += 16) {
    const w = v128.load(weights + at);
    const g = f32x4.add(v128.load(gradient + at), f32x4.mul(decays, w));
    const v = f32x4.add(f32x4.mul(momenta, v128.load(velocity + at)), g);
    v128.store(newVelocity + at, v);
    v128.store(newWeights + at, f32x4.sub(w, f32x4.mul(rates, f32x4.add(g, f32x4.mul(momenta, v)))));
  }
  for (; at < end; at += 4) {
    const w = load<f32>(weights + at);
    const g = load<f32>(gradient + at) + decay * w;
    const v = momentum * load<f32>(velocity + at) + g;
    store<f32>(newVelocity + at, v);
    store<f32>(newWeights + at, w - rate * (g + momentum * v));
  }
}
