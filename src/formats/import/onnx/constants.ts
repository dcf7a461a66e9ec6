// Evaluates nodes with constant inputs only: PyTorch computes pads and shapes with a dozen small nodes each, and
// transposes weights.
import { refuse } from '../refusal';
import { arrayFor, broadcast, broadcastDims, stepsOf, walk } from './broadcasting';
import type { OnnxNode } from './model';
import { CHECK } from './nextSteps';
import { frontAxis, integerAttribute, integersAttribute } from './node';
import type { Fold, Operators } from './operator';
import { slicesOf } from './shapeOps';
import { isFloatType, sizeOf, type Tensor } from './tensor';

/** An integer constant, e.g. a shape. */
function integerTensor(values: readonly number[], dims: readonly number[] = [values.length]): Tensor {
  return { dims, values: Float64Array.from(values), float: false };
}

const transpose: Fold = ([x], node) => {
  const perm = integersAttribute(node, 'perm') ?? x.dims.map((_, i) => x.dims.length - 1 - i);
  if ([...perm].sort((a, b) => a - b).join() !== x.dims.map((_, i) => i).join())
    refuse('Its perm is no permutation.', CHECK);
  const steps = stepsOf(x.dims);
  const turned = (values: Tensor['values']) =>
    walk(
      { ...x, values },
      perm.map((axis) => x.dims[axis]),
      0,
      perm.map((axis) => steps[axis]),
    );
  const coded = x.coded && {
    ...x.coded,
    codes: turned(x.coded.codes).values as Float32Array,
    axis: perm.indexOf(x.coded.axis),
  };
  return { ...turned(x.values), ...(coded && { coded }) };
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
    refuse('Its inputs have different shapes.', CHECK);
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

/** Sizes of `dims` as returned by Shape. */
function shape(dims: readonly number[], node: OnnxNode): Tensor {
  const end = node.attributes.get('end')?.integer ?? dims.length;
  return integerTensor(dims.slice(integerAttribute(node, 'start', 0), end));
}

export const CONSTANTS: Operators = {
  Shape: { ofShape: shape },
  Size: { ofShape: (dims) => integerTensor([sizeOf(dims)], []) },
  Identity: { fold: ([x]) => x },
  Cast: { fold: cast },
  Transpose: { fold: transpose },
  Slice: { fold: slice },
  Gather: { fold: gather, needs: 2 },
  Concat: { fold: concat },
  Expand: { fold: ([x, to]) => broadcast(x, broadcastDims(x.dims, [...to.values])), needs: 2 },
  // The caller resolves the `value` attribute into an input after the shape.
  ConstantOfShape: {
    fold: ([of, value]) => broadcast(value ?? { dims: [], values: Float32Array.of(0), float: true }, [...of.values]),
  },
};
