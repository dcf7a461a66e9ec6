// Rounded activations: QuantizeLinear with DequantizeLinear, QONNX' Quant, and Round. The page rounds what layers read by
// itself, so these nodes are left out of the network; what they say is kept beside each layer that reads it.
import { same } from './elementwise';
import type { Conversion } from './graphBuilder';
import type { ActivationCodes, GraphValue } from './graphValue';
import type { OnnxNode } from './model';
import { integerAttribute, refuse } from './node';
import { highestCode, lowestCode, type Tensor } from './tensor';
import { quantEnds } from './weightCodes';

const one = (tensor: Tensor | undefined, what: string): number =>
  tensor?.values.length === 1 ? tensor.values[0] : refuse(`Its ${what} is not one stored number.`);

/** Round: to fixed point, in files of the page. */
export function round(conversion: Conversion, node: OnnxNode): GraphValue {
  return conversion.roundings.rounded({ ...conversion.activation(node), rounded: 'fixed' });
}

/** What a QuantizeLinear or DequantizeLinear of activations says of its codes. */
function codesOf(conversion: Conversion, node: OnnxNode): ActivationCodes {
  const zero = conversion.constant(node, 2);
  if (zero !== undefined && zero.type === undefined) refuse('Its zero point is not stored as it is.');
  const type = zero?.type ?? (integerAttribute(node, 'output_dtype', 2) || 2);
  return {
    scale: one(conversion.constant(node, 1), 'scale'),
    zero: zero === undefined ? 0 : one(zero, 'zero point'),
    low: lowestCode(type),
    high: highestCode(type),
  };
}

/** QuantizeLinear of an activation: its codes, until DequantizeLinear. */
export function quantizeLinear(conversion: Conversion, node: OnnxNode): GraphValue {
  return { ...conversion.activation(node), codes: codesOf(conversion, node) };
}

export function dequantizeLinear(conversion: Conversion, node: OnnxNode): GraphValue {
  const { codes, ...x } = conversion.activation(node);
  if (codes === undefined) refuse('It reads no codes of a QuantizeLinear.');
  const { scale, zero } = codesOf(conversion, node);
  if (scale !== codes.scale || zero !== codes.zero) refuse('Its scale is not that of the codes that it reads.');
  return roundedBy(conversion, node, x, codes);
}

/** QONNX' Quant of an activation. */
export function quantActivation(conversion: Conversion, node: OnnxNode): GraphValue {
  const x = conversion.activation(node);
  const [scale, zero, bits] = ['scale', 'zero point', 'bit width'].map((what, i) =>
    one(conversion.constant(node, i + 1), what),
  );
  return roundedBy(conversion, node, x, { scale, zero, ...quantEnds(node, bits) });
}

/** How near the end of a range must be to 6 for a ReLU6: what float32 makes of `255 * (6 / 255)` is. */
const NEAR = 1e-6;

/**
 * The end of rounded activations. Codes that begin at zero also rectify, and quantizers fold a ReLU (or ReLU6, where the
 * codes end at 6) into them wherever it stood: behind layers, sums, poolings and joined branches. The image itself has the
 * range that it has.
 */
function roundedBy(conversion: Conversion, node: OnnxNode, x: GraphValue, codes: ActivationCodes): GraphValue {
  const { low, high, zero, scale } = codes;
  const rectifies = low >= zero && scale > 0 && conversion.isSigned(x.id) && conversion.node(x.id).op !== 'input';
  if (!rectifies || conversion.own) return conversion.roundings.rounded({ ...x, rounded: codes });
  const six = Math.abs((high - zero) * scale - 6) < 6 * NEAR;
  conversion.notes.add(
    `Codes of activations that begin at 0 ${six ? 'and end at 6 ' : ''}rectify; a ${six ? 'ReLU6' : 'ReLU'} was put in their place.`,
  );
  return conversion.roundings.rounded({ ...same(conversion, node, six ? 'relu6' : 'relu', x), rounded: codes });
}
