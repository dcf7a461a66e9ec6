// Which ONNX operations become which nodes of ours, and what is said about those that do not.
import { refuse } from '../refusal';
import type { OnnxContext } from './context';
import { arithmetic, clip, extreme, passThrough, relu, softmax } from './elementwise';
import type { GraphValue } from './graphValue';
import { conv, gemm, matMul } from './layers';
import type { OnnxNode } from './model';
import { EXPORT_LOGITS, EXPORT_WITHOUT } from './nextSteps';
import { globalPool, pool, reduceMean } from './pooling';
import { dequantizeLinear, quantActivation, quantizeLinear, round } from './quantizeNodes';
import { concat, pad, reshape, slice, transpose } from './reshaping';
import { batchNormalization } from './scaling';
import { QUANT_DOMAINS } from './weightCodes';

/** Makes nodes of ours of an ONNX node and says what its first output is. `atEnd` holds from the softmax at the end on. */
export type Converter = (context: OnnxContext, node: OnnxNode, atEnd: boolean) => GraphValue;

/** To support another operation, write a `Converter` in the file of its kind and add it here. */
const CONVERTERS: ReadonlyMap<string, Converter> = new Map<string, Converter>([
  ['Conv', conv],
  ['Gemm', gemm],
  ['MatMul', matMul],
  ['BatchNormalization', batchNormalization],
  ['Relu', relu],
  ['Clip', clip],
  ['Max', extreme],
  ['Min', extreme],
  ['Add', arithmetic],
  ['Sub', arithmetic],
  ['Mul', arithmetic],
  ['Div', arithmetic],
  ['Sum', arithmetic],
  ['MaxPool', pool],
  ['AveragePool', pool],
  ['GlobalAveragePool', globalPool],
  ['GlobalMaxPool', globalPool],
  ['ReduceMean', reduceMean],
  ['Flatten', reshape],
  ['Reshape', reshape],
  ['Squeeze', reshape],
  ['Unsqueeze', reshape],
  ['Transpose', transpose],
  ['Slice', slice],
  ['Pad', pad],
  ['Concat', concat],
  ['Identity', passThrough],
  ['Dropout', passThrough],
  ['Cast', passThrough],
  ['Softmax', softmax],
  ['LogSoftmax', softmax],
  ['Round', round],
  ['QuantizeLinear', quantizeLinear],
  ['DequantizeLinear', dequantizeLinear],
  ['Quant', quantActivation],
  ['IntQuant', quantActivation],
]);

/** QONNX' quantizers that are read. */
const QUANTIZERS: ReadonlySet<string> = new Set(['Quant', 'IntQuant', 'BipolarQuant']);

/** True for an operation of ONNX, and for those of others that are known. */
export function isKnownDomain({ domain, op }: OnnxNode): boolean {
  return domain === '' || (QUANT_DOMAINS.has(domain) && QUANTIZERS.has(op));
}

/** True for an operation that there is a converter for. */
export const isConvertible = (op: string): boolean => CONVERTERS.has(op);

/** What is wrong, and what to do. */
type Words = readonly [why: string, next: string];

const NOT_HERE: Words = ['The page does not have this operation.', EXPORT_WITHOUT];
const ACTIVATION: Words = [
  'The page knows ReLU and ReLU6 as activations.',
  'Train the network with one of them, and export it again.',
];
const RESIZES: Words = ['It resizes images.', 'Resize them before they come in, and export the network without it.'];
const COMPUTES_ON_CODES: Words = [
  'It computes on quantized codes.',
  'Export the float network, or quantize in the QDQ format.',
];
const REPEATS: Words = [
  'It repeats a graph while running.',
  'Export with fixed sizes, so that nothing is left to repeat.',
];
const NORMALIZES: Words = [
  'The page knows batch norm as normalization.',
  'Train the network with it, and export it again.',
];

/** Operations that people meet, and what to do about them. */
const WHY_NOT: ReadonlyMap<string, Words> = new Map<string, Words>([
  ...[
    ...['Sigmoid', 'LeakyRelu', 'PRelu', 'HardSwish', 'HardSigmoid', 'Elu', 'Selu', 'Celu', 'Gelu', 'Erf', 'Tanh'],
    ...['Mish', 'Swish', 'Softplus', 'Softsign', 'ThresholdedRelu'],
  ].map((op) => [op, ACTIVATION] as const),
  ...['QLinearConv', 'ConvInteger', 'MatMulInteger', 'QLinearMatMul', 'QLinearAdd', 'DynamicQuantizeLinear'].map(
    (op) => [op, COMPUTES_ON_CODES] as const,
  ),
  ...['InstanceNormalization', 'LayerNormalization', 'GroupNormalization', 'LRN', 'LpNormalization'].map(
    (op) => [op, NORMALIZES] as const,
  ),
  ['ConvTranspose', ['It enlarges images; the page runs classifiers.', 'Choose a network that classifies.']],
  ['Resize', RESIZES],
  ['Upsample', RESIZES],
  [
    'If',
    ['It chooses between two graphs while running.', 'Export with fixed sizes, so that the choice is made beforehand.'],
  ],
  ['Loop', REPEATS],
  ['Scan', REPEATS],
  ['ArgMax', ['It gives a class.', EXPORT_LOGITS]],
  ['TopK', ['It gives the best classes.', EXPORT_LOGITS]],
  ['Split', ['It takes the channels apart; the page only joins them.', EXPORT_WITHOUT]],
  [
    'BipolarQuant',
    [
      'It makes binary activations, plus or minus one number; the page rounds activations to 2-8 bits. Only weights may be binary.',
      'Train the network with Quant nodes of more bits for activations, and export it again.',
    ],
  ],
]);

/**
 * The converter of an operation.
 * @throws Refusal when there is none.
 */
export function converterOf(op: string): Converter {
  return CONVERTERS.get(op) ?? refuse(...(WHY_NOT.get(op) ?? NOT_HERE));
}

/** QONNX' quantizers that are not read. */
const OTHER_QUANTIZERS: ReadonlySet<string> = new Set(['Trunc', 'FloatQuant', 'MultiThreshold']);

/** Refuses an operation of another domain than ONNX' own. */
export function refuseDomain({ op, domain }: OnnxNode): never {
  if (/qonnx|brevitas|finn/.test(domain) && OTHER_QUANTIZERS.has(op))
    refuse('It is a quantizer of QONNX that the page does not have.', 'Export the float network, or with Quant nodes.');
  if (/finn/.test(domain))
    refuse(
      `It is an operation of FINN ("${domain}"), which stands for hardware.`,
      'Drop the ONNX file from before FINN changed it.',
    );
  if (domain === 'com.microsoft')
    refuse(
      'It is an operation of ONNX Runtime alone, which its optimizer or quantizer puts in.',
      'Drop the ONNX file from before that.',
    );
  refuse(`It is no operation of ONNX but of "${domain}".`, 'Export with the operations of ONNX alone.');
}
