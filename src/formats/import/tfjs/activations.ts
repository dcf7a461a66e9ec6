// Activations of TensorFlow's graphs, and the softmax.
import { refuse } from '../refusal';
import { type Build, SIMPLER, value, vector } from './edges';

const plain =
  (op: 'relu' | 'relu6' | 'sigmoid' | 'tanh' | 'softmax'): Build =>
  ({ net, id, inputs }) => ({ value: net.add(op, id, [value(inputs[0])], {}) });

const leakyRelu: Build = ({ net, id, attributes, inputs }) => {
  // Fused with a product, its slope has another name.
  const alpha = attributes.number('alpha', attributes.number('leakyrelu_alpha', 0.2));
  return { value: net.add('leakyRelu', id, [value(inputs[0])], { alpha }) };
};

const prelu: Build = ({ net, id, inputs }) => {
  const x = value(inputs[0]);
  const alpha = vector(inputs[1]);
  if (alpha.shape[0] !== x.shape.at(-1)) refuse('Its slope is not one number per channel.', SIMPLER);
  return { value: net.add('prelu', id, [x], {}, { alpha }) };
};

/** By operation. */
export const ACTIVATION_OPS: readonly (readonly [string, Build])[] = [
  ['Relu', plain('relu')],
  ['Relu6', plain('relu6')],
  ['Sigmoid', plain('sigmoid')],
  ['Tanh', plain('tanh')],
  ['Elu', ({ net, id, inputs }) => ({ value: net.add('elu', id, [value(inputs[0])], { alpha: 1 }) })],
  ['LeakyRelu', leakyRelu],
  ['Prelu', prelu],
  ['Softmax', plain('softmax')],
];
