// Elementwise nodes: rectifiers, sums of two branches, and operations without effect in inference.
import type { NetworkNode, Parameter } from '../../../graph/network';
import type { Attributes } from '../graphBuilder';
import { refuse } from '../refusal';
import { type OnnxContext, scopeName } from './context';
import type { GraphValue } from './graphValue';
import type { OnnxNode } from './model';
import { EXPORT_FLOAT, EXPORT_LOGITS, EXPORT_WITHOUT, WITH_RELU } from './nextSteps';
import { endAttribute, frontAxis, integerAttribute } from './node';
import { alike, type Operators } from './operator';
import { affine } from './scaling';

/** Adds one of our nodes that keeps the shape. */
export function same<O extends NetworkNode['op']>(
  context: OnnxContext,
  node: OnnxNode,
  op: O,
  x: GraphValue,
  attributes: Attributes<O>,
  parameters: Readonly<Record<string, Parameter>> = {},
): GraphValue {
  return context.add(node, op, [x], attributes, x, parameters);
}

function relu(context: OnnxContext, node: OnnxNode): GraphValue {
  const { atMost, ...x } = context.activation(node);
  return same(context, node, atMost === undefined ? 'relu' : 'relu6', x, {});
}

/** Clip: with minimum 0 a ReLU, from 0 to 6 a ReLU6. Of codes, it narrows the range. */
function clip(context: OnnxContext, node: OnnxNode): GraphValue {
  const x = context.activation(node);
  const bound = (index: number, name: 'min' | 'max') =>
    context.constant(node, index)?.values[0] ?? endAttribute(node, name);
  const [low, high] = [bound(1, 'min'), bound(2, 'max')];
  if (x.codes !== undefined) {
    const { codes } = x;
    return { ...x, codes: { ...codes, low: Math.max(low, codes.low), high: Math.min(high, codes.high) } };
  }
  return between(context, node, 0, x, low, high);
}

/** Max and Min of an activation and one number: other ways to write a ReLU and the upper end of a ReLU6. */
function extreme(context: OnnxContext, node: OnnxNode): GraphValue {
  const index = context.isConstant(node, 0) ? 1 : 0;
  const x = context.activation(node, index);
  if (node.inputs.length !== 2 || !context.isConstant(node, 1 - index))
    refuse(`It takes the ${node.op === 'Max' ? 'larger' : 'smaller'} of two activations.`, EXPORT_WITHOUT);
  const { values } = context.weights(node, 1 - index);
  if (!values.every((v) => v === values[0])) refuse('It has another end for each channel.', WITH_RELU);
  const [end] = values;
  return node.op === 'Max'
    ? between(context, node, index, x, end, Number.POSITIVE_INFINITY)
    : between(context, node, index, x, Number.NEGATIVE_INFINITY, end);
}

/** Ends beyond this value do not clip: the largest float32. */
const UNBOUNDED = 3.4e38;

/**
 * The activation clipped to two ends, if that is a ReLU, a ReLU6 or no change. `index` is the input with the activation.
 */
function between(
  context: OnnxContext,
  node: OnnxNode,
  index: number,
  { atMost = Number.POSITIVE_INFINITY, ...x }: GraphValue,
  low: number,
  end: number,
): GraphValue {
  const high = Math.min(end, atMost);
  const signed = context.net.isSigned(x.id);
  const unbounded = high >= UNBOUNDED;
  const rectifies = signed && low > -UNBOUNDED;
  if ((rectifies ? low !== 0 : low > 0) || !(unbounded || high === 6))
    refuse(
      `It keeps numbers ${low > -UNBOUNDED ? `from ${low} ` : ''}${unbounded ? 'up' : `up to ${high}`}; the page knows ReLU (from 0 up) and ReLU6 (from 0 up to 6).`,
      WITH_RELU,
    );
  if (rectifies) return same(context, node, unbounded ? 'relu' : 'relu6', x, {});
  if (unbounded) return x;
  if (signed) return { ...x, atMost: high };
  return context.net.endAtSix(x, node.inputs[index]) ? x : same(context, node, 'relu6', x, {});
}

/** Add, Sub, Mul, Div: a sum of branches, or a constant per channel. Sum of two inputs equals Add. */
function arithmetic(context: OnnxContext, node: OnnxNode): GraphValue {
  if (node.op === 'Sum') return sum(context, node);
  if (context.isConstant(node, 1)) return affine(context, node, 1);
  if (context.isConstant(node, 0)) return affine(context, node, 0);
  const [a, b] = [context.activation(node, 0), context.activation(node, 1)];
  if (node.op === 'Mul') return multiply(context, node, [a, b]);
  if (node.op !== 'Add')
    refuse(
      'It subtracts or divides two activations; the page adds and multiplies them.',
      'Build the network with sums, and export it again.',
    );
  if (a.dims.join() !== b.dims.join() || a.axes !== b.axes || a.order?.join() !== b.order?.join())
    refuse(
      `It adds [${a.dims.join(', ')}] and [${b.dims.join(', ')}].`,
      'Add branches of the same shape, and export the network again.',
    );
  return context.add(node, 'add', [a, b], {}, a);
}

