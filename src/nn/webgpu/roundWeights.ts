// Weights under a quantizer: the statistics of each group of weights that share numbers, then 64 neighbors per workgroup the
// rounded weights, and in the backward pass the gradients of the weights and of what is learned.
import type { QuantizerId } from '../../quant/registry';
import { BLOCK, splitSum } from './updateKernels';
import { WEIGHT_QUANTIZERS } from './weightQuantizers';
import { inLine, type Kernel, kernel, LINE } from './wgsl';

/** Weights that share statistics; positions in f32. */
export interface WeightGroup {
  readonly param: number;
  readonly count: number;
  readonly stride: number;
  readonly bits: number;
  /** In `params`: the learned numbers, in rows `row` apart; undefined if the quantizer learns none here. */
  readonly learned: number | undefined;
  readonly row: number;
  /** In `state`: the statistics, four words. */
  readonly stats: number;
}

/** Up to 64 neighboring weights of a kernel; positions in f32. */
export interface WeightBlock {
  readonly param: number;
  readonly count: number;
  /** In `state`: the rounded weights. */
  readonly out: number;
  /** Their gradients in `partials`: the sum of `splits`, `stride` apart. */
  readonly gradient: number;
  readonly splits: number;
  readonly stride: number;
  /** In `grads`: their gradients, through the rounding. */
  readonly passed: number;
  /**
   * In `grads`: gradients of up to two learned numbers, in rows `row` apart: one for each weight, or if all weights are one group,
   * their sum. Undefined if none are learned.
   */
  readonly learned: number | undefined;
  readonly row: number;
  readonly bits: number;
  /** In `state`: the statistics of the first group. */
  readonly stats: number;
  /** Position in the kernel; its channels, inputs, and inputs in a block; 0 channels if all weights are one group. */
  readonly first: number;
  readonly channels: number;
  readonly inputs: number;
  readonly size: number;
}

const NOTHING = 0xffff_ffff;
const GROUP = ['param', 'count', 'stride', 'bits', 'learned', 'row', 'stats', 'unused'] as const;
const WEIGHTS = [
  ...['param', 'count', 'out', 'gradient', 'splits', 'stride', 'passed', 'learned'],
  ...['row', 'bits', 'stats', 'first', 'channels', 'inputs', 'size', 'unused'],
] as readonly (keyof WeightBlock | 'unused')[];

const struct = (name: string, fields: readonly string[]) =>
  `struct ${name} { ${fields.map((field) => `${field} : u32`).join(', ')} }`;

export const groupWords = (groups: readonly WeightGroup[]): Uint32Array<ArrayBuffer> =>
  Uint32Array.from(
    groups.flatMap((group) => GROUP.map((field) => (field === 'unused' ? 0 : (group[field] ?? NOTHING)))),
  );

export const weightWords = (blocks: readonly WeightBlock[]): Uint32Array<ArrayBuffer> =>
  Uint32Array.from(
    blocks.flatMap((block) => WEIGHTS.map((field) => (field === 'unused' ? 0 : (block[field] ?? NOTHING)))),
  );

/** Bindings: 0 params, 1 groups, 2 state. */
export function weightStats(quantizer: QuantizerId, groups: readonly WeightGroup[]): Kernel {
  const threads = Math.max(...groups.map(({ count }) => count)) > 1024 ? 256 : 64;
  const folds: string[] = [];
  const fold = (start: string, join: (a: string, b: string) => string) => (term: string, t?: string) => {
    const name = `fold${folds.length}`;
    folds.push(`
fn ${name}(b : Group, li : u32, t : f32) -> f32 {
  var v = ${start};
  for (var i = li; i < b.count; i += ${threads}u) { let w = params[b.param + i * b.stride]; v = ${join('v', term)}; }
  workgroupBarrier();
  tree[li] = v;
  workgroupBarrier();
  for (var half = ${threads / 2}u; half > 0u; half >>= 1u) {
    if (li < half) { tree[li] = ${join('tree[li]', 'tree[li + half]')}; }
    workgroupBarrier();
  }
  return tree[0];
}`);
    return `${name}(b, li, ${t ?? '0.0'})`;
  };
  const stats = WEIGHT_QUANTIZERS[quantizer].stats({
    sum: fold('0.0', (a, b) => `(${a} + ${b})`),
    max: fold('-3.4028234e38', (a, b) => `max(${a}, ${b})`),
  });
  const body = `
${struct('Group', GROUP)}
var<workgroup> tree : array<f32, ${threads}>;
fn isLearned(b : Group) -> bool { return b.learned != ${NOTHING}u; }
fn learned(b : Group, row : u32) -> f32 { if (row > 0u && b.row == 0u) { return 0.0; } return params[b.learned + row * b.row]; }
${folds.join('')}
fn statsOf(b : Group, li : u32) -> vec4f { let count = f32(b.count);${stats} }
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(local_invocation_index) li : u32) {
  ${LINE}
  if (line >= ${groups.length}u) { return; }
  let b = groups[line];
  let s = statsOf(b, li);
  if (li < 4u) { state[b.stats + li] = s[li]; }
}`;
  return kernel(['params: f32', 'groups: Group', 'state!: f32'], inLine(groups.length), body, undefined);
}

