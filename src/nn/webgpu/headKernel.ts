// The end of the network and the turning point: last activation, global average, dense layer, softmax cross-entropy,
// and the backward pass to the gradient before the last ReLU, with the sums of its batch norm. One workgroup per image.
import type { StepGoal } from './stepPlan';
import {
  type InputRounding,
  IS_FINITE,
  inputFunctions,
  type Kernel,
  kernel,
  LEARNED_NUMBERS,
  type Shortcut,
  scalarSum,
  throughRounding,
} from './wgsl';

export interface HeadOptions {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  readonly c: number;
  readonly classes: number;
  readonly source: 'norm' | 'join';
  readonly shortcut?: Shortcut;
  /** How the dense layer's input is rounded. */
  readonly rounds: InputRounding | undefined;
  readonly goal: StepGoal;
}

/**
 * Results per image in `fc`, in f32: gradients of kernel and bias, its share of the loss, 1 if correct, gradients of what the
 * rounding of the input learns, two.
 */
export function headRow(c: number, classes: number) {
  const bias = c * classes;
  return { bias, loss: bias + classes, step: bias + classes + 2, length: bias + classes + 4 };
}

/** The most channels and classes that one workgroup can handle. */
export const headFits = (c: number, classes: number): boolean => c % 4 === 0 && 256 % c === 0 && classes <= 64;

/** WGSL of a goal, with the softmax's `top` and `total` known; of class `k` its target `t` and its share of the loss. */
function goalText(goal: StepGoal, classes: number) {
  if ('labelSmoothing' in goal) {
    const rest = goal.labelSmoothing / classes;
    return {
      temperature: '1.0',
      answer: 'let label = labels[n];',
      target: `select(f32(${rest}), f32(${1 - goal.labelSmoothing + rest}), k == label)`,
      loss: 't * (log(total) + top - logits[k])',
    };
  }
  const temperature = `f32(${goal.temperature})`;
  const scaled = (k: string) => `(labels[n * ${classes}u + ${k}] - most) / ${temperature}`;
  return {
    temperature,
    answer: `var most = labels[n * ${classes}u];
  var label = 0u;
  for (var k = 1u; k < ${classes}u; k++) { let l = labels[n * ${classes}u + k]; if (l > most) { most = l; label = k; } }
  var taught = 0.0;
  for (var k = 0u; k < ${classes}u; k++) { taught += exp(${scaled('k')}); }`,
    target: `exp(${scaled('k')}) / taught`,
    // As distillationLoss in nn/distillation.ts.
    loss: `${temperature} * ${temperature} * t * (${scaled('k')} - log(taught) - (logits[k] - top) / ${temperature} + log(total))`,
  };
}

/**
 * Bindings: 0 src, 1 state (with the dense kernel [c, classes], then the bias, at `P.weights`, in f32), 2 g, 3 part, 4 fc (rows
 * at `P.gradient`, in f32), 5 labels, or a teacher's logits [n, classes], 6 halt, of a join 7 short; then the places.
 */
