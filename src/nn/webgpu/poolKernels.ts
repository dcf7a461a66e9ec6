// Maximum over non-overlapping windows that cover the whole image, of ReLU(BN(z)).
import { type Kernel, kernel, range, reduction } from './wgsl';

/** The pooled tensor: [n, h, w, c], in windows of `size` x `size`. */
export interface PoolGeometry {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  readonly c: number;
  readonly size: number;
}

const THREADS = 64;

/** WGSL for what positions of a window share, for the index in `z` of position `k`, and for the channels there, once `z<k>` is read. */
function windowText({ h, w, c, size }: PoolGeometry) {
  const [c4, oh, ow] = [c / 4, h / size, w / size];
  const places = `
  let q = i % ${c4}u; let p = i / ${c4}u;
  let n = p / ${oh * ow}u; let y = ((p / ${ow}u) % ${oh}u) * ${size}u; let x = (p % ${ow}u) * ${size}u;`;
  const at = (k: number) => `((n * ${h}u + y + ${Math.floor(k / size)}u) * ${w}u + x + ${k % size}u) * ${c4}u + q`;
  const norm = `let mean = state[P.norm + q]; let scale = state[P.norm + ${c4}u + q]; let beta = state[P.norm + ${2 * c4}u + q];`;
  const read = range(size ** 2)
    .map((k) => `let z${k} = z[${at(k)}] - mean;`)
    .join(' ');
  const value = (k: number) => `max(fma(z${k}, scale, beta), vec4f())`;
  return { places, norm, read, at, value, c4, outputs: oh * ow * c4 };
}

/** Bindings: 0 z, 1 state, 2 out, 3 places. */
export function poolForward(geometry: PoolGeometry): Kernel {
  const { places, norm, read, value, outputs } = windowText(geometry);
  const total = geometry.n * outputs;
  const body = `
@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id : vec3u) {
  let i = id.x;
  if (i >= ${total}u) { return; }${places}
  ${norm}
  ${read}
  var best = ${value(0)};
  ${range(geometry.size ** 2)
    .slice(1)
    .map((k) => `best = max(best, ${value(k)});`)
    .join('\n  ')}
  out[i] = best;
}`;
  return kernel(['z: vec4f', 'state: vec4f', 'out!: vec4f'], [Math.ceil(total / THREADS), 1, 1], body);
}

/** Workgroups of `poolBackward`, each with its own sums. */
export const poolSlots = ({ n, h, w, size }: PoolGeometry): number => Math.ceil((n * h * w) / size ** 2 / THREADS);

/**
 * The gradient before the ReLU: a window's gradient goes to its first largest position. Includes the sums for the batch
 * norm. A workgroup handles 64 windows, one channel quad after the other. Bindings: 0 g (of the pooled), 1 z, 2 state,
 * 3 out, 4 part, 5 places.
 */
export function poolBackward(geometry: PoolGeometry): Kernel {
  const { size, n, h, w } = geometry;
  const { norm, read, at, value, c4 } = windowText(geometry);
  const windows = (n * h * w) / size ** 2;
  const K = range(size ** 2);
  const [oh, ow] = [h / size, w / size];
  const body = `
${reduction(1, THREADS)}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(local_invocation_index) li : u32) {
  let q = wg.y;
  let p = wg.x * ${THREADS}u + li;
  let n = p / ${oh * ow}u; let y = ((p / ${ow}u) % ${oh}u) * ${size}u; let x = (p % ${ow}u) * ${size}u;
  ${norm}
  var s1 = vec4f(); var s2 = vec4f();
  if (p < ${windows}u) {
    let d = g[p * ${c4}u + q];
    ${read}
    var best = vec4f(); var place = vec4u();
    ${K.map((k) => `{ let v = ${value(k)}; place = select(place, vec4u(${k}u), v > best); best = max(best, v); }`).join('\n    ')}
    // Where all are 0 the ReLU lets nothing through.
    let live = best > vec4f();
    ${K.map((k) => `{ let v = select(vec4f(), d, live & (place == vec4u(${k}u))); out[${at(k)}] = v; s1 += v; s2 = fma(v, z${k}, s2); }`).join('\n    ')}
  }
  red[li] = s1;
  reduceAll(li);
  if (li == 0u) { part[P.part + wg.x * ${2 * c4}u + q] = red[0]; }
  workgroupBarrier();
  red[li] = s2;
  reduceAll(li);
  if (li == 0u) { part[P.part + wg.x * ${2 * c4}u + ${c4}u + q] = red[0] * state[P.norm + ${3 * c4}u + q]; }
}`;
  const buffers = ['g: vec4f', 'z: vec4f', 'state: vec4f', 'out!: vec4f', 'part!: vec4f'];
  return kernel(buffers, [poolSlots(geometry), c4, 1], body);
}
