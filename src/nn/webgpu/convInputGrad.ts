// Gradient of a convolution's input, and what depends on it: the straight-through mask and the rounding step's
// gradient, the gradient from a shortcut, the ReLU's mask, and the two sums for the batch norm before it.
import { chunkOf } from './convForward';
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
  type Kernel,
  kernel,
  LEARNED_NUMBERS,
  normalized,
  outputGradient,
  quadsPerThread,
  range,
  reducedAt,
  reduction,
  scalarSum,
  throughRounding,
} from './wgsl';

export interface InputGradOptions {
  /** Location of the layer's input: stored in `xin`, or ReLU(BN(zin)). */
  readonly source: 'stored' | 'norm';
  readonly rounds: InputRounding | undefined;
  /**
   * Gradient that another reader of the input has written to `more`; with `half`, from every second pixel and the inner
   * channels.
   */
  readonly add?: { readonly half?: { readonly channels: number } };
  /**
   * Whether to compute the sums for the batch norm before the layer; not for the first of two readers, whose gradient
   * is incomplete.
   */
  readonly sums: boolean;
  readonly tile: ThreadTile;
}

/**
 * The pixels of the input that a workgroup handles, all of the same parity if the stride is 2, so that their taps are
 * the same.
 */
function tiling({ h, w, co, ci, k, stride: s, padding }: Geometry, tile: ThreadTile) {
  const span = (before: number) => [Math.floor((before - k + 1) / s), Math.floor((s - 1 + before) / s)] as const;
  const [top, bottom] = span(padding[0]);
  const [left, right] = span(padding[2]);
  const [high, broad] = sidesOf(tile);
  const [rows, columns] = [high + bottom - top, broad + right - left];
  const plane = (rows * columns) | 1;
  const [down, across] = [Math.ceil(Math.ceil(h / s) / high), Math.ceil(Math.ceil(w / s) / broad)];
  const quads = quadsPerThread(ci);
  return { top, left, rows, columns, plane, down, across, quads, chunk: chunkOf(co, plane, k * k, quads, tile) };
}

function gridOf(geometry: Geometry, tile: ThreadTile): Kernel['grid'] {
  const { down, across, quads } = tiling(geometry, tile);
  return [down * across, geometry.ci / (4 * quads * tile.groups), geometry.n * geometry.stride ** 2];
}

/** What a thread computes (`threadTile`). */
export function inputGradTile(geometry: Geometry, options: TileOptions): ThreadTile {
  const { h, w, stride, ci } = geometry;
  const fits = (tile: ThreadTile) => tiling(geometry, tile).chunk !== undefined;
  return threadTile(options, [Math.ceil(h / stride), Math.ceil(w / stride)], ci, fits, (tile) =>
    countOf(gridOf(geometry, tile)),
  );
}

/** Partial sums that it writes for the batch norm, and for the learned step. */
export function inputGradSlots(geometry: Geometry, tile: ThreadTile): { readonly norm: number; readonly step: number } {
  const grid = gridOf(geometry, tile);
  return { norm: grid[0] * grid[2], step: countOf(grid) };
}

