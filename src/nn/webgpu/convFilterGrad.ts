// Gradient of a convolution's kernel, split over the batch and the tiles of an image: a thread keeps all taps of one
// input and four output channels in registers. The update adds up the splits.
import {
  type Geometry,
  type InputRounding,
  inputFunctions,
  type Kernel,
  kernel,
  outputGradient,
  quadsPerThread,
  range,
  WORKGROUP_BYTES,
} from './wgsl';

/**
 * The assignment of threads: with few channels they share the rows of a tile, and each group of rows writes its own
 * sums.
 */
function threadLayout({ ci, co, stride }: Geometry) {
  const quads = quadsPerThread(co);
  let inputs = 1;
  while (inputs < Math.min(ci, 64 / quads, 16)) inputs *= 2;
  const rowGroups = Math.min(stride === 1 ? 8 : 4, 64 / (quads * inputs));
  return { quads, inputs, rowGroups, threads: quads * inputs * rowGroups };
}

function tiling(geometry: Geometry) {
  const { k, stride, oh, ow } = geometry;
  const [rows, columns] = [Math.min(oh, stride === 1 ? 8 : 4), Math.min(ow, 8)];
  return {
    ...{ rows, columns, ih: (rows - 1) * stride + k, iw: (columns - 1) * stride + k },
    ...{ down: Math.ceil(oh / rows), across: Math.ceil(ow / columns) },
  };
}

/** Workgroups that share a filter's sums, about `workgroups` in total, and the partial gradients they write. */
export function filterGradSplits(geometry: Geometry, workgroups: number) {
  const { quads, inputs, rowGroups } = threadLayout(geometry);
  const { down, across } = tiling(geometry);
  const ways = (geometry.co / (4 * quads)) * Math.ceil(geometry.ci / inputs);
  const splits = Math.max(1, Math.min(geometry.n * down * across, Math.floor(workgroups / ways)));
  return { splits, slots: splits * rowGroups };
}

/** True if it fits the workgroup's memory. */
export function filterGradFits(geometry: Geometry): boolean {
  const { quads, inputs } = threadLayout(geometry);
  const { rows, columns, ih, iw } = tiling(geometry);
  return 4 * ih * iw * inputs + 16 * rows * columns * quads <= WORKGROUP_BYTES;
}

