// Common operations that the page does not support, with their remedies.
import { EXPORT_LOGITS } from './nextSteps';
import { alike, type Operator, type Operators } from './operator';

const refusal = (why: string, next: string): Operator => ({ refusal: [why, next] });

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
    ON_CODES,
    refusal('It computes on quantized codes.', 'Export the float network, or quantize in the QDQ format.'),
  ),
  ...alike(
    NORMALIZATIONS,
    refusal('The page knows batch norm as normalization.', 'Train the network with it, and export it again.'),
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
};
