// Convolution, output-stationary: a thread holds some pixels of up to 16 output channels in registers. The loader
// applies the preceding batch norm, ReLU, shortcut and rounding; the epilogue computes the sums for the batch norm
// after it.
import {
  type Geometry,
  type InputRounding,
  inputFunctions,
  type Kernel,
  kernel,
  quadsPerThread,
  range,
  reduction,
  type Shortcut,
  type Source,
  WORKGROUP_BYTES,
} from './wgsl';

export interface ForwardOptions {
  readonly source: Source;
  readonly rounds: InputRounding | undefined;
  readonly shortcut?: Shortcut;
  /** Neighboring pixels in a row (8 apart) that a thread computes. */
  readonly pixels: number;
}

/** Tiles of an output image: 8 rows, and 8 columns times the pixels per thread. */
export function forwardTiles({ oh, ow }: Geometry, pixels: number) {
  const [rows, columns] = [8, 8 * pixels];
  return { rows, columns, down: Math.ceil(oh / rows), across: Math.ceil(ow / columns) };
}

/** Workgroup memory of a tile, in bytes, with `chunk` input channels at a time. */
function bytesOf(plane: number, chunk: number, taps: number, quads: number): number {
  return 4 * plane * chunk + 16 * (taps * chunk * quads + 64 * quads);
}

/** Input channels at a time: 8 if they divide and fit, otherwise 4; all channels for an image. */
export function chunkOf(channels: number, plane: number, taps: number, quads: number): number | undefined {
  if (channels % 4 !== 0) return bytesOf(plane, channels, taps, quads) <= WORKGROUP_BYTES - 512 ? channels : undefined;
  // 512 bytes are reserved for the sums of a learned step's gradient.
  const fits = (chunk: number) => channels % chunk === 0 && bytesOf(plane, chunk, taps, quads) <= WORKGROUP_BYTES - 512;
  return [8, 4].find(fits);
}

function tileInput({ k, stride }: Geometry, pixels: number) {
  const rows = 7 * stride + k;
  const columns = (8 * pixels - 1) * stride + k;
  return { rows, columns, plane: (rows * columns) | 1 };
}

/** The most pixels per thread, at most `limit`, that fit the workgroup's memory and the image. */
export function forwardPixels(geometry: Geometry, limit: number): number {
  for (const pixels of [4, 2])
    if (
      pixels <= limit &&
      8 * pixels <= geometry.ow &&
      chunkOf(geometry.ci, tileInput(geometry, pixels).plane, geometry.k ** 2, quadsPerThread(geometry.co)) !==
        undefined
    )
      return pixels;
  return 1;
}

/**
 * `out = conv(round(input), weights)`. Writes, for each tile and channel, the sum and the squared distances from the
 * tile's own mean, which a variance with a large mean requires (T. F. Chan et al., 1979). A join's input is also
 * stored, each pixel by the tile that it is in. Bindings: 0 src, 1 state, 2 out, 3 part; for a join 4 short, 5 joined;
 * then the places.
 */
