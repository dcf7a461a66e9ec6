// Rounded activations: QuantizeLinear with DequantizeLinear, QONNX's Quant, and Round. The page rounds layer inputs
// itself, so these nodes are not part of the network; their settings are kept with each layer that reads them.

import type { ActivationCodes } from '../layerRounding';
import { refuse } from '../refusal';
import type { OnnxContext } from './context';
import { same } from './elementwise';
import type { GraphValue } from './graphValue';
import type { OnnxNode } from './model';
import { EXPORT_FLOAT } from './nextSteps';
import { integerAttribute } from './node';
import { alike, type Operators } from './operator';
import { highestCode, lowestCode, type Tensor } from './tensor';
import { bipolarQuant, dequantize, quant, quantEnds, quantize } from './weightCodes';

const one = (tensor: Tensor | undefined, what: string): number =>
  tensor?.values.length === 1
    ? tensor.values[0]
    : refuse(
        `Its ${what} is not one stored number.`,
        'Quantize activations with one scale a tensor, or export the float network.',
      );

/** Round: to fixed point, in the page's own files. */
function round(context: OnnxContext, node: OnnxNode): GraphValue {
  return context.roundings.rounded({ ...context.activation(node), rounded: 'fixed' });
}

/** The code range of a QuantizeLinear or DequantizeLinear of activations. */
function codesOf(context: OnnxContext, node: OnnxNode): ActivationCodes {
  const zero = context.constant(node, 2);
  if (zero !== undefined && zero.type === undefined) refuse('Its zero point is not stored as it is.', EXPORT_FLOAT);
  const type = zero?.type ?? (integerAttribute(node, 'output_dtype', 2) || 2);
  return {
    scale: one(context.constant(node, 1), 'scale'),
    zero: zero === undefined ? 0 : one(zero, 'zero point'),
    low: lowestCode(type),
    high: highestCode(type),
  };
}

/** QuantizeLinear of an activation: its codes, until DequantizeLinear. */
function quantizeLinear(context: OnnxContext, node: OnnxNode): GraphValue {
  return { ...context.activation(node), codes: codesOf(context, node) };
}

function dequantizeLinear(context: OnnxContext, node: OnnxNode): GraphValue {
  const { codes, ...x } = context.activation(node);
  if (codes === undefined) refuse('It reads no codes of a QuantizeLinear.', EXPORT_FLOAT);
  const { scale, zero } = codesOf(context, node);
  if (scale !== codes.scale || zero !== codes.zero)
    refuse('Its scale is not that of the codes that it reads.', EXPORT_FLOAT);
  return roundedBy(context, node, x, codes);
}

/** QONNX's Quant of an activation. */
function quantActivation(context: OnnxContext, node: OnnxNode): GraphValue {
  const x = context.activation(node);
  const [scale, zero, bits] = ['scale', 'zero point', 'bit width'].map((what, i) =>
    one(context.constant(node, i + 1), what),
  );
  return roundedBy(context, node, x, { scale, zero, ...quantEnds(node, bits) });
}

/** QONNX's BipolarQuant of an activation. */
function bipolarActivation(context: OnnxContext, node: OnnxNode): GraphValue {
  return same(context, node, 'sign', context.activation(node), { scale: one(context.constant(node, 1), 'scale') });
}

/** Tolerance of a range's end for a ReLU6: the float32 value of `255 * (6 / 255)` must pass. */
const NEAR = 1e-6;

/**
 * The end of rounded activations. Codes that begin at zero also rectify, and quantizers fold a ReLU (or a ReLU6, if the
 * codes end at 6) into them after layers, sums, poolings and joined branches alike. The image itself keeps its range.
 */
function roundedBy(context: OnnxContext, node: OnnxNode, x: GraphValue, codes: ActivationCodes): GraphValue {
  const { low, high, zero, scale } = codes;
  const rectifies = low >= zero && scale > 0 && context.net.isSigned(x.id) && context.net.node(x.id).op !== 'input';
  if (!rectifies || context.own) return context.roundings.rounded({ ...x, rounded: codes });
  const six = Math.abs((high - zero) * scale - 6) < 6 * NEAR;
  context.net.notes.add(
    `Codes of activations that begin at 0 ${six ? 'and end at 6 ' : ''}rectify; a ${six ? 'ReLU6' : 'ReLU'} was put in their place.`,
  );
  return context.roundings.rounded({ ...same(context, node, six ? 'relu6' : 'relu', x, {}), rounded: codes });
}

export const QUANTIZATION: Operators = {
  Round: { convert: round, rounds: true, takesFactor: true },
  QuantizeLinear: {
    ...{ convert: quantizeLinear, fold: quantize, needs: 2 },
    ...{ rounds: true, takesFactor: true, keepsChannels: true, afterSoftmax: 'left out' },
  },
  DequantizeLinear: {
    ...{ convert: dequantizeLinear, fold: dequantize, needs: 2, quantizesWeights: true },
    ...{ readsCodes: true, takesFactor: true, keepsChannels: true, afterSoftmax: 'left out' },
  },
  ...alike(['Quant', 'IntQuant'], {
    ...{ convert: quantActivation, fold: quant, needs: 3, quantizesWeights: true },
    ...{ rounds: true, takesFactor: true, afterSoftmax: 'left out' },
  }),
  BipolarQuant: { convert: bipolarActivation, fold: bipolarQuant, needs: 2, quantizesWeights: true },
};
