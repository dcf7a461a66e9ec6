// Convolution, output-stationary: a thread holds some pixels of up to 16 output channels in registers. The loader
// applies the preceding batch norm, ReLU, shortcut and rounding; the epilogue computes the sums for the batch norm
// after it.
import {
  pixelsOf,
  sharesWeights,
  sidesOf,
  type ThreadTile,
  type TileOptions,
  threadsPerGroup,
  threadTile,
} from './threadTile';
import {
  countOf,
  type Geometry,
  type InputRounding,
  inputFunctions,
  type Kernel,
  kernel,
  quadsPerThread,
  range,
  reducedAt,
  reduction,
  type Shortcut,
  type Source,
  WORKGROUP_BYTES,
} from './wgsl';

export interface ForwardOptions {
  readonly source: Source;
  readonly rounds: InputRounding | undefined;
  readonly shortcut?: Shortcut;
  readonly tile: ThreadTile;
}

/** Tiles of an output image, and their sides. */
export function forwardTiles({ oh, ow }: Geometry, tile: ThreadTile) {
  const [rows, columns] = sidesOf(tile);
  return { rows, columns, down: Math.ceil(oh / rows), across: Math.ceil(ow / columns) };
}

/**
 * Input channels at a time for planes of `plane` pixels: 8 (16 if weights take no memory) if they divide and fit, otherwise 4;
 * all channels for an image.
 */
export function chunkOf(
  channels: number,
  plane: number,
  taps: number,
  quads: number,
  tile: ThreadTile,
): number | undefined {
  const shares = sharesWeights(tile);
  const { groups } = tile;
  const bytes = (chunk: number) =>
    4 * plane * chunk + 16 * quads * groups * ((shares ? taps * chunk : 0) + threadsPerGroup(tile));
  // 512 bytes are reserved for the sums of a learned step's gradient.
  const fits = (chunk: number) => channels % chunk === 0 && bytes(chunk) <= WORKGROUP_BYTES - 512;
  return (channels % 4 === 0 ? [...(shares ? [] : [16]), 8, 4] : [channels]).find(fits);
}

function tileInput({ k, stride }: Geometry, tile: ThreadTile) {
  const [rows, columns] = sidesOf(tile).map((side) => (side - 1) * stride + k);
  return { rows, columns, plane: (rows * columns) | 1 };
}

function chunkIn(geometry: Geometry, tile: ThreadTile): number | undefined {
  const { ci, co, k } = geometry;
  return chunkOf(ci, tileInput(geometry, tile).plane, k * k, quadsPerThread(co), tile);
}

function gridOf(geometry: Geometry, tile: ThreadTile): Kernel['grid'] {
  const { n, co } = geometry;
  const { down, across } = forwardTiles(geometry, tile);
  return [down * across, co / (4 * quadsPerThread(co) * tile.groups), n];
}

/** What a thread computes (`threadTile`). */
export function forwardTile(geometry: Geometry, options: TileOptions): ThreadTile {
  const { oh, ow, co } = geometry;
  const fits = (tile: ThreadTile) => chunkIn(geometry, tile) !== undefined;
  return threadTile(options, [oh, ow], co, fits, (tile) => countOf(gridOf(geometry, tile)));
}

/**
 * `out = conv(round(input), weights)`. Writes, for each tile and channel, the sum and the squared distances from the
 * tile's own mean, which a variance with a large mean requires (T. F. Chan et al., 1979). A join's input is also
 * stored, each pixel by the tile that it is in. Bindings: 0 src, 1 state, 2 out, 3 part; for a join 4 short, 5 joined;
 * then the places.
 */
