// Arithmetic on constants: computations of exporters on stored weights before a layer reads them, e.g. the sign and the
// mean magnitude of binary weights, and the shape checks of PyTorch.
// Reference: ONNX Operators.md.
import { encode } from '../../../quant/uniformGrid';
import { arrayFor, broadcast, broadcastDims, stepsOf, walk } from './broadcasting';
import { endAttribute, frontAxis, integerAttribute, integersOf } from './node';
import type { Fold, Operators } from './operator';
import { sizeOf } from './tensor';

const binary =
  (compute: (a: number, b: number, float: boolean) => number, logical = false): Fold =>
  ([a, b]) => {
    const dims = broadcastDims(a.dims, b.dims);
    const float = a.float || b.float;
    const values = arrayFor(dims, float && !logical);
    const [left, right] = [broadcast(a, dims).values, broadcast(b, dims).values];
    for (let i = 0; i < values.length; i++) values[i] = compute(left[i], right[i], float);
    return { dims, values, float: float && !logical };
  };

const unary =
  (compute: (a: number) => number): Fold =>
  ([{ dims, values, float }]) => ({ dims, float, values: values.map(compute) });

/** Max, Min and similar operations on any number of tensors. */
const variadic =
  (compute: (a: number, b: number) => number): Fold =>
  (inputs, node, given) =>
    inputs.reduce((a, b) => binary((one, other) => compute(one, other))([a, b], node, given));

/** Clips numbers to two ends, given as inputs or, up to opset 10, as attributes. Codes keep their type. */
const clip: Fold = ([x], node, [, min, max]) => {
  const low = min?.values[0] ?? endAttribute(node, 'min');
  const high = max?.values[0] ?? endAttribute(node, 'max');
  const { dims, float, type, values } = x;
  const ends = x.ends && { low: Math.max(low, x.ends.low), high: Math.min(high, x.ends.high) };
  const kept = values.map((v) => Math.min(high, Math.max(low, v)));
  return { dims, float, values: kept, ...(type !== undefined && { type }), ...(ends && { ends }) };
};

/** A sum or another reduction over axes, which later opsets give as an input. */
const reduce =
  (start: number, add: (sum: number, v: number) => number, end: (sum: number, count: number) => number): Fold =>
  ([x], node, [, by]) => {
    const rank = x.dims.length;
    const named = integersOf(node, 'axes', by) ?? [];
    if (named.length === 0 && integerAttribute(node, 'noop_with_empty_axes', 0) === 1) return x;
    const axes = named.length === 0 ? x.dims.map((_, i) => i) : named.map((axis) => frontAxis(axis, rank));
    const kept = x.dims.map((_, i) => i).filter((i) => !axes.includes(i));
    const steps = stepsOf(x.dims);
    const order = [...kept, ...axes];
    const rows = walk(
      x,
      order.map((axis) => x.dims[axis]),
      0,
      order.map((axis) => steps[axis]),
    ).values;
    const keep = integerAttribute(node, 'keepdims', 1) !== 0;
    const dims = x.dims.map((d, i) => (axes.includes(i) ? 1 : d)).filter((_, i) => keep || !axes.includes(i));
    const values = arrayFor(dims, x.float);
    const count = sizeOf(axes.map((axis) => x.dims[axis]));
    for (let i = 0; i < values.length; i++) {
      let sum = start;
      for (let j = 0; j < count; j++) sum = add(sum, rows[i * count + j]);
      values[i] = end(sum, count);
    }
    return { dims, values, float: x.float };
  };

const where: Fold = ([condition, a, b]) => {
  const dims = broadcastDims(condition.dims, broadcastDims(a.dims, b.dims));
  const values = arrayFor(dims, a.float);
  const [which, left, right] = [condition, a, b].map((x) => broadcast(x, dims).values);
  for (let i = 0; i < values.length; i++) values[i] = which[i] !== 0 ? left[i] : right[i];
  return { dims, values, float: a.float };
};

const truth = (compute: (a: number, b: number) => boolean): Fold => binary((a, b) => Number(compute(a, b)), true);
const same = (sum: number): number => sum;

/** Rounds to integers, halves to even. */
const WHOLE = { scale: 1, offset: 0, minCode: Number.MIN_SAFE_INTEGER, maxCode: Number.MAX_SAFE_INTEGER };

export const CONSTANT_MATH: Operators = {
  Add: { fold: binary((a, b) => a + b), needs: 2 },
  Sub: { fold: binary((a, b) => a - b), needs: 2 },
  Mul: { fold: binary((a, b) => a * b), needs: 2 },
  Div: { fold: binary((a, b, float) => (float ? a / b : Math.trunc(a / b))), needs: 2 },
  Pow: { fold: binary((a, b) => a ** b), needs: 2 },
  Min: { fold: variadic(Math.min) },
  Max: { fold: variadic(Math.max) },
  Sum: { fold: variadic((a, b) => a + b) },
  Equal: { fold: truth((a, b) => a === b), needs: 2 },
  Greater: { fold: truth((a, b) => a > b), needs: 2 },
  GreaterOrEqual: { fold: truth((a, b) => a >= b), needs: 2 },
  Less: { fold: truth((a, b) => a < b), needs: 2 },
  LessOrEqual: { fold: truth((a, b) => a <= b), needs: 2 },
  Where: { fold: where, needs: 3 },
  Not: { fold: unary((a) => Number(a === 0)) },
  Neg: { fold: unary((a) => -a) },
  Abs: { fold: unary(Math.abs) },
  Sign: { fold: unary(Math.sign) },
  Sqrt: { fold: unary(Math.sqrt) },
  Exp: { fold: unary(Math.exp) },
  Log: { fold: unary(Math.log) },
  Tanh: { fold: unary(Math.tanh) },
  Sigmoid: { fold: unary((a) => 1 / (1 + Math.exp(-a))) },
  Reciprocal: { fold: unary((a) => 1 / a) },
  Relu: { fold: unary((a) => Math.max(0, a)) },
  Floor: { fold: unary(Math.floor) },
  Ceil: { fold: unary(Math.ceil) },
  Round: { fold: unary((a) => encode(a, WHOLE)) },
  Clip: { fold: clip },
  ReduceSum: { fold: reduce(0, (sum, v) => sum + v, same) },
  ReduceMean: {
    fold: reduce(
      0,
      (sum, v) => sum + v,
      (sum, count) => sum / count,
    ),
  },
  ReduceMax: { fold: reduce(Number.NEGATIVE_INFINITY, Math.max, same) },
  ReduceMin: { fold: reduce(Number.POSITIVE_INFINITY, Math.min, same) },
  ReduceProd: { fold: reduce(1, (sum, v) => sum * v, same) },
  ReduceL1: { fold: reduce(0, (sum, v) => sum + Math.abs(v), same) },
  ReduceL2: { fold: reduce(0, (sum, v) => sum + v * v, Math.sqrt) },
};
