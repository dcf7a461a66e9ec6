// Activations other than ReLU and ReLU6, which are with Clip, Max and Min in elementwise.ts.
import { refuse } from '../refusal';
import type { OnnxContext } from './context';
import { same } from './elementwise';
import type { GraphValue } from './graphValue';
import { parameter, perChannel } from './layers';
import type { OnnxNode } from './model';
import { EXPORT_WITHOUT } from './nextSteps';
import { floatAttribute } from './node';
import { alike, type Operator, type Operators } from './operator';

const plain = (op: 'tanh' | 'hardSwish'): Operator => ({
  convert: (context, node) => same(context, node, op, context.activation(node), {}),
});

const sloped = (op: 'leakyRelu' | 'elu', otherwise: number): Operator => ({
  convert: (context, node) =>
    same(context, node, op, context.activation(node), { alpha: floatAttribute(node, 'alpha', otherwise) }),
});

/** At the end, every class has its own sigmoid, which changes neither their order nor what training compares. */
function sigmoid(context: OnnxContext, node: OnnxNode, atEnd: boolean): GraphValue {
  const x = context.activation(node);
  if (!atEnd) return same(context, node, 'sigmoid', x, {});
  context.net.notes.add('Removed the final Sigmoid; fewbits works on logits.');
  return x;
}

function hardSigmoid(context: OnnxContext, node: OnnxNode): GraphValue {
  const attributes = { alpha: floatAttribute(node, 'alpha', 0.2), beta: floatAttribute(node, 'beta', 0.5) };
  return same(context, node, 'hardSigmoid', context.activation(node), attributes);
}

/** Plus or minus 1. ONNX's own is 0 for 0, which is neither. */
function sign(context: OnnxContext, node: OnnxNode): GraphValue {
  context.net.notes.add('Sign gives 1 for 0 here, so that its activations are binary.');
  return same(context, node, 'sign', context.activation(node), { scale: 1 });
}

/** A comparison with 0: the condition of a Where. */
function atLeastZero(context: OnnxContext, node: OnnxNode): GraphValue {
  if (!context.isConstant(node, 1) || context.weights(node, 1).values.some((v) => v !== 0))
    refuse('It compares activations with something else than 0.', EXPORT_WITHOUT);
  return { ...context.activation(node), isCondition: true };
}

/** Where, after a comparison with 0: plus or minus one number. */
function where(context: OnnxContext, node: OnnxNode): GraphValue {
  const { isCondition, ...x } = context.activation(node);
  const [plus, minus] = [1, 2].map((i) => context.weights(node, i).values);
  if (!isCondition || plus.length !== 1 || minus.length !== 1 || minus[0] !== -plus[0])
    refuse('It chooses between other numbers than plus and minus one.', EXPORT_WITHOUT);
  return same(context, node, 'sign', x, { scale: plus[0] });
}

/** A slope for each channel, or one for all. */
function prelu(context: OnnxContext, node: OnnxNode): GraphValue {
  const x = context.activation(node);
  const slopes = perChannel(x, context.weights(node, 1));
  if (slopes === undefined)
    refuse('Its slope is not one number a channel.', 'Train the network with one, and export it again.');
  return same(context, node, 'prelu', x, {}, { alpha: parameter(slopes) });
}

function gelu(context: OnnxContext, node: OnnxNode): GraphValue {
  const form = node.attributes.get('approximate')?.text ?? 'none';
  return same(context, node, form === 'tanh' ? 'geluTanh' : 'gelu', context.activation(node), {});
}

/** `x sigmoid(alpha x)`. */
function swish(context: OnnxContext, node: OnnxNode): GraphValue {
  const alpha = floatAttribute(node, 'alpha', 1);
  if (alpha !== 1) refuse(`Its alpha is ${alpha}; the page has SiLU, whose is 1.`, EXPORT_WITHOUT);
  return same(context, node, 'silu', context.activation(node), {});
}

const OTHERS = ['Selu', 'Celu', 'Erf', 'Mish', 'Softplus', 'Softsign', 'ThresholdedRelu'];

export const ACTIVATIONS: Operators = {
  Sigmoid: { convert: sigmoid },
  HardSigmoid: { convert: hardSigmoid },
  HardSwish: plain('hardSwish'),
  Tanh: plain('tanh'),
  LeakyRelu: sloped('leakyRelu', 0.01),
  Elu: sloped('elu', 1),
  PRelu: { convert: prelu },
  Sign: { convert: sign },
  GreaterOrEqual: { convert: atLeastZero },
  Where: { convert: where, readsCondition: true },
  Gelu: { convert: gelu },
  Swish: { convert: swish },
  ...alike(OTHERS, {
    refusal: [
      'The page does not have this activation.',
      'Train the network with another one, such as ReLU, SiLU or hard-swish, and export it again.',
    ],
  }),
};