export function convForward(geometry: Geometry, options: ForwardOptions): Kernel {
  const { h, w, ci, co, k, stride: s, padding, oh, ow } = geometry;
  const { source, rounds, shortcut, tile } = options;
  const vector = ci % 4 === 0;
  const { rows: ih, columns: iw, plane } = tileInput(geometry, tile);
  const quads = quadsPerThread(co);
  const chunk = chunkIn(geometry, tile) as number;
  const { rows, columns, down, across } = forwardTiles(geometry, tile);
  const [P, Q, co4] = [pixelsOf(tile), range(quads), co / 4];
  // Channel vectors of the workgroup, and threads of each group of channels.
  const [all, own] = [quads * tile.groups, threadsPerGroup(tile)];
  const threads = own * tile.groups;
  const shares = sharesWeights(tile);
  const store = source === 'join';
  const buffers = [`src: ${vector ? 'vec4f' : 'f32'}`, 'state: vec4f', 'out!: vec4f', 'part!: vec4f'];
  if (store) buffers.push('short: vec4f', 'joined!: vec4f');
  const owner = `wg.y == 0u && min(u32(y) / ${rows * s}u, ${down - 1}u) == wg.x / ${across}u && min(u32(x) / ${columns * s}u, ${across - 1}u) == wg.x % ${across}u`;
  const inside = `y >= 0 && y < ${h} && x >= 0 && x < ${w}`;
  const load = vector
    ? `
    for (var i = li; i < ${(ih * iw * chunk) / 4}u; i += ${threads}u) {
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
    for (var i = li; i < ${ih * iw * ci}u; i += ${threads}u) {
      let c = i % ${ci}u; let p = i / ${ci}u;
      let y = iy0 + i32(p / ${iw}u); let x = ix0 + i32(p % ${iw}u);
      var v = 0.0;
      if (${inside}) { v = src[((n * ${h}u + u32(y)) * ${w}u + u32(x)) * ${ci}u + c]; }
      xs[c * ${plane}u + p] = v;
    }`;
  const each = (write: (q: number) => string) => Q.map(write).join(' ');
  const sumsOf = (term: (p: number, q: number) => string) =>
    each(
      (q) => `red[li * ${quads}u + ${q}u] = ${P.map((_, p) => `select(vec4f(), ${term(p, q)}, ok${p})`).join(' + ')};`,
    );
  const share = `for (var i = li; i < ${k * k * chunk * all}u; i += ${threads}u) {
      let q = i % ${all}u; let c = (i / ${all}u) % ${chunk}u; let tap = i / ${all * chunk}u;
      ws[i] = state[P.weights + (tap * ${ci}u + c0 + c) * ${co4}u + wg.y * ${all}u + q];
    }`;
  const body = `
var<workgroup> xs : array<f32, ${chunk * plane}>;
${shares ? `var<workgroup> ws : array<vec4f, ${k * k * chunk * all}>;` : ''}
${reduction(quads, threads, tile.groups)}
${vector ? inputFunctions({ h, w, c: ci }, source, rounds, shortcut) : ''}
@compute @workgroup_size(${tile.columns}, ${tile.rows}, ${tile.groups})
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(local_invocation_id) t : vec3u, @builtin(local_invocation_index) li : u32) {
  let n = wg.z;
  let oy0 = (wg.x / ${across}u) * ${rows}u; let ox0 = (wg.x % ${across}u) * ${columns}u;
  let iy0 = i32(oy0 * ${s}u) - ${padding[0]}; let ix0 = i32(ox0 * ${s}u) - ${padding[2]};
  ${P.map((_, p) => each((q) => `var acc${p}_${q} = vec4f();`)).join(' ')}
  for (var c0 = 0u; c0 < ${ci}u; c0 += ${chunk}u) {
    if (c0 > 0u) { workgroupBarrier(); }${load}
    ${shares ? share : ''}
    workgroupBarrier();
    for (var ky = 0u; ky < ${k}u; ky++) { for (var kx = 0u; kx < ${k}u; kx++) {
      let row = (t.y * ${s}u + ky) * ${iw}u + t.x * ${s}u + kx;
      let tap = ${
        shares
          ? `(ky * ${k}u + kx) * ${chunk * all}u + t.z * ${quads}u`
          : `P.weights + ((ky * ${k}u + kx) * ${ci}u + c0) * ${co4}u + wg.y * ${all}u + t.z * ${quads}u`
      };
      for (var c = 0u; c < ${chunk}u; c++) {
        ${each((q) => `let w${q} = ${shares ? `ws[tap + c * ${all}u` : `state[tap + c * ${co4}u`} + ${q}u];`)}
        ${P.map(({ row, column }, p) => `{ let x = vec4f(xs[c * ${plane}u + row + ${(row * iw + column) * s}u]); ${each((q) => `acc${p}_${q} = fma(x, w${q}, acc${p}_${q});`)} }`).join('\n        ')}
      }
    } }
  }
  let first = wg.y * ${all}u + t.z * ${quads}u;
  ${P.map(
    (
      { row, column },
      p,
    ) => `let y${p} = oy0 + t.y + ${row}u; let x${p} = ox0 + t.x + ${column}u; let ok${p} = y${p} < ${oh}u && x${p} < ${ow}u;
  if (ok${p}) { let o = ((n * ${oh}u + y${p}) * ${ow}u + x${p}) * ${co4}u + first; ${each((q) => `out[o + ${q}u] = acc${p}_${q};`)} }`,
  ).join('\n  ')}
  let lane = li % ${own}u; let sums = ${reducedAt('li - lane', quads, own)};
  let at = P.part + (n * ${down * across}u + wg.x) * ${2 * co4}u + first;
  ${sumsOf((p, q) => `acc${p}_${q}`)}
  reduceAll(li);
  for (var q = lane; q < ${quads}u; q += ${own}u) { part[at + q] = red[sums + q]; }
  let count = f32(min(${rows}u, ${oh}u - oy0) * min(${columns}u, ${ow}u - ox0));
  ${each((q) => `let mean${q} = red[sums + ${q}u] / count;`)}
  workgroupBarrier();
  ${sumsOf((p, q) => `(acc${p}_${q} - mean${q}) * (acc${p}_${q} - mean${q})`)}
  reduceAll(li);
  for (var q = lane; q < ${quads}u; q += ${own}u) { part[at + ${co4}u + q] = red[sums + q]; }
}`;
  return kernel(buffers, gridOf(geometry, tile), body);
}
