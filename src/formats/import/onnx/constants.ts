// Evaluates nodes whose inputs are all known: PyTorch computes pads and shapes with a dozen small nodes each, and
// transposes weights.

import { arrayFor, broadcast, broadcastDims, stepsOf, walk } from './broadcasting';
import type { OnnxNode } from './model';
import { frontAxis, integerAttribute, integersAttribute, refuse } from './node';
import { isReshaping, reshapedDims, slicesOf } from './shapeOps';
import { isFloatType, sizeOf, type Tensor } from './tensor';
import { bipolarQuant, dequantize, quant, quantize } from './weightCodes';

type Fold = (inputs: readonly Tensor[], node: OnnxNode, given: readonly (Tensor | undefined)[]) => Tensor;

const binary =
  (compute: (a: number, b: number, float: boolean) => number): Fold =>
  ([a, b]) => {
    const dims = broadcastDims(a.dims, b.dims);
    const float = a.float || b.float;
    const values = arrayFor(dims, float);
    const [left, right] = [broadcast(a, dims).values, broadcast(b, dims).values];
    for (let i = 0; i < values.length; i++) values[i] = compute(left[i], right[i], float);
    return { dims, values, float };
  };

const unary =
  (compute: (a: number) => number): Fold =>
  ([{ dims, values, float }]) => ({ dims, float, values: values.map(compute) });

/** A constant of integers, e.g. a shape. */
export function integerTensor(values: readonly number[], dims: readonly number[] = [values.length]): Tensor {
  return { dims, values: Float64Array.from(values), float: false };
}

const transpose: Fold = ([x], node) => {
  const perm = integersAttribute(node, 'perm') ?? x.dims.map((_, i) => x.dims.length - 1 - i);
  if ([...perm].sort((a, b) => a - b).join() !== x.dims.map((_, i) => i).join()) refuse('Its perm is no permutation.');
  const steps = stepsOf(x.dims);
  return walk(
    x,
    perm.map((axis) => x.dims[axis]),
    0,
    perm.map((axis) => steps[axis]),
  );
};

const slice: Fold = ([x], node, [, ...how]) => {
  const steps = stepsOf(x.dims);
  const dims = [...x.dims];
  let start = 0;
  for (const { axis, start: from, step, count } of slicesOf(node, x.dims, how)) {
    start += from * steps[axis];
    dims[axis] = count;
    steps[axis] *= step;
  }
  return walk(x, dims, start, steps);
};

const gather: Fold = ([x, indices], node) => {
  const axis = frontAxis(integerAttribute(node, 'axis', 0), x.dims.length);
  const inner = sizeOf(x.dims.slice(axis + 1));
  const dims = [...x.dims.slice(0, axis), ...indices.dims, ...x.dims.slice(axis + 1)];
  const values = arrayFor(dims, x.float);
  let at = 0;
  const rows = values.length === 0 ? 0 : sizeOf(x.dims.slice(0, axis));
  for (let outer = 0; outer < rows; outer++)
    for (const index of indices.values) {
      const from = (outer * x.dims[axis] + frontAxis(index, x.dims[axis])) * inner;
      for (let i = 0; i < inner; i++) values[at++] = x.values[from + i];
    }
  return { dims, values, float: x.float };
};

const concat: Fold = (inputs, node) => {
  const [first] = inputs;
  const axis = frontAxis(integerAttribute(node, 'axis', 0), first.dims.length);
  const dims = [...first.dims];
  dims[axis] = inputs.reduce((sum, x) => sum + (x.dims[axis] ?? 0), 0);
  if (inputs.some((x) => x.dims.some((d, i) => i !== axis && d !== dims[i]) || x.dims.length !== dims.length))
    refuse('Its inputs have different shapes.');
  const values = arrayFor(dims, first.float);
  const blocks = inputs.map((x) => sizeOf(x.dims.slice(axis)));
  let at = 0;
  const rows = values.length === 0 ? 0 : sizeOf(dims.slice(0, axis));
  for (let outer = 0; outer < rows; outer++)
    inputs.forEach((x, i) => {
      values.set(x.values.subarray(outer * blocks[i], (outer + 1) * blocks[i]), at);
      at += blocks[i];
    });
  return { dims, values, float: first.float };
};

const cast: Fold = ([{ dims, values }], node) => {
  const float = isFloatType(integerAttribute(node, 'to', 1));
  return { dims, float, values: float ? Float32Array.from(values) : Float64Array.from(values, Math.trunc) };
};

const FOLDS: ReadonlyMap<string, Fold> = new Map<string, Fold>([
  ['Identity', ([x]) => x],
  ['Cast', cast],
  ['Transpose', transpose],
  ['Slice', slice],
  ['Gather', gather],
  ['Concat', concat],
  ['QuantizeLinear', quantize],
  ['DequantizeLinear', dequantize],
  ['Quant', quant],
  ['BipolarQuant', bipolarQuant],
  ['Shape', ([x], node) => shapeTensor(x.dims, node)],
  ['Size', ([x]) => integerTensor([sizeOf(x.dims)], [])],
  ['Add', binary((a, b) => a + b)],
  ['Sub', binary((a, b) => a - b)],
  ['Mul', binary((a, b) => a * b)],
  ['Div', binary((a, b, float) => (float ? a / b : Math.trunc(a / b)))],
  ['Min', binary((a, b) => Math.min(a, b))],
  ['Max', binary((a, b) => Math.max(a, b))],
  ['Neg', unary((a) => -a)],
  ['Sqrt', unary(Math.sqrt)],
  ['Floor', unary(Math.floor)],
  ['Ceil', unary(Math.ceil)],
  ['Expand', ([x, shape]) => broadcast(x, broadcastDims(x.dims, [...shape.values]))],
  [
    'ConstantOfShape',
    // The `value` attribute is resolved by the caller, as an input after the shape.
    ([shape, value]) => broadcast(value ?? { dims: [], values: Float32Array.of(0), float: true }, [...shape.values]),
  ],
]);

const NEEDS_TWO: ReadonlySet<string> = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Min',
  'Max',
  'Gather',
  'Expand',
  'QuantizeLinear',
  'DequantizeLinear',
  'Quant',
  'BipolarQuant',
]);

/** Sizes of `dims` as Shape gives them. */
export function shapeTensor(dims: readonly number[], node: OnnxNode): Tensor {
  const end = node.attributes.get('end')?.integer ?? dims.length;
  return integerTensor(dims.slice(integerAttribute(node, 'start', 0), end));
}

/** True for operations that are evaluated when all their inputs are known. */
export const isFoldable = (op: string): boolean => FOLDS.has(op) || isReshaping(op);

/**
 * The result of a node of known inputs; an input that was left out is undefined.
 * @throws Refusal when they do not fit the operation.
 */
export function fold(node: OnnxNode, given: readonly (Tensor | undefined)[]): Tensor {
  const inputs = given.filter((x) => x !== undefined);
  if (given[0] === undefined) refuse('It has no input.');
  if (isReshaping(node.op)) {
    const { coded: _, ...x } = given[0]; // scales go with the first axis
    return { ...x, dims: reshapedDims(node, x.dims, given[1]) };
  }
  if (NEEDS_TWO.has(node.op) && inputs.length < 2) refuse('It lacks its second input.');
  return (FOLDS.get(node.op) as Fold)(inputs, node, given);
}
