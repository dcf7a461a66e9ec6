// Nodes without weights in an evaluation, one dispatch each: a thread computes one number of the result, or four
// neighboring channels. Bindings: the inputs, for a batch norm or a rounded average its table, the result.
import type { NetworkNode, PoolNode } from '../../../graph/network';
import { range } from '../wgsl';
import {
  type Activation,
  activated,
  type EvaluationKernel,
  elementKernel,
  roundingFunctions,
  rowFunction,
  type Shape,
  typeOf,
  widthOf,
} from './text';

const sizeOf = (shape: Shape) => shape[0] * shape[1] * shape[2];

/** WGSL that splits the element `i` of the result into image `n`, place `y`, `x` and channel `q`. */
function place([h, w, c]: Shape, width: 1 | 4): string {
  const q = c / width;
  return `let q = i % ${q}u; let x = (i / ${q}u) % ${w}u; let y = (i / ${q * w}u) % ${h}u; let n = i / ${q * w * h}u;`;
}

const at = ([h, w, c]: Shape, width: 1 | 4, y: string, x: string, q = 'q') =>
  `((n * ${h}u + ${y}) * ${w}u + ${x}) * ${c / width}u + ${q}`;

/** Sum of inputs of one shape, or one input, with an activation. */
function elementwise(shape: Shape, inputs: number, activation: Activation): EvaluationKernel {
  const width = widthOf(sizeOf(shape));
  const type = typeOf(width);
  const names = range(inputs).map((i) => `in${i}`);
  const body = `var v = ${names.map((name) => `${name}[i]`).join(' + ')}; ${activated(activation, 'v', type)} out[i] = v;`;
  return elementKernel([...names.map((name) => `${name}: ${type}`), `out: ${type}`], sizeOf(shape) / width, body);
}

/** The table has mean, factor and shift of each channel. */
function batchNorm(shape: Shape): EvaluationKernel {
  const [, , c] = shape;
  const part = (row: number) => `table[${row * c}u + i % ${c}u]`;
  const body = `out[i] = (in0[i] - ${part(0)}) * ${part(1)} + ${part(2)};`;
  return elementKernel(['in0: f32', 'table: f32', 'out: f32'], sizeOf(shape), body);
}

function pool(node: PoolNode, from: Shape, to: Shape): EvaluationKernel {
  const { size, strides, padding, op, countPadding } = node;
  const width = widthOf(from[2]);
  const type = typeOf(width);
  const max = op === 'maxPool';
  const body = `
  ${place(to, width)}
  var v = ${type}(${max ? '-3.4028234e38' : '0.0'});
  var seen = 0.0;
  for (var ky = 0u; ky < ${size[0]}u; ky++) {
    let iy = i32(y * ${strides[0]}u + ky) - ${padding[0]};
    if (iy < 0 || iy >= ${from[0]}) { continue; }
    for (var kx = 0u; kx < ${size[1]}u; kx++) {
      let ix = i32(x * ${strides[1]}u + kx) - ${padding[2]};
      if (ix < 0 || ix >= ${from[1]}) { continue; }
      let one = in0[${at(from, width, 'u32(iy)', 'u32(ix)')}];
      seen += 1.0;
    ${max ? 'v = max(v, one);' : 'v += one;'}
    }
  }
  out[i] = ${max ? 'v' : `v / ${countPadding === true ? `${size[0] * size[1]}.0` : 'seen'}`};`;
  return elementKernel([`in0: ${type}`, `out: ${type}`], sizeOf(to) / width, body);
}

/** `rounds`: the inputs are rounded first, by the grid in the table. */
function globalAverage(from: Shape, rounds: boolean): EvaluationKernel {
  const [h, w, c] = from;
  const width = widthOf(c);
  const type = typeOf(width);
  const body = `
  let q = i % ${c / width}u; let n = i / ${c / width}u;
  var sum = ${type}();
  for (var p = 0u; p < ${h * w}u; p++) { sum += rounded(in0[(n * ${h * w}u + p) * ${c / width}u + q]); }
  out[i] = sum / ${h * w}.0;`;
  const functions = rounds
    ? `${rowFunction('vec4f')}${roundingFunctions(type, false)}`
    : `fn rounded(v : ${type}) -> ${type} { return v; }`;
  const buffers = [`in0: ${type}`, ...(rounds ? ['table: vec4f'] : []), `out: ${type}`];
  return elementKernel(buffers, c / width, body, functions);
}

