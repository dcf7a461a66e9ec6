// Work on all parameters at once, 64 neighbors of one tensor per workgroup, from descriptors in a buffer: rounding of
// weights by learned steps, its gradients, and the optimizer.
import { MAX_FLOAT32 } from '../../quant/uniformGrid';
import { type Kernel, kernel } from './wgsl';

/** Numbers per workgroup. */
export const BLOCK = 64;

/** Up to 64 neighboring parameters; all positions in f32. */
export interface UpdateBlock {
  readonly param: number;
  readonly count: number;
  /** Their gradients: the sum of `splits` of them, `stride` apart, times `scale`; in `partials` or in `grads`. */
  readonly from: 'partials' | 'grads';
  readonly gradient: number;
  readonly splits: number;
  readonly stride: number;
  readonly scale: number;
  /** Kind of update: with decay, without decay, clamping a learned step above its floor, or adding the sum. */
  readonly rule: 'decayed' | 'plain' | 'step' | 'add';
  /** Where else in `state` the new values go. */
  readonly copy?: number;
}

const RULES = ['plain', 'decayed', 'step', 'add'] as const;
const NOWHERE = 0xffff_ffff;
const FROM_PARTIALS = 512;

/** Eight words per block. */
export function updateWords(blocks: readonly UpdateBlock[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(8 * blocks.length);
  const floats = new Float32Array(words.buffer);
  blocks.forEach((block, i) => {
    const { param, count, from, gradient, splits, stride, scale, rule, copy } = block;
    const flags = count | (RULES.indexOf(rule) << 7) | (from === 'partials' ? FROM_PARTIALS : 0);
    words.set([param, flags, gradient, splits, stride, copy ?? NOWHERE], 8 * i);
    floats[8 * i + 6] = scale;
  });
  return words;
}

/** WGSL: the sum of `splits` values of `buffer`, as four interleaved sums, which are shorter and lose fewer digits. */
const splitSum = (buffer: string) => `
  var s = vec4f();
  var i = 0u;
  for (; i + 4u <= b.splits; i += 4u) {
    let at = b.gradient + i * b.stride + li;
    s += vec4f(${buffer}[at], ${buffer}[at + b.stride], ${buffer}[at + 2u * b.stride], ${buffer}[at + 3u * b.stride]);
  }
  var sum = (s.x + s.y) + (s.z + s.w);
  for (; i < b.splits; i++) { sum += ${buffer}[b.gradient + i * b.stride + li]; }
  return sum;`;

/**
 * `g += decay w; v = momentum v + g; w -= rate (g + momentum v)`, as in sgd.ts. For a learned step its reciprocal is
 * written too, so that all kernels share one. Bindings: 0 params, 1 velocity, 2 grads, 3 blocks, 4 state, 5 partials, 6
 * options [rate, momentum, decay, floor of steps].
 */
export function update(blocks: number): Kernel {
  const body = `
struct Block { param : u32, flags : u32, gradient : u32, splits : u32, stride : u32, copy : u32, scale : f32, unused : u32 }
fn fromPartials(b : Block, li : u32) -> f32 {${splitSum('partials')} }
fn fromGrads(b : Block, li : u32) -> f32 {${splitSum('grads')} }
@compute @workgroup_size(${BLOCK})
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(local_invocation_index) li : u32) {
  let b = blocks[wg.x];
  if (li >= (b.flags & 127u)) { return; }
  var g = 0.0;
  if ((b.flags & ${FROM_PARTIALS}u) != 0u) { g = fromPartials(b, li); } else { g = fromGrads(b, li); }
  let rule = (b.flags >> 7u) & 3u;
  let p = b.param + li;
  let w = params[p];
  if (rule == ${RULES.indexOf('add')}u) { params[p] = w + g; return; }
  g = g * b.scale + select(0.0, options.z * w, rule == ${RULES.indexOf('decayed')}u);
  let v = options.y * velocity[p] + g;
  velocity[p] = v;
  var next = w - options.x * (g + options.y * v);
  if (rule == ${RULES.indexOf('step')}u) { next = max(next, options.w); }
  params[p] = next;
  if (b.copy != ${NOWHERE}u) {
    state[b.copy + li] = next;
    if (rule == ${RULES.indexOf('step')}u) { state[b.copy + 1u] = min(1.0 / next, ${MAX_FLOAT32}); }
  }
}`;
  const buffers = ['params!: f32', 'velocity!: f32', 'grads: f32', 'blocks: Block', 'state!: f32', 'partials: f32'];
  return kernel(buffers, [blocks, 1, 1], body, 'options');
}

/** Up to 64 neighboring weights that a learned step rounds; all positions in f32. */
export interface RoundingBlock {
  readonly param: number;
  readonly count: number;
  /**
   * In `state`: where the rounded weights go, and their step: [step, 1 / step, largest negative code, largest code].
   */
  readonly out: number;
  readonly step: number;
}

export const roundingWords = (blocks: readonly RoundingBlock[]): Uint32Array<ArrayBuffer> =>
  Uint32Array.from(blocks.flatMap(({ param, count, out, step }) => [param, count, out, step]));

/** Bindings: 0 params, 1 blocks, 2 state. */
export function roundWeights(blocks: number): Kernel {
  const body = `
@compute @workgroup_size(${BLOCK})
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(local_invocation_index) li : u32) {
  let b = blocks[wg.x];
  if (li >= b.y) { return; }
  let code = clamp(round(params[b.x + li] * state[b.w + 1u]), -state[b.w + 2u], state[b.w + 3u]);
  state[b.z + li] = code * state[b.w];
}`;
  return kernel(['params: f32', 'blocks: vec4u', 'state!: f32'], [blocks, 1, 1], body, undefined);
}

/** The same weights in the backward pass. */
export interface RoundingGradBlock extends RoundingBlock {
  /** Their gradients in `partials`: the sum of `splits`, `stride` apart. */
  readonly gradient: number;
  readonly splits: number;
  readonly stride: number;
  /** In `grads`: where the gradient of the step goes, summed over these weights; their own gradients go to `out`. */
  readonly stepGradient: number;
}

export const roundingGradWords = (blocks: readonly RoundingGradBlock[]): Uint32Array<ArrayBuffer> =>
  Uint32Array.from(
    blocks.flatMap(({ param, count, out, step, gradient, splits, stride, stepGradient }) => [
      ...[param, count, gradient, splits],
      ...[stride, out, step, stepGradient],
    ]),
  );

/**
 * Straight-through gradients of rounded weights, and of their steps as in LSQ. Bindings: 0 params, 1 blocks, 2 state, 3
 * partials, 4 grads.
 */
export function roundWeightsBackward(blocks: number): Kernel {
  const body = `
struct Block { param : u32, count : u32, gradient : u32, splits : u32, stride : u32, out : u32, step : u32, stepGradient : u32 }
fn fromPartials(b : Block, li : u32) -> f32 {${splitSum('partials')} }
var<workgroup> red : array<f32, ${BLOCK}>;
@compute @workgroup_size(${BLOCK})
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(local_invocation_index) li : u32) {
  let b = blocks[wg.x];
  var ds = 0.0;
  if (li < b.count) {
    let g = fromPartials(b, li);
    let r = params[b.param + li] * state[b.step + 1u];
    let low = -state[b.step + 2u]; let high = state[b.step + 3u];
    let inside = r > low && r < high;
    ds = g * select(clamp(r, low, high), round(r) - r, inside);
    grads[b.out + li] = select(0.0, g, inside);
  }
  red[li] = ds;
  workgroupBarrier();
  for (var half = ${BLOCK / 2}u; half > 0u; half >>= 1u) {
    if (li < half) { red[li] += red[li + half]; }
    workgroupBarrier();
  }
  if (li == 0u) { grads[b.stepGradient] = red[0]; }
}`;
  const buffers = ['params: f32', 'blocks: Block', 'state: f32', 'partials: f32', 'grads!: f32'];
  return kernel(buffers, [blocks, 1, 1], body, undefined);
}
