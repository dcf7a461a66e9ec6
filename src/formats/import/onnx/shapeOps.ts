// The output shapes of operations that only rename positions, for constants and activations alike.
import { refuse } from '../refusal';
import type { OnnxNode } from './model';
import { CHECK } from './nextSteps';
import { frontAxis, integerAttribute, integersOf } from './node';
import { sizeOf, type Tensor } from './tensor';

type Reshaping = (node: OnnxNode, dims: readonly number[], second: Tensor | undefined) => number[];

function reshape(node: OnnxNode, dims: readonly number[], second: Tensor | undefined): number[] {
  const wanted = integersOf(node, 'shape', second) ?? [];
  const keepZero = integerAttribute(node, 'allowzero', 0) === 1;
  const shape = wanted.map((d, i) => (d === 0 && !keepZero ? (dims[i] ?? 0) : d));
  const open = shape.indexOf(-1);
  if (open >= 0) shape[open] = sizeOf(dims) / shape.reduce((product, d, i) => (i === open ? product : product * d), 1);
  return shape;
}

function squeeze(node: OnnxNode, dims: readonly number[], second: Tensor | undefined): number[] {
  const axes = integersOf(node, 'axes', second)?.map((axis) => frontAxis(axis, dims.length));
  if (axes?.some((axis) => dims[axis] !== 1)) refuse('It squeezes an axis that is not 1.', CHECK);
  return dims.filter((d, i) => (axes === undefined ? d !== 1 : !axes.includes(i)));
}

function unsqueeze(node: OnnxNode, dims: readonly number[], second: Tensor | undefined): number[] {
  const given = integersOf(node, 'axes', second) ?? [];
  const rank = dims.length + given.length;
  const axes = new Set(given.map((axis) => frontAxis(axis, rank)));
  if (rank > 16 || axes.size !== given.length) refuse('Its axes are not distinct.', CHECK);
  const rest = [...dims];
  return Array.from({ length: rank }, (_, i) => (axes.has(i) ? 1 : (rest.shift() as number)));
}

function flatten(node: OnnxNode, dims: readonly number[]): number[] {
  const given = integerAttribute(node, 'axis', 1);
  const axis = given === dims.length ? given : frontAxis(given, dims.length);
  return [sizeOf(dims.slice(0, axis)), sizeOf(dims.slice(axis))];
}

const RESHAPINGS: ReadonlyMap<string, Reshaping> = new Map<string, Reshaping>([
  ['Reshape', reshape],
  ['Squeeze', squeeze],
  ['Unsqueeze', unsqueeze],
  ['Flatten', flatten],
]);

/** Shape after Reshape, Squeeze, Unsqueeze or Flatten of `dims`; `second` is the input with the target, if any. */
export function reshapedDims(node: OnnxNode, dims: readonly number[], second: Tensor | undefined): readonly number[] {
  const shape = (RESHAPINGS.get(node.op) as Reshaping)(node, dims, second);
  if (!shape.every((d) => Number.isSafeInteger(d) && d >= 0) || sizeOf(shape) !== sizeOf(dims))
    refuse(`It makes [${shape.join(', ')}] of [${dims.join(', ')}].`, CHECK);
  return shape;
}

/** One axis of a Slice. */
export interface AxisSlice {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  /** Number of kept positions. */
  readonly count: number;
}

/** The kept part of each axis named by a Slice; inputs are the data's dims, starts, ends, axes and steps. */
export function slicesOf(
  node: OnnxNode,
  dims: readonly number[],
  [starts, ends, axes, steps]: readonly (Tensor | undefined)[],
): AxisSlice[] {
  const from = integersOf(node, 'starts', starts) ?? [];
  const to = integersOf(node, 'ends', ends) ?? [];
  const named = integersOf(node, 'axes', axes) ?? from.map((_, i) => i);
  const by = steps === undefined ? from.map(() => 1) : [...steps.values];
  if (to.length !== from.length || named.length !== from.length || by.length !== from.length || from.length > 16)
    refuse('Its starts, ends, axes and steps differ in length.', CHECK);
  return named.map((given, i) => {
    const axis = frontAxis(given, dims.length);
    const size = dims[axis];
    const step = by[i];
    if (!Number.isSafeInteger(step) || step === 0) refuse(`Its step is ${step}.`, CHECK);
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const place = (at: number) => Math.min(high, Math.max(low, at < 0 ? at + size : at));
    const start = step > 0 ? place(from[i]) : Math.min(size - 1, Math.max(0, from[i] < 0 ? from[i] + size : from[i]));
    return { axis, start, step, count: Math.max(0, Math.ceil((place(to[i]) - start) / step)) };
  });
}
