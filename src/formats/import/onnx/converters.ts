// Which ONNX operations become which nodes of ours, and what is said about those that do not.
import type { Activation } from './activation';
import type { Conversion } from './conversion';
import { arithmetic, clip, passThrough, relu, softmax } from './elementwise';
import { conv, gemm, matMul } from './layers';
import type { OnnxNode } from './model';
import { concat, pad, reshape, slice, transpose } from './moving';
import { refuse } from './node';
import { dequantizeLinear, quantActivation, quantizeLinear, round } from './rounding';
import { batchNormalization } from './scaling';
import { QUANT_DOMAINS } from './weightCodes';
import { globalPool, pool, reduceMean } from './windows';

/** Makes nodes of ours of an ONNX node and says what its first output is. */
export type Converter = (conversion: Conversion, node: OnnxNode, isLast: boolean) => Activation;

/** To support another operation, write a `Converter` in the file of its kind and add it here. */
const CONVERTERS: ReadonlyMap<string, Converter> = new Map<string, Converter>([
  ['Conv', conv],
  ['Gemm', gemm],
  ['MatMul', matMul],
  ['BatchNormalization', batchNormalization],
  ['Relu', relu],
  ['Clip', clip],
  ['Add', arithmetic],
  ['Sub', arithmetic],
  ['Mul', arithmetic],
  ['Div', arithmetic],
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
]);

/** True for an operation of ONNX, and for those of others that are known. */
export function isKnownDomain({ domain, op }: OnnxNode): boolean {
  return domain === '' || (QUANT_DOMAINS.has(domain) && (op === 'Quant' || op === 'BipolarQuant'));
}

/** Operations that people meet, and what to do about them. */
const WHY_NOT: ReadonlyMap<string, string> = new Map([
  ['ConvTranspose', 'It enlarges images; the page runs classifiers.'],
  ['Resize', 'It resizes images; resize them before they come in.'],
  ['Upsample', 'It resizes images; resize them before they come in.'],
  [
    'If',
    'It chooses between two graphs while running. Export with fixed sizes, so that the choice is made beforehand.',
  ],
  ['Loop', 'It repeats a graph while running.'],
  ['ArgMax', 'It gives a class; export the network up to its logits.'],
  ['Sigmoid', 'The page knows ReLU and ReLU6 as activations.'],
  ['LeakyRelu', 'The page knows ReLU and ReLU6 as activations.'],
  ['PRelu', 'The page knows ReLU and ReLU6 as activations.'],
  ['HardSwish', 'The page knows ReLU and ReLU6 as activations.'],
  ['HardSigmoid', 'The page knows ReLU and ReLU6 as activations.'],
  ['Elu', 'The page knows ReLU and ReLU6 as activations.'],
  ['Gelu', 'The page knows ReLU and ReLU6 as activations.'],
  ['Erf', 'The page knows ReLU and ReLU6 as activations.'],
  ['QLinearConv', 'It computes on quantized codes. Export the float network.'],
  ['ConvInteger', 'It computes on quantized codes. Export the float network.'],
  ['MatMulInteger', 'It computes on quantized codes. Export the float network.'],
  ['QLinearMatMul', 'It computes on quantized codes. Export the float network.'],
]);

/**
 * The converter of an operation.
 * @throws Refusal when there is none.
 */
export function converterOf(op: string): Converter {
  return CONVERTERS.get(op) ?? refuse(WHY_NOT.get(op) ?? 'The page does not have this operation.');
}

/** Why an operation of another domain than ONNX' own cannot be brought over. */
export function whyNotDomain(domain: string): string {
  return /qonnx|brevitas|finn/.test(domain)
    ? 'It is a quantizer of QONNX that the page does not have. Export the float network, or with Quant nodes.'
    : `It is no operation of ONNX but of "${domain}".`;
}
