// A layer of an evaluation in one dispatch: its input is rounded while it is loaded, and factor, bias, activation and a
// shortcut are applied before the result is stored. A thread holds some pixels of up to 16 output channels in registers;
// 64 threads share a tile, which for small images comprises several of them. A dense layer is a convolution of 1x1 images.
import { range, WORKGROUP_BYTES } from '../wgsl';
import type { FusedShortcut } from './fusion';
import { type Arithmetic, tableRows } from './layerTable';
import {
  type Activation,
  activated,
  declare,
  type EvaluationKernel,
  elementKernel,
  roundingFunctions,
  rowFunction,
  type Shape,
  typeOf,
  widthOf,
} from './text';

/** A convolution of images `from` to images `to`. */
export interface LayerGeometry {
  readonly from: Shape;
  readonly to: Shape;
  readonly size: readonly [h: number, w: number];
  readonly strides: readonly [h: number, w: number];
  /** Rows and columns of zeros before the image. */
  readonly before: readonly [top: number, left: number];
}

/** What follows the sums: an activation, or a shortcut with activations before and after it. */
export interface LayerEnd {
  readonly activation: Activation;
  readonly shortcut?: FusedShortcut & { readonly from: Shape; readonly activation: Activation };
}

/** How a workgroup covers the result. */
interface Tile {
  readonly images: number;
  readonly rows: number;
  /** Threads in a row; each computes `pixels` pixels, as far apart. */
  readonly columns: number;
  readonly pixels: number;
  /** Vectors of four output channels per thread. */
  readonly quads: number;
  /** Input channels at a time. */
  readonly chunk: number;
}

const THREADS = 64;
const MOST = 8;

/** Rows and columns of the input of a tile, and the distance of two channels in workgroup memory. */
function inputOf({ size, strides }: LayerGeometry, { images, rows, columns, pixels }: Omit<Tile, 'quads' | 'chunk'>) {
  const ih = (rows - 1) * strides[0] + size[0];
  const iw = (columns * pixels - 1) * strides[1] + size[1];
  return { ih, iw, plane: (images * ih * iw) | 1 };
}

/** The largest tile that fits a workgroup's memory; undefined for kernels too large for any. */
export function tileOf(geometry: LayerGeometry, arithmetic: Arithmetic): Tile | undefined {
  const { from, to, size } = geometry;
  const upTo = (most: number, length: number) => Math.min(most, 2 ** Math.ceil(Math.log2(length)));
  const columns = upTo(MOST, to[1]);
  const rows = upTo(MOST, to[0]);
  const images = THREADS / rows / columns;
  const [inputs, outputs] = [Math.ceil(from[2] / 4), Math.ceil(to[2] / 4)];
  const perUnit = arithmetic === 'bytes' ? 4 : 1;
  for (const quads of [4, 2, 1].filter((q) => outputs % q === 0))
    for (const pixels of [4, 2, 1].filter((p) => p === 1 || (columns === MOST && p * MOST <= to[1])))
      for (const chunk of [8 * perUnit, 4 * perUnit, 4].filter((c) => (4 * inputs) % c === 0)) {
        const units = chunk / perUnit;
        const { plane } = inputOf(geometry, { images, rows, columns, pixels });
        const bytes = 4 * units * plane + 16 * units * quads * size[0] * size[1];
        if (bytes <= WORKGROUP_BYTES) return { images, rows, columns, pixels, quads, chunk };
      }
  return undefined;
}

/** `load(n, y, x, q)`: four channels of an image in `name`, zero beyond the last one. */
function loader(name: string, [h, w, c]: Shape): string {
  const at = `((n * ${h}u + y) * ${w}u + x)`;
  if (c % 4 === 0)
    return `fn load_${name}(n : u32, y : u32, x : u32, q : u32) -> vec4f { return ${name}[${at} * ${c / 4}u + q]; }`;
  return `fn load_${name}(n : u32, y : u32, x : u32, q : u32) -> vec4f {
  var v = vec4f();
  for (var j = 0u; j < min(4u, ${c}u - 4u * q); j++) { v[j] = ${name}[${at} * ${c}u + 4u * q + j]; }
  return v;
}`;
}

/** Four channels of a shortcut at the place `n`, `y`, `x`, `q` of the result. */
function shortcutText({ from, strides, before }: NonNullable<LayerEnd['shortcut']>, to: Shape): string {
  const place = `n, y * ${strides[0]}u, x * ${strides[1]}u`;
  const [, , c] = from;
  if (before % 4 === 0 && (c % 4 === 0 || before === 0)) {
    const load = `load_short(${place}, q - ${before / 4}u)`;
    if (before === 0 && c === to[2]) return `v += ${load};`;
    return `if (q >= ${before / 4}u && q < ${(before + 4 * Math.ceil(c / 4)) / 4}u) { v += ${load}; }`;
  }
  return `for (var j = 0u; j < 4u; j++) {
    let c = 4u * q + j;
    if (c >= ${before}u && c < ${before + c}u) { v[j] += load_short(${place}, (c - ${before}u) / 4u)[(c - ${before}u) % 4u]; }
  }`;
}

