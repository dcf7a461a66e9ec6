// Common operations that the page does not support, with their remedies.
import { EXPORT_LOGITS, EXPORT_WITHOUT } from './nextSteps';
import { alike, type Operator, type Operators } from './operator';

const refusal = (why: string, next: string): Operator => ({ refusal: [why, next] });

const ACTIVATIONS = [
  ...['Sigmoid', 'LeakyRelu', 'PRelu', 'HardSwish', 'HardSigmoid', 'Elu', 'Selu', 'Celu', 'Gelu', 'Erf', 'Tanh'],
  ...['Mish', 'Swish', 'Softplus', 'Softsign', 'ThresholdedRelu'],
];
const ON_CODES = [
  'QLinearConv',
  'ConvInteger',
  'MatMulInteger',
  'QLinearMatMul',
  'QLinearAdd',
  'DynamicQuantizeLinear',
];
const NORMALIZATIONS = ['InstanceNormalization', 'LayerNormalization', 'GroupNormalization', 'LRN', 'LpNormalization'];

export const REFUSED: Operators = {
  ...alike(
    ACTIVATIONS,
    refusal(
      'The page knows ReLU and ReLU6 as activations.',
      'Train the network with one of them, and export it again.',
    ),
  ),
  ...alike(
    ON_CODES,
    refusal('It computes on quantized codes.', 'Export the float network, or quantize in the QDQ format.'),
  ),
  ...alike(
    NORMALIZATIONS,
    refusal('The page knows batch norm as normalization.', 'Train the network with it, and export it again.'),
  ),
  ...alike(
    ['Resize', 'Upsample'],
    refusal('It resizes images.', 'Resize them before they come in, and export the network without it.'),
  ),
  ...alike(
    ['Loop', 'Scan'],
    refusal('It repeats a graph while running.', 'Export with fixed sizes, so that nothing is left to repeat.'),
  ),
  ConvTranspose: refusal('It enlarges images; the page runs classifiers.', 'Choose a network that classifies.'),
  If: refusal(
    'It chooses between two graphs while running.',
    'Export with fixed sizes, so that the choice is made beforehand.',
  ),
  ArgMax: { ...refusal('It gives a class.', EXPORT_LOGITS), afterSoftmax: 'converted' },
  TopK: { ...refusal('It gives the best classes.', EXPORT_LOGITS), afterSoftmax: 'converted' },
  Split: refusal('It takes the channels apart; the page only joins them.', EXPORT_WITHOUT),
  BipolarQuant: refusal(
    'It makes binary activations, plus or minus one number; the page rounds activations to 2-8 bits. Only weights may be binary.',
    'Train the network with Quant nodes of more bits for activations, and export it again.',
  ),
};
