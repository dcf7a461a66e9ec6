// Nodes that treat every number alike: rectifiers, sums of two branches, and what inference leaves out.
import type { Activation } from './activation';
import { type Conversion, scopeName } from './conversion';
import type { OnnxNode } from './model';
import { floatAttribute, frontAxis, integerAttribute, refuse } from './node';
import { affine } from './scaling';

/** Adds a node of ours that changes no shape. */
export function same(conversion: Conversion, node: OnnxNode, op: 'relu' | 'relu6', x: Activation): Activation {
  const { id, ...rest } = x;
  return conversion.add(node, scopeName(node, true), { op, inputs: [id] }, rest);
}

export function relu(conversion: Conversion, node: OnnxNode): Activation {
  return same(conversion, node, 'relu', conversion.activation(node));
}

/** Clip: to at least 0 is ReLU, to 0 ... 6 is ReLU6. */
export function clip(conversion: Conversion, node: OnnxNode): Activation {
  const x = conversion.activation(node);
  const bound = (index: number, name: string, otherwise: number) =>
    conversion.constant(node, index)?.values[0] ?? floatAttribute(node, name, otherwise);
  const [low, high] = [bound(1, 'min', -Number.MAX_VALUE), bound(2, 'max', Number.MAX_VALUE)];
  if (x.codes !== undefined) {
    const { codes } = x;
    return { ...x, codes: { ...codes, low: Math.max(low, codes.low), high: Math.min(high, codes.high) } };
  }
  const unbounded = high >= 3.4e38;
  if (low <= -3.4e38 && unbounded) return x;
  if (low !== 0 || !(unbounded || high === 6))
    refuse(`It clips to ${low} ... ${high}; the page knows ReLU and ReLU6 (0 ... 6).`);
  return same(conversion, node, unbounded ? 'relu' : 'relu6', x);
}

/** Add, Sub, Mul, Div: a sum of branches, or a constant for each channel. */
export function arithmetic(conversion: Conversion, node: OnnxNode): Activation {
  if (conversion.isConstant(node, 1)) return affine(conversion, node, 1);
  if (conversion.isConstant(node, 0)) return affine(conversion, node, 0);
  const [a, b] = [conversion.activation(node, 0), conversion.activation(node, 1)];
  if (node.op !== 'Add') refuse('It combines two activations; the page only adds them.');
  if (a.dims.join() !== b.dims.join() || a.axes !== b.axes || a.order?.join() !== b.order?.join())
    refuse(`It adds [${a.dims.join(', ')}] and [${b.dims.join(', ')}].`);
  const { id, ...rest } = a;
  return conversion.add(node, scopeName(node, true), { op: 'add', inputs: [id, b.id] }, rest);
}

/** What changes nothing when a network is only run. */
export function passThrough(conversion: Conversion, node: OnnxNode): Activation {
  const x = conversion.activation(node);
  if (node.op === 'Dropout') conversion.notes.add('Dropout was left out: it does nothing after training.');
  if (node.op === 'Cast') {
    const to = integerAttribute(node, 'to', 1);
    if (![1, 10, 11, 16].includes(to)) refuse('It rounds activations to integers.');
    if (to !== 1) conversion.notes.add('Activations in another precision are computed in float32.');
  }
  return x;
}

/** A softmax of the features: kept out, because the page works with logits. It must be the last node. */
export function softmax(conversion: Conversion, node: OnnxNode, isLast: boolean): Activation {
  const x = conversion.activation(node);
  const axis = frontAxis(integerAttribute(node, 'axis', conversion.opset < 13 ? 1 : -1), x.dims.length);
  const over = conversion.opset < 13 ? x.dims.slice(axis) : [x.dims[axis]];
  if (!isLast) refuse('It is inside of the network; the page knows a softmax only at its end.');
  if (over.reduce((product, d) => product * d, 1) !== x.dims.slice(1).reduce((product, d) => product * d, 1))
    refuse('It is not over the classes.');
  conversion.notes.add(`The ${node.op} at the end was left out: the page works with logits.`);
  return x;
}
