// Nodes that treat every number alike: rectifiers, sums of two branches, what inference leaves out, and quantizers.
import { type Activation, type Conversion, scopeName } from './conversion';
import { affine } from './layers';
import type { OnnxNode } from './model';
import { floatAttribute, frontAxis, integerAttribute, refuse } from './node';
import { lowestCode, type Tensor } from './tensor';

/** Adds a node of ours that changes no shape. */
function same(conversion: Conversion, node: OnnxNode, op: 'relu' | 'relu6', x: Activation): Activation {
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
  if (x.codes !== undefined) return { ...x, codes: { ...x.codes, low: Math.max(low, x.codes.low) } };
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

const one = (tensor: Tensor | undefined, what: string): number =>
  tensor?.values.length === 1 ? tensor.values[0] : refuse(`Its ${what} is not one stored number.`);

const ROUNDS =
  'The file rounds activations (QuantizeLinear, DequantizeLinear, Round). That was left out, also the clipping at the end of ' +
  'their ranges: the page rounds activations itself, and in float its predictions may differ a little from the file.';

/** Round: to fixed point, in files of the page. Left out. */
export function round(conversion: Conversion, node: OnnxNode): Activation {
  const x = conversion.activation(node);
  conversion.notes.add(ROUNDS);
  return x;
}

/** What a QuantizeLinear or DequantizeLinear of activations says of its codes. */
function codesOf(
  conversion: Conversion,
  node: OnnxNode,
): { readonly scale: number; readonly zero: number; low: number } {
  const zero = conversion.constant(node, 2);
  if (zero !== undefined && zero.lowest === undefined) refuse('Its zero point is not stored as it is.');
  const low = zero?.lowest ?? lowestCode(integerAttribute(node, 'output_dtype', 2));
  return {
    scale: one(conversion.constant(node, 1), 'scale'),
    zero: zero === undefined ? 0 : one(zero, 'zero point'),
    low,
  };
}

/** QuantizeLinear of an activation: its codes, until DequantizeLinear. */
export function quantizeLinear(conversion: Conversion, node: OnnxNode): Activation {
  return { ...conversion.activation(node), codes: codesOf(conversion, node) };
}

/**
 * The end of rounded activations. The page rounds them itself, so both nodes are left out; but codes that begin at zero
 * also rectify, which some quantizers use in place of a ReLU.
 */
export function dequantizeLinear(conversion: Conversion, node: OnnxNode): Activation {
  const { codes, ...x } = conversion.activation(node);
  if (codes === undefined) refuse('It reads no codes of a QuantizeLinear.');
  const { scale, zero } = codesOf(conversion, node);
  if (scale !== codes.scale || zero !== codes.zero) refuse('Its scale is not that of the codes that it reads.');
  conversion.notes.add(ROUNDS);
  const signed = ['conv2d', 'depthwiseConv2d', 'dense', 'batchNorm', 'add'].includes(conversion.behindScaling(x.id).op);
  if (codes.low < zero || !signed) return x;
  conversion.notes.add('Codes of activations that begin at 0 rectify; a ReLU was put in their place.');
  return same(conversion, node, 'relu', x);
}
