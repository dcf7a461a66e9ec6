// Batch norms between two kernels: their coefficients from the partial sums that a convolution's epilogue wrote, and in
// the backward pass from those of the kernel that computed the gradient. No "last workgroup finishes" here: WGSL has no
// device-wide fence.

import { forwardTiles } from './convForward';
import type { ThreadTile } from './threadTile';
import { type Geometry, IS_FINITE, type Kernel, kernel, reduction } from './wgsl';

/** Threads that add up so many values: many rounds for each are slow on a GPU, idle ones are slow in software. */
const threadsFor = (slots: number) => (slots > 256 ? 256 : slots > 32 ? 64 : 4);
const main = (threads: number) => `@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(local_invocation_index) li : u32) {`;

/**
 * Mean and variance over the tiles' sums, in two passes over the partials; coefficients of the batch norm at `P.own`;
 * and an update of the running statistics (momentum 0.1, unbiased variance), unless a number was not finite. A workgroup
 * handles four channels. Bindings: 0 part, 1 state, 2 params (gamma, beta at `P.gamma`), 3 running (mean, variance at
 * `P.running`), 4 halt, 5 places.
 */
export function normForward(geometry: Geometry, tile: ThreadTile, epsilon: number): Kernel {
  const { n, co, oh, ow } = geometry;
  const { rows, columns, down, across } = forwardTiles(geometry, tile);
  const [c4, slots, count] = [co / 4, n * down * across, n * oh * ow];
  const threads = threadsFor(slots);
  const body = `
${IS_FINITE}
${reduction(1, threads)}
${main(threads)}
  let q = wg.x;
  var s = vec4f();
  for (var i = li; i < ${slots}u; i += ${threads}u) { s += part[P.part + i * ${2 * c4}u + q]; }
  red[li] = s;
  reduceAll(li);
  let mean = red[0] / ${count}.0;
  workgroupBarrier();
  s = vec4f();
  for (var i = li; i < ${slots}u; i += ${threads}u) {
    let tile = i % ${down * across}u;
    let count = f32(min(${rows}u, ${oh}u - (tile / ${across}u) * ${rows}u) * min(${columns}u, ${ow}u - (tile % ${across}u) * ${columns}u));
    let apart = part[P.part + i * ${2 * c4}u + q] / count - mean;
    s += part[P.part + i * ${2 * c4}u + ${c4}u + q] + count * apart * apart;
  }
  red[li] = s;
  reduceAll(li);
  if (li == 0u) {
    let variance = red[0] / ${count}.0;
    let r = 1.0 / sqrt(variance + ${epsilon});
    state[P.own + q] = mean;
    state[P.own + ${c4}u + q] = params[P.gamma + q] * r;
    state[P.own + ${2 * c4}u + q] = params[P.gamma + ${c4}u + q];
    state[P.own + ${3 * c4}u + q] = r;
    if (!isFinite4(variance)) { atomicStore(&halt[0], 1u); }
    if (atomicLoad(&halt[0]) != 0u) { return; }
    running[P.running + q] = 0.9 * running[P.running + q] + 0.1 * mean;
    running[P.running + ${c4}u + q] = 0.9 * running[P.running + ${c4}u + q] + ${(0.1 * count) / Math.max(1, count - 1)} * variance;
  }
}`;
  return kernel(
    ['part: vec4f', 'state!: vec4f', 'params: vec4f', 'running!: vec4f', 'halt!: atomic<u32>'],
    [c4, 1, 1],
    body,
  );
}

/**
 * Gradients of gamma and beta, and a, c1, c2 of `dz`, from `slots` partial sums of g and of g xhat. Up to two more
 * workgroups sum the partial gradients of a learned rounding (two numbers) written by earlier kernels, `stepSlots[i]` vectors at
 * `P.sums` and `P.sums2`. Bindings: 0 part, 1 state, 2 grads (gamma then beta at `P.gamma`; steps at `P.gradient`,
 * `P.gradient2`), 3 places.
 */
