// The optimizer, on all parameters at once: 64 neighbors of one tensor per workgroup, from descriptors in a buffer.
import { MAX_FLOAT32 } from '../../quant/uniformGrid';
import { inLine, type Kernel, kernel, LINE } from './wgsl';

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
  /** Kind of update. */
  readonly rule: (typeof RULES)[number];
  /** Where in `state` the new values go, too: as they are, or as the numbers of an `InputRounding`. */
  readonly copy?: number;
}

/**
 * Without decay; with decay; a step or scale, above its floor; PACT's clip, which decays too; LSQ+'s scale, which takes the offset
 * behind it along; or not an update, but a sum that a step reports.
 */
const RULES = ['plain', 'decayed', 'step', 'clip', 'levels', 'metrics'] as const;
const NOWHERE = 0xffff_ffff;
const FROM_PARTIALS = 1024;

/** Numbers that a step reports: its loss, and its correct predictions. */
export const METRICS = 2;

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
export const splitSum = (buffer: string) => `
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
 * `g += decay w; v = momentum v + g; w -= rate (g + momentum v)`, as in sgd.ts. A learned step is at least `floor`; its
 * reciprocal is written too, so that all kernels share one. Nothing but metrics changes once a number was not finite (`halt`).
 * A block is updated by `threads` threads. Only the rules that there are get text: software adapters run all of it.
 * Bindings: 0 params, 1 velocity, 2 grads, 3 blocks, 4 state, 5 partials, 6 halt, 7 options [rate, momentum, decay, slot of the
 * metrics].
 */
export function update(blocks: readonly UpdateBlock[], floor: number, threads: number): Kernel {
  const present = new Set(blocks.map(({ rule }) => rule));
  /** WGSL: whether a block's rule is one of these. */
  const is = (...rules: UpdateBlock['rule'][]) => {
    const found = rules.filter((rule) => present.has(rule));
    return found.length === 0 ? 'false' : found.map((rule) => `rule == ${RULES.indexOf(rule)}u`).join(' || ');
  };
  const when = (rules: UpdateBlock['rule'][], text: string) =>
    rules.some((rule) => present.has(rule)) ? `if (${is(...rules)}) { ${text} }` : '';
  const body = `
struct Block { param : u32, flags : u32, gradient : u32, splits : u32, stride : u32, copy : u32, scale : f32, unused : u32 }
fn fromPartials(b : Block, li : u32) -> f32 {${splitSum('partials')} }
fn fromGrads(b : Block, li : u32) -> f32 {${splitSum('grads')} }
fn gradientOf(b : Block, li : u32) -> f32 {
  if ((b.flags & ${FROM_PARTIALS}u) != 0u) { return fromPartials(b, li); }
  return fromGrads(b, li);
}
fn moved(b : Block, li : u32, decay : f32) -> f32 {
  let p = b.param + li;
  let w = params[p];
  let g = gradientOf(b, li) * b.scale + decay * w;
  let v = options.y * velocity[p] + g;
  velocity[p] = v;
  return w - options.x * (g + options.y * v);
}
fn storeStep(at : u32, step : f32) { state[at] = step; state[at + 1u] = min(1.0 / step, ${MAX_FLOAT32}); }
fn change(b : Block, li : u32, rule : u32) {
  let p = b.param + li;
  if (${is('metrics')}) { params[p + u32(options.w) * ${METRICS}u] = gradientOf(b, li); return; }
  if (halt[0] != 0u) { return; }
  var next = moved(b, li, select(0.0, options.z, ${is('decayed', 'clip')}));
  ${when(['step', 'clip', 'levels'], `next = max(next, ${floor});`)}
  params[p] = next;
  if (b.copy == ${NOWHERE}u) { return; }
  ${when(['step'], 'storeStep(b.copy, next); return;')}
  ${when(
    ['clip'],
    `storeStep(b.copy, next / state[b.copy + 2u]);
    state[b.copy + 3u] = next;
    return;`,
  )}
  ${when(
    ['levels'],
    `let offset = moved(b, 1u, 0.0);
    params[p + 1u] = offset;
    storeStep(b.copy, next);
    state[b.copy + 3u] = -clamp(round(-offset / next), 0.0, state[b.copy + 2u]) * next;
    return;`,
  )}
  state[b.copy + li] = next;
}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(local_invocation_index) lane : u32) {
  ${LINE}
  if (line >= ${blocks.length}u) { return; }
  let b = blocks[line];
  let rule = (b.flags >> 7u) & 7u;
  for (var li = lane; li < (b.flags & 127u); li += ${threads}u) { change(b, li, rule); }
}`;
  const buffers = ['params!: f32', 'velocity!: f32', 'grads: f32', 'blocks: Block', 'state!: f32', 'partials: f32'];
  return kernel([...buffers, 'halt: u32'], inLine(blocks.length), body, 'options');
}
