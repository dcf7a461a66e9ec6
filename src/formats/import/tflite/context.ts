// What the conversions of TensorFlow Lite's operations share: activations, constants, windows, names, fused activations.
import { FUSED, SAME_PADDING } from '../../tfliteSchema';
import type { GraphBuilder, Value } from '../graphBuilder';
import type { ActivationCodes, LayerRoundings } from '../layerRounding';
import { refuse } from '../refusal';
import { tensorflowWindow } from '../tensorflowImages';
import { type Constant, readConstant } from './constants';
import type { TfliteModel, TfliteOperation, TfliteTensor } from './model';

/** An activation: the node that gives it, and how the file rounds it. */
export interface Activation extends Value {
  readonly rounded?: ActivationCodes;
}

/** What an operation is converted with. */
export interface OperationContext {
  readonly net: GraphBuilder;
  readonly model: TfliteModel;
  readonly operation: TfliteOperation;
  readonly roundings: LayerRoundings;
  /** Activations by the positions of their tensors. */
  readonly activations: ReadonlyMap<number, Activation>;
  /** Constants that operations computed, by position: float16 weights behind DEQUANTIZE. */
  readonly computed: Map<number, Constant>;
  /** Outputs of an operation after its first, by position. */
  readonly further: Map<number, Value>;
}

/** Adds what an operation computes; gives nothing for a computed constant. */
export type Convert = (context: OperationContext) => Value | undefined;

export const SIMPLER = 'Build the model of plain layers, and convert it again.';
const WITH_RELU = 'Train the network with ReLU or ReLU6, and convert it again.';

export const tensorOf = ({ model, operation }: OperationContext, i: number): TfliteTensor | undefined => {
  const position = operation.inputs[i];
  return position === undefined ? undefined : model.tensors[position];
};

/** The activation that input `i` is. @throws Refusal for a constant. */
export function activation(context: OperationContext, i = 0): Activation {
  const found = context.activations.get(context.operation.inputs[i] ?? -1);
  return found ?? refuse('It reads a constant where an activation is expected.', SIMPLER);
}

/** The constant that input `i` is; undefined if the input is left out or an activation. */
export function constant(context: OperationContext, i: number): Constant | undefined {
  const position = context.operation.inputs[i];
  if (position === undefined || context.activations.has(position)) return undefined;
  const tensor = context.model.tensors[position];
  const known = context.computed.get(position);
  if (known === undefined && tensor.data === undefined && tensor.shape.every((d) => d > 0)) return undefined;
  return known ?? readConstant(tensor, context.model.file);
}

export function needed(context: OperationContext, i: number, what: string): Constant {
  return constant(context, i) ?? refuse(`Its ${what} is not stored in the file.`, SIMPLER);
}

/** Size, strides and padding of a window. */
export function windowOf({ operation: { options } }: OperationContext, x: Value, size: readonly [number, number]) {
  const { strideH = 1, strideW = 1, padding = SAME_PADDING, dilationH = 1, dilationW = 1 } = options;
  if (strideH < 1 || strideW < 1) refuse(`Its strides are ${strideH} and ${strideW}.`, 'Convert the network again.');
  const strides = [strideH, strideW] as const;
  const dilations = [dilationH, dilationW] as const;
  if (dilations.some((d) => d < 1))
    refuse(`Its taps are ${dilations.join(' and ')} apart.`, 'Convert the network again.');
  return tensorflowWindow(padding === SAME_PADDING ? 'same' : 'valid', x.shape, { size, strides, dilations });
}

/** The last name in a path, without the operation that converters append: `model/conv2d_1/Conv2D` is `conv2d_1`. */
function lastName(path: string): string {
  const parts = path.split('/');
  return parts.at(-2) ?? path;
}

/** Names that converters make up. */
const MADE_UP = /^(arith\.constant|tfl\.pseudo_q?const|Const|StatefulPartitionedCall)?[\d:_]*$/;

/** What converters append to the name of a layer for its product. */
const PRODUCT = /\/(Conv2D|depthwise|MatMul)$/;

/** A layer is named after its weights, any other operation after the last of the names that its output joins. */
export function nameOf(context: OperationContext, isLayer: boolean): string {
  const weights = isLayer ? (tensorOf(context, 1)?.name.split(';') ?? []) : [];
  const name = weights.find((part) => PRODUCT.test(part)) ?? weights[0] ?? '';
  return lastName(MADE_UP.test(name) ? (context.operation.name.split(';').at(-1) as string) : name);
}

/** The result with the activation that the operation is fused with. */
export function fused({ net, operation }: OperationContext, value: Value): Value {
  const kind = operation.options.fusedActivation ?? FUSED.NONE;
  if (kind === FUSED.NONE) return value;
  const op = kind === FUSED.RELU ? 'relu' : kind === FUSED.RELU6 ? 'relu6' : undefined;
  if (op === undefined) {
    const name = Object.entries(FUSED).find(([, number]) => number === kind)?.[0] ?? `activation ${kind}`;
    return refuse(`It is fused with ${name}.`, WITH_RELU);
  }
  return net.add(op, lastName(operation.name.split(';')[0]), [value], {});
}

/** Reads images row by row, as a flattening would. */
export const flat = ({ net }: OperationContext, x: Value, name: string): Value =>
  x.shape.length === 1 ? x : net.add('flatten', name, [x], {});