/** Bindings: 0 src, 1 g, 2 z, 3 state, 4 out (partial gradients at `P.part`, in vec4f, each laid out as the kernel), 5 places. */
export function convFilterGrad(
  geometry: Geometry,
  source: 'stored' | 'norm',
  rounds: InputRounding | undefined,
  splits: number,
): Kernel {
  const { n, h, w, ci, co, k, stride: s, padding, oh, ow } = geometry;
  const vector = ci % 4 === 0;
  const { quads, inputs, rowGroups, threads } = threadLayout(geometry);
  const { rows, columns, ih, iw, down, across } = tiling(geometry);
  const K = range(k);
  const taps = (write: (y: number, x: number) => string) => K.flatMap((y) => K.map((x) => write(y, x))).join(' ');
  const input = (ky: number, column: string) => `xs[((r * ${s}u + ${ky}u) * ${iw}u + ${column}) * ${inputs}u + ci]`;
  const inside = `y >= 0 && y < ${h} && x >= 0 && x < ${w}`;
  const load = vector
    ? `for (var i = li; i < ${(ih * iw * inputs) / 4}u; i += ${threads}u) {
      let cq = i % ${inputs / 4}u; let p = i / ${inputs / 4}u;
      let y = iy0 + i32(p / ${iw}u); let x = ix0 + i32(p % ${iw}u);
      var v = vec4f();
      if (${inside}${ci % inputs === 0 ? '' : ` && wg.z * ${inputs / 4}u + cq < ${ci / 4}u`}) {
        v = rounded(activation(n, u32(y), u32(x), wg.z * ${inputs / 4}u + cq));
      }
      for (var j = 0u; j < 4u; j++) { xs[p * ${inputs}u + cq * 4u + j] = v[j]; }
    }`
    : `for (var i = li; i < ${ih * iw * inputs}u; i += ${threads}u) {
      let c = i % ${inputs}u; let p = i / ${inputs}u;
      let y = iy0 + i32(p / ${iw}u); let x = ix0 + i32(p % ${iw}u);
      var v = 0.0;
      if (c < ${ci}u && ${inside}) { v = src[((n * ${h}u + u32(y)) * ${w}u + u32(x)) * ${ci}u + c]; }
      xs[i] = v;
    }`;
  // At stride 1 the window slides along the row: all but its last column stay in registers.
  const columnsOf = (y: number) => range(k - 1).map((x) => `var x${y}_${x} = ${input(y, `${x}u`)};`);
  const slide = (y: number) => `{
          let last = ${input(y, `c + ${k - 1}u`)};
          ${K.map((x) => `a${y}_${x} = fma(vec4f(${x === k - 1 ? 'last' : `x${y}_${x}`}), d, a${y}_${x});`).join(' ')}
          ${range(k - 1)
            .map((x) => `x${y}_${x} = ${x === k - 2 ? 'last' : `x${y}_${x + 1}`};`)
            .join(' ')}
        }`;
  const jump = taps((y, x) => `a${y}_${x} = fma(vec4f(${input(y, `c * ${s}u + ${x}u`)}), d, a${y}_${x});`);
  const body = `
var<workgroup> xs : array<f32, ${ih * iw * inputs}>;
var<workgroup> gs : array<vec4f, ${rows * columns * quads}>;
${vector ? inputFunctions({ h, w, c: ci }, source, rounds) : ''}
${outputGradient(geometry)}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(local_invocation_index) li : u32) {
  let q = li % ${quads}u; let ci = (li / ${quads}u) % ${inputs}u; let group = li / ${quads * inputs}u;
  ${taps((y, x) => `var a${y}_${x} = vec4f();`)}
  for (var tile = wg.x; tile < ${n * down * across}u; tile += ${splits}u) {
    let n = tile / ${down * across}u;
    let oy0 = ((tile % ${down * across}u) / ${across}u) * ${rows}u; let ox0 = (tile % ${across}u) * ${columns}u;
    let iy0 = i32(oy0 * ${s}u) - ${padding[0]}; let ix0 = i32(ox0 * ${s}u) - ${padding[2]};
    ${load}
    for (var i = li; i < ${rows * columns * quads}u; i += ${threads}u) {
      let p = i / ${quads}u; let y = oy0 + p / ${columns}u; let x = ox0 + p % ${columns}u;
      var v = vec4f();
      if (y < ${oh}u && x < ${ow}u) { v = dz(n, y, x, wg.y * ${quads}u + i % ${quads}u); }
      gs[i] = v;
    }
    workgroupBarrier();
    for (var r = group; r < ${rows}u; r += ${rowGroups}u) {
      ${s === 1 ? K.flatMap(columnsOf).join(' ') : ''}
      for (var c = 0u; c < ${columns}u; c++) {
        let d = gs[(r * ${columns}u + c) * ${quads}u + q];
        ${s === 1 ? K.map(slide).join('\n        ') : jump}
      }
    }
    workgroupBarrier();
  }
  let c = wg.z * ${inputs}u + ci;
  if (c < ${ci}u) {
    let o = P.part + (wg.x * ${rowGroups}u + group) * ${(k * k * ci * co) / 4}u + c * ${co / 4}u + wg.y * ${quads}u + q;
    ${taps((y, x) => `out[o + ${((y * k + x) * ci * co) / 4}u] = a${y}_${x};`)}
  }
}`;
  const buffers = [`src: ${vector ? 'vec4f' : 'f32'}`, 'g: vec4f', 'z: vec4f', 'state: vec4f', 'out!: vec4f'];
  return kernel(buffers, [splits, co / (4 * quads), Math.ceil(ci / inputs)], body);
}
