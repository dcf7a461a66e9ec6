// Shared by the kernels of a compiled training step: the geometry of a convolution, and pieces of WGSL.
//
// Shapes are baked into the text of a kernel, of which a network has few. Positions in shared buffers are not: they
// come in a separate uniform block for each dispatch (`PLACES`), written once. Activations are NHWC, kernels [kh, kw,
// in, out].
//
// One buffer, `state` (vec4f), holds what all layers read: weights as used in the step (rounded under QAT),
// coefficients of batch norms, steps of activations. A batch norm of c channels has seven rows of c / 4: mean, scale =
// gamma / sd, beta, 1 / sd, and for the backward pass a, c1, c2 of dz = a (g - c1 - (z - mean) c2). A rounding of activations
// is one vec4f (`InputRounding`). Eight storage buffers, 16 KiB of workgroup memory and 256 threads are WebGPU's
// defaults, and no kernel needs more.

/** A convolution of `n` images [h, w, ci] to [oh, ow, co]. */
export interface Geometry {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  readonly ci: number;
  readonly co: number;
  readonly k: number;
  readonly stride: number;
  readonly padding: readonly [top: number, bottom: number, left: number, right: number];
  readonly oh: number;
  readonly ow: number;
}

/**
 * A compute shader with the entry point `main`, the storage buffers it reads or writes, and its number of workgroups.
 */
export interface Kernel {
  readonly code: string;
  /** In the order of their bindings, from 0. */
  readonly buffers: readonly { readonly name: string; readonly written: boolean }[];
  /** After the buffers: the places, or the optimizer's options. */
  readonly uniform: 'places' | 'options' | undefined;
  readonly grid: readonly [x: number, y: number, z: number];
}

/** Bytes of workgroup memory that every device has. */
export const WORKGROUP_BYTES = 16_384;

/** Rows of a batch norm in `state`. */
export const NORM_ROWS = 7;

/** A dispatch's uniform block, all in u32: positions in `state` and `part` in vec4f, in `grads` in f32. */
export const PLACES = [
  'weights',
  'norm', // of the batch norm before the layer
  'own', // of the batch norm after it
  'step', // of its activations
  'shortcut', // batch norm of a shortcut
  'gamma',
  'running',
  'part',
  'sums', // of a step's gradient, in `part`
  'sums2',
  'gradient',
  'gradient2',
] as const;
export type Places = Partial<Record<(typeof PLACES)[number], number>>;
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Workgroups that a dispatch has along one axis at most, on every device. */
const LONGEST = 65_535;
/** A grid of `count` workgroups that are numbered by `LINE`; those behind the last have nothing to do. */
export const inLine = (count: number): Kernel['grid'] => [Math.min(count, LONGEST), Math.ceil(count / LONGEST), 1];
/** WGSL: the number of the workgroup. */
export const LINE = `let line = wg.y * ${LONGEST}u + wg.x;`;

/** Four channel vectors per thread if the channels divide by 16, otherwise two or one. */
export const quadsPerThread = (channels: number): 1 | 2 | 4 => (channels % 16 === 0 ? 4 : channels % 8 === 0 ? 2 : 1);

/** Number of workgroups. */
export const countOf = (grid: Kernel['grid']): number => grid[0] * grid[1] * grid[2];

/**
 * A kernel from the text after its declarations. Buffers are written `name: type`, with `name!: type` for those that
 * the kernel writes. The places are `P`, the options `options`, a vec4f.
 */
export function kernel(
  buffers: readonly string[],
  grid: Kernel['grid'],
  body: string,
  uniform: Kernel['uniform'] = 'places',
): Kernel {
  const parsed = buffers.map((text) => {
    const [, name, mark, type] = /^(\w+)(!?): (.+)$/.exec(text) as unknown as [string, string, string, string];
    return { name, written: mark === '!', type };
  });
  const declarations = parsed.map(
    ({ name, written, type }, i) =>
      `@group(0) @binding(${i}) var<storage, ${written ? 'read_write' : 'read'}> ${name} : array<${type}>;`,
  );
  const block = {
    places: `struct Places { ${PLACES.map((name) => `${name} : u32`).join(', ')} }
@group(0) @binding(${buffers.length}) var<uniform> P : Places;`,
    options: `@group(0) @binding(${buffers.length}) var<uniform> options : vec4f;`,
  };
  const code = [...declarations, uniform ? block[uniform] : '', body].join('\n');
  return { code, buffers: parsed.map(({ name, written }) => ({ name, written })), uniform, grid };
}