export function head(options: HeadOptions): Kernel {
  const { n, h, w, c, classes, source, shortcut, rounds, goal } = options;
  const learned = rounds ? LEARNED_NUMBERS[rounds] : 0;
  const [c4, places] = [c / 4, h * w];
  const lanes = 64 / c4;
  const row = headRow(c, classes);
  const buffers = ['src: vec4f', 'state: vec4f', 'g!: vec4f', 'part!: vec4f', 'fc!: f32'];
  buffers.push('labelSmoothing' in goal ? 'labels: u32' : 'labels: f32');
  buffers.push('halt!: atomic<u32>');
  if (source === 'join') buffers.push('short: vec4f');
  const everyPlace = `for (var p = lane; p < ${places}u; p += ${lanes}u)`;
  const sumLanes = (name: string) => `for (var i = 0u; i < ${lanes}u; i++) { s += ${name}[i * ${c4}u + li]; }`;
  const { target, answer, temperature, loss } = goalText(goal, classes);
  const body = `
var<workgroup> r1 : array<vec4f, 64>;
var<workgroup> r2 : array<vec4f, 64>;
var<workgroup> pooled : array<vec4f, ${c4}>;
var<workgroup> seen : array<f32, ${c}>; // as the dense layer reads it: rounded
var<workgroup> logits : array<f32, ${classes}>;
${IS_FINITE}
fn dense(i : u32) -> f32 { let at = P.weights + i; return state[at >> 2u][at & 3u]; }
${learned > 0 ? scalarSum() : ''}
${inputFunctions({ h, w, c }, source, rounds, shortcut)}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(local_invocation_index) li : u32) {
  let n = wg.x; let q = li % ${c4}u; let lane = li / ${c4}u;
  var s = vec4f();
  ${everyPlace} { s += activation(n, p / ${w}u, p % ${w}u, q); }
  r1[li] = s;
  workgroupBarrier();
  if (li < ${c4}u) {
    s = vec4f();
    ${sumLanes('r1')}
    s = s / ${places}.0;
    pooled[li] = s;
    s = rounded(s);
    for (var j = 0u; j < 4u; j++) { seen[li * 4u + j] = s[j]; }
  }
  workgroupBarrier();
  if (li < ${classes}u) {
    var l = dense(${c * classes}u + li);
    for (var i = 0u; i < ${c}u; i++) { l = fma(seen[i], dense(i * ${classes}u + li), l); }
    logits[li] = l;
  }
  workgroupBarrier();
  // Few classes: every thread does the softmax on its own.
  var top = logits[0];
  var best = 0u;
  for (var k = 1u; k < ${classes}u; k++) { if (logits[k] > top) { top = logits[k]; best = k; } }
  var total = 0.0;
  for (var k = 0u; k < ${classes}u; k++) { total += exp((logits[k] - top) / ${temperature}); }
  ${answer}
  let base = P.gradient + n * ${row.length}u;
  if (li == 0u) {
    var loss = 0.0;
    for (var k = 0u; k < ${classes}u; k++) { let t = ${target}; loss += ${loss}; }
    if (!isFinite4(vec4f(loss))) { atomicStore(&halt[0], 1u); }
    fc[base + ${row.loss}u] = loss / ${n}.0;
    fc[base + ${row.loss + 1}u] = select(0.0, 1.0, best == label);
  }
  workgroupBarrier();
  if (li < ${classes}u) {
    let k = li;
    logits[k] = (exp((logits[k] - top) / ${temperature}) / total - ${target}) * ${temperature} / ${n}.0;
  }
  workgroupBarrier();
  for (var i = li; i < ${c * classes}u; i += 64u) { fc[base + i] = seen[i / ${classes}u] * logits[i % ${classes}u]; }
  if (li < ${classes}u) { fc[base + ${row.bias}u + li] = logits[li]; }
  var d = vec4f();
  for (var k = 0u; k < ${classes}u; k++) {
    let at = q * ${4 * classes}u + k;
    d = fma(vec4f(dense(at), dense(at + ${classes}u), dense(at + ${2 * classes}u), dense(at + ${3 * classes}u)), vec4f(logits[k]), d);
  }
  ${
    rounds
      ? `let step = state[P.step]; let x = pooled[q];
  var ds = vec2f();
    ${throughRounding(rounds)}
  ds = select(vec2f(), ds, lane == 0u);`
      : ''
  }
  ${learned > 0 ? 'let sum = sumAll(li, ds.x);' : 'let sum = 0.0;'}
  ${learned > 1 ? 'let sum2 = sumAll(li, ds.y);' : 'let sum2 = 0.0;'}
  if (li == 0u) { fc[base + ${row.step}u] = sum; fc[base + ${row.step + 1}u] = sum2; }
  d = d / ${places}.0;
  var s1 = vec4f(); var s2 = vec4f();
  ${everyPlace} {
    let at = (n * ${places}u + p) * ${c4}u + q;
    let v = select(vec4f(), d, activation(n, p / ${w}u, p % ${w}u, q) > vec4f());
    g[at] = v;
    s1 += v; s2 = fma(v, src[at] - state[P.norm + q], s2);
  }
  workgroupBarrier();
  r1[li] = s1; r2[li] = s2;
  workgroupBarrier();
  if (li < ${c4}u) {
    s = vec4f();
    ${sumLanes('r1')}
    part[P.part + n * ${2 * c4}u + li] = s;
    s = vec4f();
    ${sumLanes('r2')}
    part[P.part + n * ${2 * c4}u + ${c4}u + li] = s * state[P.norm + ${3 * c4}u + li];
  }
}`;
  return kernel(buffers, [n, 1, 1], body);
}