/** Bindings: 0 g, 1 z, 2 state, 3 out, 4 part; then as needed zin, xin, more; then the places. */
export function convInputGrad(geometry: Geometry, options: InputGradOptions): Kernel {
  const { h, w, ci, co, k, stride: s, padding, oh, ow } = geometry;
  const { source, rounds, add, sums, tile } = options;
  const learned = rounds ? LEARNED_NUMBERS[rounds] : 0;
  const { top, left, rows, columns, plane, down, across, quads, chunk: fitting } = tiling(geometry, tile);
  const chunk = fitting as number;
  const [P, Q, ci4] = [pixelsOf(tile), range(quads), ci / 4];
  // Channel vectors of the workgroup, and threads of each group of channels.
  const [all, own] = [quads * tile.groups, threadsPerGroup(tile)];
  const threads = own * tile.groups;
  const shares = sharesWeights(tile);
  const [high, broad] = sidesOf(tile);
  const each = (write: (q: number) => string) => Q.map(write).join(' ');
  const readsZ = sums || source === 'norm';
  const buffers = ['g: vec4f', 'z: vec4f', 'state: vec4f', 'out!: vec4f', 'part!: vec4f'];
  if (readsZ) buffers.push('zin: vec4f');
  if (source === 'stored') buffers.push('xin: vec4f');
  if (add) buffers.push('more: vec4f');

  /** Final gradient of four channels of a pixel. */
  const finish = (p: number, q: number): string => {
    const quad = `(first + ${q}u)`;
    const half = add?.half && {
      channels: add.half.channels / 4,
      before: (add.half.channels / 4 - ci4) / 2,
    };
    return `if (ok${p}) {
    var d = acc${p}_${q};
    ${source === 'norm' ? `let x = max(${normalized(`zin[o${p} + ${q}u]`, 'P.norm', ci4, quad)}, vec4f());` : `let x = xin[o${p} + ${q}u];`}
    ${rounds ? throughRounding(rounds) : ''}
    ${add && !half ? `d += more[o${p} + ${q}u];` : ''}
    ${half ? `if ((iy${p} & 1u) == 0u && (ix${p} & 1u) == 0u) { d += more[((n * ${h >> 1}u + iy${p} / 2u) * ${w >> 1}u + ix${p} / 2u) * ${half.channels}u + ${half.before}u + ${quad}]; }` : ''}
    d = select(vec4f(), d, x > vec4f());
    out[o${p} + ${q}u] = d;
    ${sums ? `s1_${q} += d; s2_${q} += d * (zin[o${p} + ${q}u] - state[P.norm + ${quad}]) * state[P.norm + ${3 * ci4}u + ${quad}];` : ''}
  }`;
  };
  const skipOdd = (place: string) => (s > 1 ? `if ((${place} & 1) != 0) { continue; }` : '');
  // 4x4 blocks of weights are turned from [in][out] to [out][in] in registers.
  const block = (at: string) =>
    `transpose(mat4x4f(state[${at}], state[${at} + ${co / 4}u], state[${at} + ${co / 2}u], state[${at} + ${(3 * co) / 4}u]))`;
  const share = `for (var i = li; i < ${(k * k * chunk * all) / 4}u; i += ${threads}u) {
      let q = i % ${all}u; let cq = (i / ${all}u) % ${chunk / 4}u; let tap = i / ${(all * chunk) / 4}u;
      let at = P.weights + (tap * ${ci}u + (wg.y * ${all}u + q) * 4u) * ${co / 4}u + c0 / 4u + cq;
      let m = ${block('at')};
      for (var j = 0u; j < 4u; j++) { ws[(tap * ${chunk}u + cq * 4u + j) * ${all}u + q] = m[j]; }
    }`;
  const product = (channel: string, weights: (q: number) => string) =>
    P.map(
      ({ row, column }, p) =>
        `{ let x = vec4f(ds_[(${channel}) * ${plane}u + row + ${row * columns + column}u]); ${each((q) => `acc${p}_${q} = fma(x, ${weights(q)}, acc${p}_${q});`)} }`,
    ).join('\n          ');
  const products = `let tap = (ky * ${k}u + kx) * ${chunk * all}u + t.z * ${quads}u;
        for (var c = 0u; c < ${chunk}u; c++) {
          ${each((q) => `let w${q} = ws[tap + c * ${all}u + ${q}u];`)}
          ${product('c', (q) => `w${q}`)}
        }`;
  const ownProducts = `let tap = P.weights + ((ky * ${k}u + kx) * ${ci}u + (wg.y * ${all}u + t.z * ${quads}u) * 4u) * ${co / 4}u + c0 / 4u;
        for (var cq = 0u; cq < ${chunk / 4}u; cq++) {
          ${each((q) => `let m${q} = ${block(`tap + cq + ${q * co}u`)};`)}
          ${range(4)
            .map((j) => product(`4u * cq + ${j}u`, (q) => `m${q}[${j}]`))
            .join('\n          ')}
        }`;
  const body = `
var<workgroup> ds_ : array<f32, ${chunk * plane}>;
${shares ? `var<workgroup> ws : array<vec4f, ${k * k * chunk * all}>;` : ''}
${reduction(quads, threads, tile.groups)}
${learned > 0 ? scalarSum(threads) : ''}
${outputGradient(geometry)}
@compute @workgroup_size(${tile.columns}, ${tile.rows}, ${tile.groups})
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(local_invocation_id) t : vec3u, @builtin(local_invocation_index) li : u32) {
  let n = wg.z / ${s * s}u; let py = (wg.z % ${s * s}u) / ${s}u; let px = wg.z % ${s}u;
  let cy0 = (wg.x / ${across}u) * ${high}u; let cx0 = (wg.x % ${across}u) * ${broad}u;
  let oy0 = i32(cy0) + ${top}; let ox0 = i32(cx0) + ${left};
  ${P.map((_, p) => each((q) => `var acc${p}_${q} = vec4f();`)).join(' ')}
  for (var c0 = 0u; c0 < ${co}u; c0 += ${chunk}u) {
    if (c0 > 0u) { workgroupBarrier(); }
    for (var i = li; i < ${(rows * columns * chunk) / 4}u; i += ${threads}u) {
      let cq = i % ${chunk / 4}u; let p = i / ${chunk / 4}u;
      let y = oy0 + i32(p / ${columns}u); let x = ox0 + i32(p % ${columns}u);
      var v = vec4f();
      if (y >= 0 && y < ${oh} && x >= 0 && x < ${ow}) { v = dz(n, u32(y), u32(x), c0 / 4u + cq); }
      for (var j = 0u; j < 4u; j++) { ds_[(cq * 4u + j) * ${plane}u + p] = v[j]; }
    }
    ${shares ? share : ''}
    workgroupBarrier();
    for (var ky = 0u; ky < ${k}u; ky++) {
      let ry = i32(py) + ${padding[0]} - i32(ky);
      ${skipOdd('ry')}
      for (var kx = 0u; kx < ${k}u; kx++) {
        let rx = i32(px) + ${padding[2]} - i32(kx);
        ${skipOdd('rx')}
        // Shifting an even number right halves it, a negative one too.
        let row = u32(i32(t.y) + (ry >> ${s - 1}u) - ${top}) * ${columns}u + u32(i32(t.x) + (rx >> ${s - 1}u) - ${left});
        ${shares ? products : ownProducts}
      }
    }
  }
  let first = wg.y * ${all}u + t.z * ${quads}u;
  ${P.map(
    (
      { row, column },
      p,
    ) => `let iy${p} = (cy0 + t.y + ${row}u) * ${s}u + py; let ix${p} = (cx0 + t.x + ${column}u) * ${s}u + px;
  let ok${p} = iy${p} < ${h}u && ix${p} < ${w}u; let o${p} = ((n * ${h}u + iy${p}) * ${w}u + ix${p}) * ${ci4}u + first;`,
  ).join('\n  ')}
  ${sums ? each((q) => `var s1_${q} = vec4f(); var s2_${q} = vec4f();`) : ''}
  ${rounds ? 'var ds = vec2f(); let step = state[P.step];' : ''}
  ${P.flatMap((_, p) => Q.map((q) => finish(p, q))).join('\n  ')}
  let slot = wg.z * ${down * across}u + wg.x;
  ${
    sums
      ? `let lane = li % ${own}u; let sums = ${reducedAt('li - lane', quads, own)};
  let at = P.part + slot * ${2 * ci4}u + first;
  ${each((q) => `red[li * ${quads}u + ${q}u] = s1_${q};`)}
  reduceAll(li);
  for (var q = lane; q < ${quads}u; q += ${own}u) { part[at + q] = red[sums + q]; }
  workgroupBarrier();
  ${each((q) => `red[li * ${quads}u + ${q}u] = s2_${q};`)}
  reduceAll(li);
  for (var q = lane; q < ${quads}u; q += ${own}u) { part[at + ${ci4}u + q] = red[sums + q]; }`
      : ''
  }
  ${
    learned > 0
      ? `let total = sumAll(li, ds.x);
  let total2 = ${learned > 1 ? 'sumAll(li, ds.y)' : '0.0'};
  if (li == 0u) { part[P.sums + slot * ${ci4 / all}u + wg.y] = vec4f(total, total2, 0.0, 0.0); }`
      : ''
  }
}`;
  return kernel(buffers, gridOf(geometry, tile), body);
}