/**
 * `isFinite4(v)`: by the bits, because compilers may assume that all numbers are finite. A kernel that finds another one
 * raises `halt`, whatever else does.
 */
export const IS_FINITE = `
fn isFinite4(v : vec4f) -> bool {
  return all((bitcast<vec4u>(v) & vec4u(0x7f800000u)) != vec4u(0x7f800000u));
}`;

/** Four channels `z` (quad `q`) normalized; `z - mean` first, which loses no digits if the mean is large. */
export function normalized(z: string, norm: string, c4: number, q: string): string {
  return `fma(${z} - state[${norm} + ${q}], state[${norm} + ${c4}u + ${q}], state[${norm} + ${2 * c4}u + ${q}])`;
}

/**
 * How a layer rounds its input, in `state` as [step, 1 / step, largest code, and of PACT the clip, of LSQ+ the lowest level]:
 * by what is learned, or to fixed levels from zero.
 */
export type InputRounding = 'lsq' | 'pact' | 'lsqPlus' | 'uniform';
/** Numbers that a rounding learns. */
export const LEARNED_NUMBERS: Readonly<Record<InputRounding, 0 | 1 | 2>> = { lsq: 1, pact: 1, lsqPlus: 2, uniform: 0 };

/** How a kernel gets a layer's input: as stored; as ReLU(BN(z)); or as ReLU(BN(z) + shortcut). */
export type Source = 'stored' | 'norm' | 'join';

/**
 * The tensor that a join adds: a stored one, ReLU(BN(z)), or BN(z); with `half` every second pixel, channels padded on
 * both sides.
 */
export interface Shortcut {
  readonly kind: Source | 'linear';
  readonly half?: { readonly channels: number };
}

/**
 * `activation(n, y, x, q)`: four channels of a layer's input, before rounding; `rounded(v)`: by the numbers at `P.step` if it
 * `rounds`. Reads the buffers `src`, `state` and, for a join, `short`.
 */
export function inputFunctions(
  { h, w, c }: { readonly h: number; readonly w: number; readonly c: number },
  source: Source,
  rounds: InputRounding | undefined,
  shortcut?: Shortcut,
): string {
  const c4 = c / 4;
  return `
fn activation(n : u32, y : u32, x : u32, q : u32) -> vec4f {
  var v = src[((n * ${h}u + y) * ${w}u + x) * ${c4}u + q];
  ${source === 'stored' ? '' : `v = ${normalized('v', 'P.norm', c4, 'q')};`}
  ${source === 'join' && shortcut !== undefined ? addShortcut(h, w, c4, shortcut) : ''}
  ${source === 'stored' ? '' : 'v = max(v, vec4f());'}
  return v;
}
fn rounded(v : vec4f) -> vec4f {
  ${rounds === undefined ? 'return v;' : `let s = state[P.step]; return ${LEVELS[rounds === 'lsqPlus' ? 'shifted' : 'plain']};`}
}`;
}

const LEVELS = {
  plain: 'clamp(round(v * s.y), vec4f(), vec4f(s.z)) * s.x',
  shifted: 'clamp(round((v - s.w) * s.y), vec4f(), vec4f(s.z)) * s.x + s.w',
} as const;

/** WGSL for each rounding: where the gradient of `x` is `inside`, and the gradients of what is learned, `d` given, for `ds`. */
const THROUGH: Readonly<Record<InputRounding, string>> = {
  lsq: `let r = x * step.y; let inside = (r > vec4f()) & (r < vec4f(step.z));
    ds.x += dot(d, select(select(vec4f(), vec4f(step.z), r >= vec4f(step.z)), round(r) - r, inside));`,
  pact: `let inside = (x > vec4f()) & (x < vec4f(step.w));
    ds.x += dot(d, select(vec4f(), vec4f(1.0), x >= vec4f(step.w)));`,
  lsqPlus: `let r = (x - step.w) * step.y; let code = round(r); let clipped = clamp(code, vec4f(), vec4f(step.z));
    let inside = code == clipped;
    ds += vec2f(dot(d, clipped - select(vec4f(), r, inside)), dot(d, select(vec4f(1.0), vec4f(), inside)));`,
  uniform: 'let inside = round(x * step.y) <= vec4f(step.z);',
};