/** `end(sum, n, y, x, q)`: applies what follows the sums, and stores. */
function ending({ to }: LayerGeometry, arithmetic: Arithmetic, { activation, shortcut }: LayerEnd): string {
  const [h, w, c] = to;
  const rows = tableRows(c);
  const at = `((n * ${h}u + y) * ${w}u + x)`;
  const bias = `row(${rows.bias}u + q)`;
  const scaled = arithmetic === 'codes' || arithmetic === 'bytes';
  return `
fn end(sum : vec4f, n : u32, y : u32, x : u32, q : u32) {
  var v = ${scaled ? `exact(sum * row(${rows.factor}u + q))` : 'sum'} + ${bias};
  ${activated(activation, 'v', 'vec4f')}
  ${shortcut ? `${shortcutText(shortcut, to)} ${activated(shortcut.activation, 'v', 'vec4f')}` : ''}
  ${
    c % 4 === 0
      ? `out[${at} * ${c / 4}u + q] = v;`
      : `for (var j = 0u; j < min(4u, ${c}u - 4u * q); j++) { out[${at} * ${c}u + 4u * q + j] = v[j]; }`
  }
}`;
}

/** Bindings: src, table, of a shortcut short, out. */
function buffersOf({ from, to }: LayerGeometry, arithmetic: Arithmetic, { shortcut }: LayerEnd): string[] {
  const type = ([, , c]: Shape) => typeOf(widthOf(c));
  return [
    `src: ${type(from)}`,
    `table: ${arithmetic === 'bytes' ? 'vec4u' : 'vec4f'}`,
    ...(shortcut ? [`short: ${type(shortcut.from)}`] : []),
    `out: ${type(to)}`,
  ];
}

function functionsOf(geometry: LayerGeometry, arithmetic: Arithmetic, end: LayerEnd): string {
  const rounds = arithmetic !== 'float';
  return [
    rowFunction(arithmetic === 'bytes' ? 'vec4u' : 'vec4f'),
    rounds ? roundingFunctions('vec4f', arithmetic !== 'grid') : 'fn rounded(v : vec4f) -> vec4f { return v; }',
    loader('src', geometry.from),
    end.shortcut ? loader('short', end.shortcut.from) : '',
    ending(geometry, arithmetic, end),
  ].join('\n');
}