export function convForward(geometry: Geometry, options: ForwardOptions): Kernel {
  const { n, h, w, ci, co, k, stride: s, padding, oh, ow } = geometry;
  const { source, rounds, shortcut, pixels } = options;
  const vector = ci % 4 === 0;
  const { rows: ih, columns: iw, plane } = tileInput(geometry, pixels);
  const quads = quadsPerThread(co);
  const chunk = chunkOf(ci, plane, k * k, quads) as number;
  const { columns, down, across } = forwardTiles(geometry, pixels);
  const [P, Q, co4] = [range(pixels), range(quads), co / 4];
  const store = source === 'join';
  const buffers = [`src: ${vector ? 'vec4f' : 'f32'}`, 'state: vec4f', 'out!: vec4f', 'part!: vec4f'];
  if (store) buffers.push('short: vec4f', 'joined!: vec4f');
  const owner = `wg.y == 0u && u32(y) / ${8 * s}u == wg.x / ${across}u && u32(x) / ${columns * s}u == wg.x % ${across}u`;
  const inside = `y >= 0 && y < ${h} && x >= 0 && x < ${w}`;
  const load = vector
    ? `
    for (var i = li; i < ${(ih * iw * chunk) / 4}u; i += 64u) {
      let cq = i % ${chunk / 4}u; let p = i / ${chunk / 4}u;
      let y = iy0 + i32(p / ${iw}u); let x = ix0 + i32(p % ${iw}u);
      var v = vec4f();
      if (${inside}) {
        let q = c0 / 4u + cq;
        v = activation(n, u32(y), u32(x), q);
        ${store ? `if (${owner}) { joined[((n * ${h}u + u32(y)) * ${w}u + u32(x)) * ${ci / 4}u + q] = v; }` : ''}
        v = rounded(v);
      }
      for (var j = 0u; j < 4u; j++) { xs[(cq * 4u + j) * ${plane}u + p] = v[j]; }
    }`
    : `
    for (var i = li; i < ${ih * iw * ci}u; i += 64u) {
      let c = i % ${ci}u; let p = i / ${ci}u;
      let y = iy0 + i32(p / ${iw}u); let x = ix0 + i32(p % ${iw}u);
      var v = 0.0;
      if (${inside}) { v = src[((n * ${h}u + u32(y)) * ${w}u + u32(x)) * ${ci}u + c]; }
      xs[c * ${plane}u + p] = v;
    }`;
  const each = (write: (q: number) => string) => Q.map(write).join(' ');
  const sumsOf = (term: (p: number, q: number) => string) =>
    each((q) => `red[li * ${quads}u + ${q}u] = ${P.map((p) => `select(vec4f(), ${term(p, q)}, ok${p})`).join(' + ')};`);
  const body = `
var<workgroup> xs : array<f32, ${chunk * plane}>;
var<workgroup> ws : array<vec4f, ${k * k * chunk * quads}>;
${reduction(quads)}
${vector ? inputFunctions({ h, w, c: ci }, source, rounds, shortcut) : ''}
@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(local_invocation_id) t : vec3u, @builtin(local_invocation_index) li : u32) {
  let n = wg.z;
  let oy0 = (wg.x / ${across}u) * 8u; let ox0 = (wg.x % ${across}u) * ${columns}u;
  let iy0 = i32(oy0 * ${s}u) - ${padding[0]}; let ix0 = i32(ox0 * ${s}u) - ${padding[2]};
  ${P.map((p) => each((q) => `var acc${p}_${q} = vec4f();`)).join(' ')}
  for (var c0 = 0u; c0 < ${ci}u; c0 += ${chunk}u) {
    if (c0 > 0u) { workgroupBarrier(); }${load}
    for (var i = li; i < ${k * k * chunk * quads}u; i += 64u) {
      let q = i % ${quads}u; let c = (i / ${quads}u) % ${chunk}u; let tap = i / ${quads * chunk}u;
      ws[i] = state[P.weights + (tap * ${ci}u + c0 + c) * ${co4}u + wg.y * ${quads}u + q];
    }
    workgroupBarrier();
    for (var ky = 0u; ky < ${k}u; ky++) { for (var kx = 0u; kx < ${k}u; kx++) {
      let row = (t.y * ${s}u + ky) * ${iw}u + t.x * ${s}u + kx;
      let tap = (ky * ${k}u + kx) * ${chunk * quads}u;
      for (var c = 0u; c < ${chunk}u; c++) {
        ${each((q) => `let w${q} = ws[tap + c * ${quads}u + ${q}u];`)}
        ${P.map((p) => `{ let x = vec4f(xs[c * ${plane}u + row + ${8 * p * s}u]); ${each((q) => `acc${p}_${q} = fma(x, w${q}, acc${p}_${q});`)} }`).join('\n        ')}
      }
    } }
  }
  let oy = oy0 + t.y;
  ${P.map(
    (p) => `let x${p} = ox0 + t.x + ${8 * p}u; let ok${p} = oy < ${oh}u && x${p} < ${ow}u;
  if (ok${p}) { let o = ((n * ${oh}u + oy) * ${ow}u + x${p}) * ${co4}u + wg.y * ${quads}u; ${each((q) => `out[o + ${q}u] = acc${p}_${q};`)} }`,
  ).join('\n  ')}
  let at = P.part + (n * ${down * across}u + wg.x) * ${2 * co4}u + wg.y * ${quads}u + li;
  ${sumsOf((p, q) => `acc${p}_${q}`)}
  reduceAll(li);
  if (li < ${quads}u) { part[at] = red[li]; }
  let count = f32(min(8u, ${oh}u - oy0) * min(${columns}u, ${ow}u - ox0));
  ${each((q) => `let mean${q} = red[${q}] / count;`)}
  workgroupBarrier();
  ${sumsOf((p, q) => `(acc${p}_${q} - mean${q}) * (acc${p}_${q} - mean${q})`)}
  reduceAll(li);
  if (li < ${quads}u) { part[at + ${co4}u] = red[li]; }
}`;
  return kernel(buffers, [down * across, co4 / quads, n], body);
}