/** WGSL: takes `d` through the rounding of `x` by `step`, and adds to `ds`, a vec2f. */
export const throughRounding = (rounds: InputRounding): string => `${THROUGH[rounds]}
    d = select(vec4f(), d, inside);`;

function addShortcut(h: number, w: number, c4: number, { kind, half }: Shortcut): string {
  const s4 = half === undefined ? c4 : half.channels / 4;
  const [rows, columns, y, x] = half === undefined ? [h, w, 'y', 'x'] : [2 * h, 2 * w, '(2u * y)', '(2u * x)'];
  const stored = `short[((n * ${rows}u + ${y}) * ${columns}u + ${x}) * ${s4}u + sq]`;
  const linear = normalized(stored, 'P.shortcut', s4, 'sq');
  const value = kind === 'stored' ? stored : kind === 'linear' ? linear : `max(${linear}, vec4f())`;
  if (half === undefined) return `let sq = q; v += ${value};`;
  const before = (c4 - s4) / 2;
  return `let sq = q - ${before}u; if (q >= ${before}u && sq < ${s4}u) { v += ${value}; }`;
}

/**
 * `dz(n, y, x, q)`: four channels of the gradient at a convolution's output, from `g`, the gradient at the output of the batch
 * norm after it (at `P.own`), and `z`.
 */
export function outputGradient({ oh, ow, co }: Geometry): string {
  const c4 = co / 4;
  return `
fn dz(n : u32, y : u32, x : u32, q : u32) -> vec4f {
  let i = ((n * ${oh}u + y) * ${ow}u + x) * ${c4}u + q;
  let b = P.own + q;
  return state[b + ${4 * c4}u] * (g[i] - state[b + ${5 * c4}u] - (z[i] - state[b]) * state[b + ${6 * c4}u]);
}`;
}

/**
 * `reduceAll(li)`: sums `count` vectors of each of `threads` threads, thread i's at `red[i * count ..]`. With `groups` of neighboring
 * threads each has its own sums, which `reducedAt` finds. Ends with a barrier.
 */
export function reduction(count: number, threads = 64, groups = 1): string {
  const own = threads / groups;
  const serial = `
  let lane = li % ${own}u;
  for (var q = lane; q < ${count}u; q += ${own}u) {
    var s = vec4f();
    for (var r = 0u; r < ${own}u; r++) { s += red[(li - lane + r) * ${count}u + q]; }
    red[(li - lane) * ${count}u + q] = s;
  }
  workgroupBarrier();`;
  // In two levels, which keeps the sums short.
  const tree = `
  // Lane (segment, q) adds the ${count} vectors q of the ${count} threads of its segment.
  let q = li % ${count}u; let segment = li / ${count}u;
  var s = vec4f();
  for (var r = 0u; r < ${count}u; r++) { s += red[(segment * ${count}u + r) * ${count}u + q]; }
  workgroupBarrier();
  red[li] = s;
  workgroupBarrier();
  for (var half = ${own / 2}u; half >= ${count}u; half >>= 1u) {
    if (li ${groups > 1 ? `% ${own}u ` : ''}< half) { red[li] += red[li + half]; }
    workgroupBarrier();
  }`;
  return `
var<workgroup> red : array<vec4f, ${threads * count}>;
fn reduceAll(li : u32) {
  workgroupBarrier();${isSerial(own) ? serial : tree}
}`;
}

/** Few threads add up their vectors one after the other. */
const isSerial = (threads: number) => threads < 16;

/** WGSL for where `reduceAll` leaves the sums of the group of `own` threads that begins at `first`. */
export const reducedAt = (first: string, count: number, own: number): string =>
  isSerial(own) ? `(${first}) * ${count}u` : first;

/** `sumAll(li, v)`: the sum of a number of each of `threads` threads, a power of two, to all of them. */
export const scalarSum = (threads = 64): string => `
var<workgroup> scalars : array<f32, ${threads}>;
fn sumAll(li : u32, v : f32) -> f32 {
  workgroupBarrier();
  scalars[li] = v;
  workgroupBarrier();
  for (var half = ${threads / 2}u; half > 0u; half >>= 1u) {
    if (li < half) { scalars[li] += scalars[li + half]; }
    workgroupBarrier();
  }
  return scalars[0];
}`;