/** A convolution, or a dense layer. @throws Error for a kernel that fits no tile. */
export function convolutionKernel(geometry: LayerGeometry, arithmetic: Arithmetic, end: LayerEnd): EvaluationKernel {
  const tile = tileOf(geometry, arithmetic);
  if (tile === undefined) throw new Error(`A kernel of ${geometry.size.join('x')} fits no tile.`);
  const { from, to, size, strides, before } = geometry;
  const { images, rows, columns, pixels, quads, chunk } = tile;
  const { ih, iw, plane } = inputOf(geometry, tile);
  const bytes = arithmetic === 'bytes';
  const units = bytes ? chunk / 4 : chunk;
  const deep = bytes ? Math.ceil(from[2] / 4) : 4 * Math.ceil(from[2] / 4);
  const co4 = Math.ceil(to[2] / 4);
  const [down, across] = [Math.ceil(to[0] / rows), Math.ceil(to[1] / (columns * pixels))];
  const [P, Q] = [range(pixels), range(quads)];
  const each = (write: (q: number) => string) => Q.map(write).join(' ');
  const { weights, start } = tableRows(to[2]);
  const [x, vector] = bytes ? ['u32', 'vec4u'] : ['f32', 'vec4f'];
  const sum = bytes ? 'vec4i' : 'vec4f';
  const shift = 'vec4f(row(1u).z)';
  const store = bytes
    ? `xs[cq * ${plane}u + p] = pack4xI8(vec4i(v - ${shift}));`
    : `for (var j = 0u; j < 4u; j++) { xs[(cq * 4u + j) * ${plane}u + p] = v[j]; }`;
  const add = (p: number, q: number) =>
    bytes
      ? `acc${p}_${q} += vec4i(dot4I8Packed(x, w${q}.x), dot4I8Packed(x, w${q}.y), dot4I8Packed(x, w${q}.z), dot4I8Packed(x, w${q}.w));`
      : `acc${p}_${q} = fma(vec4f(x), w${q}, acc${p}_${q});`;
  const total = (p: number, q: number) =>
    bytes ? `vec4f(acc${p}_${q} + bitcast<vec4i>(table[${start}u + q0 + ${q}u]))` : `acc${p}_${q}`;
  const buffers = buffersOf(geometry, arithmetic, end);
  const { text, written } = declare(buffers);
  const perImage = to[0] * to[1] * (to[2] % 4 === 0 ? co4 : to[2]);
  const code = `${bytes ? 'requires packed_4x8_integer_dot_product;' : ''}
${text}
var<workgroup> xs : array<${x}, ${units * plane}>;
var<workgroup> ws : array<${vector}, ${size[0] * size[1] * units * quads}>;
${functionsOf(geometry, arithmetic, end)}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(local_invocation_index) li : u32) {
  let count = arrayLength(&out) / ${perImage}u;
  let n0 = wg.z * ${images}u; let q0 = wg.y * ${quads}u;
  let oy0 = (wg.x / ${across}u) * ${rows}u; let ox0 = (wg.x % ${across}u) * ${columns * pixels}u;
  let iy0 = i32(oy0 * ${strides[0]}u) - ${before[0]}; let ix0 = i32(ox0 * ${strides[1]}u) - ${before[1]};
  let tx = li % ${columns}u; let ty = (li / ${columns}u) % ${rows}u; let tn = li / ${columns * rows}u;
  ${P.map((p) => each((q) => `var acc${p}_${q} = ${sum}();`)).join(' ')}
  for (var c0 = 0u; c0 < ${deep}u; c0 += ${units}u) {
    if (c0 > 0u) { workgroupBarrier(); }
    for (var i = li; i < ${(images * ih * iw * chunk) / 4}u; i += ${THREADS}u) {
      let cq = i % ${chunk / 4}u; let p = i / ${chunk / 4}u;
      let n = n0 + p / ${ih * iw}u;
      let y = iy0 + i32((p / ${iw}u) % ${ih}u); let x = ix0 + i32(p % ${iw}u);
      var v = vec4f();
      if (n < count && y >= 0 && y < ${from[0]} && x >= 0 && x < ${from[1]}) {
        v = rounded(load_src(n, u32(y), u32(x), c0 / ${bytes ? 1 : 4}u + cq));
      }
      ${store}
    }
    for (var i = li; i < ${size[0] * size[1] * units * quads}u; i += ${THREADS}u) {
      let q = i % ${quads}u; let c = (i / ${quads}u) % ${units}u; let tap = i / ${quads * units}u;
      ws[i] = table[${weights}u + (tap * ${deep}u + c0 + c) * ${co4}u + q0 + q];
    }
    workgroupBarrier();
    for (var ky = 0u; ky < ${size[0]}u; ky++) { for (var kx = 0u; kx < ${size[1]}u; kx++) {
      let place = (tn * ${ih}u + ty * ${strides[0]}u + ky) * ${iw}u + tx * ${strides[1]}u + kx;
      let tap = (ky * ${size[1]}u + kx) * ${units * quads}u;
      for (var c = 0u; c < ${units}u; c++) {
        ${each((q) => `let w${q} = ws[tap + c * ${quads}u + ${q}u];`)}
        ${P.map((p) => `{ let x = xs[c * ${plane}u + place + ${columns * p * strides[1]}u]; ${each((q) => add(p, q))} }`).join('\n        ')}
      }
    } }
  }
  let n = n0 + tn; let y = oy0 + ty;
  if (n >= count || y >= ${to[0]}u) { return; }
  ${P.map(
    (p) =>
      `{ let x = ox0 + tx + ${columns * p}u; if (x < ${to[1]}u) { ${each((q) => `end(${total(p, q)}, n, y, x, q0 + ${q}u);`)} } }`,
  ).join('\n  ')}
}`;
  return { code, written, groups: (n) => [down * across, co4 / quads, Math.ceil(n / images)] };
}

/** A depthwise convolution: a thread computes four channels of a pixel. */
export function depthwiseKernel(geometry: LayerGeometry, arithmetic: Arithmetic, end: LayerEnd): EvaluationKernel {
  const { from, to, size, strides, before } = geometry;
  const [h, w, c] = to;
  const c4 = Math.ceil(c / 4);
  const { weights } = tableRows(c);
  const body = `
  let q = i % ${c4}u; let x = (i / ${c4}u) % ${w}u; let y = (i / ${c4 * w}u) % ${h}u; let n = i / ${c4 * w * h}u;
  var sum = vec4f();
  for (var ky = 0u; ky < ${size[0]}u; ky++) {
    let iy = i32(y * ${strides[0]}u + ky) - ${before[0]};
    if (iy < 0 || iy >= ${from[0]}) { continue; }
    for (var kx = 0u; kx < ${size[1]}u; kx++) {
      let ix = i32(x * ${strides[1]}u + kx) - ${before[1]};
      if (ix < 0 || ix >= ${from[1]}) { continue; }
      sum = fma(rounded(load_src(n, u32(iy), u32(ix), q)), row(${weights}u + (ky * ${size[1]}u + kx) * ${c4}u + q), sum);
    }
  }
  end(sum, n, y, x, q);`;
  return elementKernel(
    buffersOf(geometry, arithmetic, end),
    h * w * c4,
    body,
    functionsOf(geometry, arithmetic, end),
    `arrayLength(&out) / ${c % 4 === 0 ? 1 : c}u * ${c % 4 === 0 ? 1 : c4}u`,
  );
}