function pad([top, , left]: readonly number[], before: number, from: Shape, to: Shape): EvaluationKernel {
  const width = widthOf(before, from[2], to[2]);
  const type = typeOf(width);
  const first = before / width;
  const inside = `q >= ${first}u && q < ${first + from[2] / width}u && y >= ${top}u && y < ${top + from[0]}u && x >= ${left}u && x < ${left + from[1]}u`;
  const body = `
  ${place(to, width)}
  var v = ${type}();
  if (${inside}) { v = in0[${at(from, width, `y - ${top}u`, `x - ${left}u`, `q - ${first}u`)}]; }
  out[i] = v;`;
  return elementKernel([`in0: ${type}`, `out: ${type}`], sizeOf(to) / width, body);
}

function subsample(strides: readonly [number, number], from: Shape, to: Shape): EvaluationKernel {
  const width = widthOf(from[2]);
  const type = typeOf(width);
  const body = `${place(to, width)} out[i] = in0[${at(from, width, `y * ${strides[0]}u`, `x * ${strides[1]}u`)}];`;
  return elementKernel([`in0: ${type}`, `out: ${type}`], sizeOf(to) / width, body);
}

function concat(froms: readonly Shape[], to: Shape): EvaluationKernel {
  const width = widthOf(...froms.map(([, , c]) => c));
  const type = typeOf(width);
  let first = 0;
  const parts = froms.map(([, , c], k) => {
    const [from, end] = [first, first + c / width];
    first = end;
    return `if (q >= ${from}u && q < ${end}u) { out[i] = in${k}[(i / ${to[2] / width}u) * ${c / width}u + q - ${from}u]; }`;
  });
  const body = `let q = i % ${to[2] / width}u; ${parts.join('\n')}`;
  return elementKernel([...froms.map((_, k) => `in${k}: ${type}`), `out: ${type}`], sizeOf(to) / width, body);
}

function softmax(classes: number): EvaluationKernel {
  const body = `
  let first = i - i % ${classes}u;
  var top = in0[first];
  for (var k = 1u; k < ${classes}u; k++) { top = max(top, in0[first + k]); }
  var total = 0.0;
  for (var k = 0u; k < ${classes}u; k++) { total += exp(in0[first + k] - top); }
  out[i] = exp(in0[i] - top) / total;`;
  return elementKernel(['in0: f32', 'out: f32'], classes, body);
}

/** The most inputs that fit WebGPU's default limit of storage buffers beside the result. */
const MOST_INPUTS = 7;

/**
 * The kernel of a node without weights, from the shapes of its inputs to that of its result; undefined for other nodes, and
 * for those with too many inputs. `rounds`: an average rounds what it reads.
 */
export function plainKernel(
  node: NetworkNode,
  froms: readonly Shape[],
  to: Shape,
  activation: Activation,
  rounds: boolean,
): EvaluationKernel | undefined {
  const [from] = froms;
  if (froms.length > MOST_INPUTS) return undefined;
  switch (node.op) {
    case 'relu':
    case 'relu6':
      return elementwise(to, 1, node.op);
    case 'add':
      return elementwise(to, froms.length, activation);
    case 'batchNorm':
      return batchNorm(to);
    case 'maxPool':
    case 'avgPool':
      return pool(node, from, to);
    case 'globalAvgPool':
      return globalAverage(from, rounds);
    case 'pad':
      return pad(node.padding, node.channels[0], from, to);
    case 'subsample':
      return subsample(node.strides, from, to);
    case 'concat':
      return concat(froms, to);
    case 'softmax':
      return softmax(to[2]);
    default:
      return undefined;
  }
}
