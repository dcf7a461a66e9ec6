// Pieces of WGSL that the kernels of an evaluation share. The number of images is not part of a kernel: it follows from
// the length of the result.

export type Activation = 'relu' | 'relu6' | undefined;

/** Shape of one image's activation; dense ones are [1, 1, features]. */
export type Shape = readonly [h: number, w: number, c: number];

/** A compute shader with the entry point `main`. */
export interface EvaluationKernel {
  readonly code: string;
  /** How each storage buffer is bound, in order; the last one is the result. */
  readonly written: readonly boolean[];
  /** Number of workgroups for `n` images. */
  groups(n: number): [x: number, y: number, z: number];
}

const THREADS = 64;
/** The most workgroups in one direction that every device has. */
const MOST_GROUPS = 65_535;

/** Declares storage buffers, written `name: type`; the last one, the result, is writable. */
export function declare(buffers: readonly string[]): { readonly text: string; readonly written: boolean[] } {
  const written = buffers.map((_, i) => i === buffers.length - 1);
  const text = buffers
    .map((buffer, i) => {
      const [name, type] = buffer.split(': ');
      return `@group(0) @binding(${i}) var<storage, ${written[i] ? 'read_write' : 'read'}> ${name} : array<${type}>;`;
    })
    .join('\n');
  return { text, written };
}

/**
 * A kernel with one thread per element of the result, whose index is `i`, or `count` threads. `perImage` of them belong to
 * an image.
 */
export function elementKernel(
  buffers: readonly string[],
  perImage: number,
  body: string,
  functions = '',
  count = 'arrayLength(&out)',
): EvaluationKernel {
  const { text, written } = declare(buffers);
  const code = `${text}
${functions}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) wg : vec3u, @builtin(num_workgroups) size : vec3u, @builtin(local_invocation_index) li : u32) {
  let i = (wg.y * size.x + wg.x) * ${THREADS}u + li;
  if (i >= ${count}) { return; }
  ${body}
}`;
  return {
    code,
    written,
    groups: (n) => {
      const groups = Math.ceil((n * perImage) / THREADS);
      const x = Math.min(groups, MOST_GROUPS);
      return [x, Math.ceil(groups / x), 1];
    },
  };
}

/** Numbers that a thread handles at once: four neighboring channels if all counts of channels allow it. */
export const widthOf = (...channels: readonly number[]): 1 | 4 => (channels.every((c) => c % 4 === 0) ? 4 : 1);
export const typeOf = (width: 1 | 4): string => (width === 4 ? 'vec4f' : 'f32');

/** Statements that apply an activation to the variable `v`. NaN stays. */
export function activated(activation: Activation, v: string, type: string): string {
  if (activation === undefined) return '';
  const relu = `${v} = select(${v}, ${type}(), ${v} < ${type}());`;
  return activation === 'relu' ? relu : `${relu} ${v} = select(${v}, ${type}(6.0), ${v} > ${type}(6.0));`;
}

/** `row(i)`: four numbers of a layer's table, an array of `vec4f` or `vec4u`. */
export const rowFunction = (type: 'vec4f' | 'vec4u'): string =>
  `fn row(i : u32) -> vec4f { return ${type === 'vec4f' ? 'table[i]' : 'bitcast<vec4f>(table[i])'}; }`;

/**
 * `rounded(v)`: the level of a grid next to `v`, or with `codes` its code. `exact(v)` keeps the compiler from fusing a product
 * with the sum that follows, which would round once instead of twice: `zero` is 0, but only the buffer knows. The grid
 * comes from the first rows of the layer's table, which `row(i)` reads.
 */
export function roundingFunctions(type: string, codes: boolean): string {
  const bits = type.replace('f32', 'u32').replace('vec4f', 'vec4u');
  return `
fn exact(v : ${type}) -> ${type} { return bitcast<${type}>(bitcast<${bits}>(v) ^ ${bits}(bitcast<u32>(row(1u).y))); }
fn rounded(v : ${type}) -> ${type} {
  let grid = row(0u);
  var code = round((v - grid.y) * grid.x);
  code = select(code, ${type}(grid.z), code < ${type}(grid.z));
  code = select(code, ${type}(grid.w), code > ${type}(grid.w));
  return ${codes ? 'code' : 'exact(code * row(1u).x) + grid.y'};
}`;
}