/** WGSL of both kernels: the statistics of the group of weight `li` of a block. */
const STATS = `
fn statsOf(b : Weights, li : u32) -> vec4f {
  var group = 0u;
  if (b.channels > 0u) {
    let i = b.first + li;
    let row = i / b.channels;
    group = ((row / b.inputs) * ((b.inputs + b.size - 1u) / b.size) + (row % b.inputs) / b.size) * b.channels + i % b.channels;
  }
  let at = b.stats + 4u * group;
  return vec4f(state[at], state[at + 1u], state[at + 2u], state[at + 3u]);
}`;

/** Bindings: 0 params, 1 blocks, 2 state. */
export function roundWeights(quantizer: QuantizerId, blocks: number): Kernel {
  const body = `
${struct('Weights', WEIGHTS)}
${WEIGHT_QUANTIZERS[quantizer].functions}
${STATS}
@compute @workgroup_size(${BLOCK})
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(local_invocation_index) li : u32) {
  ${LINE}
  if (line >= ${blocks}u) { return; }
  let b = blocks[line];
  if (li >= b.count) { return; }
  state[b.out + li] = value(params[b.param + li], statsOf(b, li), b.bits);
}`;
  return kernel(['params: f32', 'blocks: Weights', 'state!: f32'], inLine(blocks), body, undefined);
}

/** Bindings: 0 params, 1 blocks, 2 state, 3 partials, 4 grads. */
export function roundWeightsBackward(quantizer: QuantizerId, blocks: number): Kernel {
  const body = `
${struct('Weights', WEIGHTS)}
${WEIGHT_QUANTIZERS[quantizer].functions}
${STATS}
fn fromPartials(b : Weights, li : u32) -> f32 {${splitSum('partials')} }
var<workgroup> red : array<vec2f, ${BLOCK}>;
@compute @workgroup_size(${BLOCK})
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(local_invocation_index) li : u32) {
  ${LINE}
  if (line >= ${blocks}u) { return; }
  let b = blocks[line];
  var d = vec3f();
  if (li < b.count) {
    d = gradient(params[b.param + li], fromPartials(b, li), statsOf(b, li), b.bits);
    grads[b.passed + li] = d.x;
    if (b.learned != ${NOTHING}u && b.channels > 0u) {
      grads[b.learned + li] = d.y;
      if (b.row > 0u) { grads[b.learned + b.row + li] = d.z; }
    }
  }
  if (b.learned == ${NOTHING}u || b.channels > 0u) { return; }
  red[li] = d.yz;
  workgroupBarrier();
  for (var half = ${BLOCK / 2}u; half > 0u; half >>= 1u) {
    if (li < half) { red[li] += red[li + half]; }
    workgroupBarrier();
  }
  if (li == 0u) { grads[b.learned] = red[0].x; }
  if (li == 0u && b.row > 0u) { grads[b.learned + b.row] = red[0].y; }
}`;
  const buffers = ['params: f32', 'blocks: Weights', 'state: f32', 'partials: f32', 'grads!: f32'];
  return kernel(buffers, inLine(blocks), body, undefined);
}