export function normBackward(channels: number, slots: number, count: number, stepSlots: readonly number[]): Kernel {
  const c4 = channels / 4;
  const threads = threadsFor(Math.max(slots, ...stepSlots));
  const steps = stepSlots.map((length, i) => {
    const suffix = i === 0 ? '' : '2';
    return `
  if (q == ${c4 + i}u) {
    for (var i = li; i < ${length}u; i += ${threads}u) { s += part[P.sums${suffix} + i]; }
    red[li] = s;
    reduceAll(li);
    if (li < 2u) { grads[P.gradient${suffix} + li] = red[0][li]; }
    return;
  }`;
  });
  const body = `
${reduction(1, threads)}
${main(threads)}
  let q = wg.x;
  var s = vec4f();${steps.join('')}
  for (var i = li; i < ${slots}u; i += ${threads}u) { s += part[P.part + i * ${2 * c4}u + q]; }
  red[li] = s;
  reduceAll(li);
  let sum = red[0];
  workgroupBarrier();
  s = vec4f();
  for (var i = li; i < ${slots}u; i += ${threads}u) { s += part[P.part + i * ${2 * c4}u + ${c4}u + q]; }
  red[li] = s;
  reduceAll(li);
  if (li == 0u) {
    let product = red[0];
    for (var j = 0u; j < 4u; j++) {
      grads[P.gamma + q * 4u + j] = product[j];
      grads[P.gamma + ${channels}u + q * 4u + j] = sum[j];
    }
    state[P.own + ${4 * c4}u + q] = state[P.own + ${c4}u + q];
    state[P.own + ${5 * c4}u + q] = sum / ${count}.0;
    state[P.own + ${6 * c4}u + q] = product * state[P.own + ${3 * c4}u + q] / ${count}.0;
  }
}`;
  return kernel(['part: vec4f', 'state!: vec4f', 'grads!: f32'], [c4 + stepSlots.length, 1, 1], body);
}

/** Pixels that a workgroup of `normSums` adds up. */
const SUMMED = 256;
export const normSumsSlots = (pixels: number): number => Math.ceil(pixels / SUMMED);

/**
 * The partial sums of g and g xhat where no epilogue can compute them: for a projection's batch norm, which gets the
 * same g as the main branch's. Bindings: 0 g, 1 z, 2 state, 3 part, 4 places.
 */
export function normSums(pixels: number, channels: number): Kernel {
  const c4 = channels / 4;
  const lanes = Math.floor(SUMMED / c4);
  const body = `
var<workgroup> r1 : array<vec4f, ${SUMMED}>;
var<workgroup> r2 : array<vec4f, ${SUMMED}>;
${main(SUMMED)}
  let q = li % ${c4}u;
  let mean = state[P.own + q];
  var s1 = vec4f(); var s2 = vec4f();
  if (li < ${lanes * c4}u) {
    for (var p = wg.x * ${SUMMED}u + li / ${c4}u; p < min(${pixels}u, (wg.x + 1u) * ${SUMMED}u); p += ${lanes}u) {
      let d = g[p * ${c4}u + q];
      s1 += d; s2 = fma(d, z[p * ${c4}u + q] - mean, s2);
    }
  }
  r1[li] = s1; r2[li] = s2;
  workgroupBarrier();
  if (li < ${c4}u) {
    s1 = vec4f(); s2 = vec4f();
    for (var i = 0u; i < ${lanes}u; i++) { s1 += r1[i * ${c4}u + li]; s2 += r2[i * ${c4}u + li]; }
    part[P.part + wg.x * ${2 * c4}u + li] = s1;
    part[P.part + wg.x * ${2 * c4}u + ${c4}u + li] = s2 * state[P.own + ${3 * c4}u + li];
  }
}`;
  return kernel(['g: vec4f', 'z: vec4f', 'state: vec4f', 'part!: vec4f'], [normSumsSlots(pixels), 1, 1], body);
}