function sum(context: OnnxContext, node: OnnxNode): GraphValue {
  if (node.inputs.length === 1) return context.activation(node);
  if (node.inputs.length !== 2)
    refuse(
      `It adds ${node.inputs.length} activations; the page adds two at a time.`,
      'Add them in pairs, and export the network again.',
    );
  return arithmetic(context, { ...node, op: 'Add' });
}

/** True if a factor has one number per channel of an image, at its place among the axes. */
function isPerChannel(gate: GraphValue, { dims, axes }: GraphValue): boolean {
  if (axes === undefined || gate.order !== undefined || gate.dims.length !== dims.length) return false;
  return gate.dims.every((d, i) => d === (i === 0 || axes[i] === 'c' ? dims[i] : 1));
}

/** Two activations of one shape, or an image and one factor for each of its channels. */
function multiply(context: OnnxContext, node: OnnxNode, [a, b]: readonly [GraphValue, GraphValue]): GraphValue {
  const alike = a.dims.join() === b.dims.join() && a.axes === b.axes && a.order?.join() === b.order?.join();
  const isFirst = alike || isPerChannel(b, a);
  if (!isFirst && !isPerChannel(a, b))
    refuse(
      `It multiplies [${a.dims.join(', ')}] by [${b.dims.join(', ')}].`,
      'Multiply the same shapes, or an image by one number per channel, and export the network again.',
    );
  const { net } = context;
  const image = isFirst ? a : b;
  // Either of two factors may be the gate of the other.
  const isGate = ({ id }: GraphValue, x: GraphValue) => net.node(id).inputs[0] === x.id;
  const gate = alike && isGate(a, b) ? 0 : isFirst ? 1 : 0;
  const [x, factor] = gate === 1 ? [a, b] : [b, a];
  const { id } = net.product(scopeName(node, true), net.value(x.id), net.value(factor.id), node.inputs[gate]);
  const { dims, axes, order } = image;
  return { id, dims, ...(axes !== undefined && { axes }), ...(order !== undefined && { order }) };
}

/** Operations without effect in inference. */
function passThrough(context: OnnxContext, node: OnnxNode): GraphValue {
  const x = context.activation(node);
  if (node.op === 'Dropout') {
    const on = context.constant(node, 2)?.values[0] === 1;
    context.net.notes.add(
      on
        ? 'Dropout that the file leaves switched on was left out: here, a network answers the same each time.'
        : 'Dropout was left out: it does nothing after training.',
    );
  }
  if (node.op === 'Cast') {
    const to = integerAttribute(node, 'to', 1);
    if (![1, 10, 11, 16].includes(to)) refuse('It rounds activations to integers.', EXPORT_FLOAT);
    if (to !== 1) context.net.notes.add('Activations in another precision are computed in float32.');
  }
  return x;
}

/** A softmax of the features: removed, because the page works with logits. It must stand at the end. */
function softmax(context: OnnxContext, node: OnnxNode, atEnd: boolean): GraphValue {
  const x = context.activation(node);
  const axis = frontAxis(integerAttribute(node, 'axis', context.opset < 13 ? 1 : -1), x.dims.length);
  const over = context.opset < 13 ? x.dims.slice(axis) : [x.dims[axis]];
  if (!atEnd) refuse('It is inside of the network; the page knows a softmax only at its end.', EXPORT_WITHOUT);
  if (over.reduce((product, d) => product * d, 1) !== x.dims.slice(1).reduce((product, d) => product * d, 1))
    refuse('It is not over the classes.', EXPORT_LOGITS);
  context.net.notes.add(`Removed the final ${node.op}; fewbits works on logits.`);
  return x;
}

export const ELEMENTWISE: Operators = {
  Relu: { convert: relu, cuts: true },
  Clip: { convert: clip, cuts: true, readsCodes: true, takesFactor: true, afterSoftmax: 'left out' },
  Max: { convert: extreme, cuts: true },
  Min: { convert: extreme, cuts: true },
  ...alike(['Add', 'Sub', 'Div'], { convert: arithmetic, keepsChannels: true }),
  Mul: { convert: arithmetic, keepsChannels: true, takesFactor: true },
  Sum: { convert: arithmetic },
  Identity: { convert: passThrough, keepsChannels: true, afterSoftmax: 'left out' },
  Dropout: { convert: passThrough, afterSoftmax: 'left out' },
  Cast: { convert: passThrough, keepsChannels: true, afterSoftmax: 'converted' },
  Softmax: { convert: softmax },
  LogSoftmax: { convert: softmax },
};
