// The conversion of each operation of TensorFlow Lite that plain CNNs use. To add one: a line in `OPERATIONS`.
// Reference: https://github.com/google-ai-edge/LiteRT, tflite/converter/schema/schema.fbs and tflite/kernels.
import { refuse } from '../refusal';
import type { Constant } from './constants';
import { activation, type Convert, constant, flat, fused, nameOf, needed, SIMPLER, windowOf } from './context';
import { conv2d, depthwise, fullyConnected } from './layers';

/** A factor or an offset per channel, or one for all. */
function perChannel({ shape, values }: Constant): Float32Array {
  if (shape.slice(0, -1).some((d) => d !== 1)) refuse(`It reads a constant [${shape.join(', ')}].`, SIMPLER);
  return values;
}

/** With a constant: an offset or a factor of each channel. Of two activations, only their sum. */
const arithmetic =
  (op: 'add' | 'sub' | 'mul' | 'div'): Convert =>
  (context) => {
    const { net } = context;
    const name = nameOf(context, false);
    const [first, second] = [0, 1].map((i) => constant(context, i));
    if (first === undefined && second === undefined) {
      if (op !== 'add')
        refuse(
          'It multiplies, divides or subtracts two activations.',
          'Build the model with sums of branches, and convert it again.',
        );
      return fused(context, net.add('add', name, [activation(context, 0), activation(context, 1)], {}));
    }
    const x = activation(context, first === undefined ? 0 : 1);
    const numbers = perChannel((first ?? second) as Constant);
    if (op === 'div' && first !== undefined) refuse('It divides a constant by an activation.', SIMPLER);
    if (op === 'mul' || op === 'div')
      return fused(context, net.scaling(name, x, op === 'mul' ? numbers : numbers.map((v) => 1 / v), [0]));
    const isMirrored = op === 'sub' && first !== undefined;
    const offset = op === 'sub' && !isMirrored ? numbers.map((v) => -v) : numbers;
    return fused(context, net.scaling(name, x, [isMirrored ? -1 : 1], offset));
  };

const pool =
  (op: 'maxPool' | 'avgPool'): Convert =>
  (context) => {
    const x = activation(context);
    const { filterHeight = 0, filterWidth = 0 } = context.operation.options;
    const window = windowOf(context, x, [filterHeight, filterWidth]);
    return fused(context, context.net.add(op, nameOf(context, false), [x], window));
  };

const mean: Convert = (context) => {
  const { net, operation } = context;
  const x = activation(context);
  const axes = [...needed(context, 1, 'list of axes').values].map((axis) =>
    axis < 0 ? axis + x.shape.length + 1 : axis,
  );
  if (x.shape.length !== 3 || axes.toSorted().join() !== '1,2')
    refuse(`It averages over axes ${axes.join(', ')}.`, 'Average over rows and columns, and convert it again.');
  const size = [x.shape[0], x.shape[1]] as const;
  const name = nameOf(context, false);
  return operation.options.keepDimensions
    ? net.add('avgPool', name, [x], { size, strides: size, padding: [0, 0, 0, 0] })
    : net.add('globalAvgPool', name, [x], {});
};

const pad: Convert = (context) => {
  const x = activation(context);
  const { shape, values } = needed(context, 1, 'list of paddings');
  if (constant(context, 2)?.values.some((v) => v !== 0))
    refuse('It pads with other numbers than 0.', 'Pad with zeros, and convert it again.');
  const [before, after, top, bottom, left, right, front, back] = values;
  const whole = values.every((p) => Number.isInteger(p) && p >= 0 && p <= 1024);
  if (shape.join() !== '4,2' || before + after !== 0 || !whole)
    refuse('It pads other axes than an image has.', 'Pad rows, columns and channels alone, and convert it again.');
  const padding = [top, bottom, left, right] as const;
  return context.net.add('pad', nameOf(context, false), [x], { padding, channels: [front, back] });
};

const concatenation: Convert = (context) => {
  const { net, operation } = context;
  const images = operation.inputs.map((_, i) => activation(context, i));
  const { axis = 0 } = operation.options;
  const rank = images[0].shape.length + 1;
  if (axis !== rank - 1 && axis !== -1)
    refuse(`It joins along axis ${axis}, not the channels.`, 'Join along the channels, and convert it again.');
  return fused(context, net.add('concat', nameOf(context, false), images, {}));
};

/** RESHAPE, SQUEEZE and EXPAND_DIMS: what only adds or drops axes of 1, and flattening. */
const reshape: Convert = (context) => {
  const { model, operation } = context;
  const x = activation(context);
  const size = x.shape.reduce((product, d) => product * d, 1);
  const target = model.tensors[operation.outputs[0]].shape.slice(1);
  const wanted = target.filter((d) => d !== 1);
  if (wanted.join() === x.shape.filter((d) => d !== 1).join() && x.shape.length === target.length) return x;
  if (wanted.length > 1 || (wanted[0] ?? 1) !== size)
    refuse(
      `It makes [${target.join(', ')}] of [${x.shape.join(', ')}]; only flattening can be run.`,
      'Build the model with Flatten, and convert it again.',
    );
  return flat(context, x, nameOf(context, false));
};

const plain =
  (op: 'relu' | 'relu6' | 'softmax'): Convert =>
  (context) =>
    context.net.add(op, nameOf(context, false), [activation(context)], {});

/** QUANTIZE and DEQUANTIZE change how numbers are stored. Weights may be stored as float16, too. */
const stored: Convert = (context) => {
  const { operation, computed } = context;
  const weights = constant(context, 0);
  if (weights === undefined) return activation(context);
  computed.set(operation.outputs[0], weights);
  return undefined;
};

/** By operation. */
export const OPERATIONS: ReadonlyMap<string, Convert> = new Map<string, Convert>([
  ['CONV_2D', conv2d],
  ['DEPTHWISE_CONV_2D', depthwise],
  ['FULLY_CONNECTED', fullyConnected],
  ['ADD', arithmetic('add')],
  ['SUB', arithmetic('sub')],
  ['MUL', arithmetic('mul')],
  ['DIV', arithmetic('div')],
  ['AVERAGE_POOL_2D', pool('avgPool')],
  ['MAX_POOL_2D', pool('maxPool')],
  ['MEAN', mean],
  ['PAD', pad],
  ['PADV2', pad],
  ['CONCATENATION', concatenation],
  ['RESHAPE', reshape],
  ['SQUEEZE', reshape],
  ['EXPAND_DIMS', reshape],
  ['RELU', plain('relu')],
  ['RELU6', plain('relu6')],
  ['SOFTMAX', plain('softmax')],
  ['LOG_SOFTMAX', (context) => context.net.logSoftmax(nameOf(context, false), activation(context))],
  ['QUANTIZE', stored],
  ['DEQUANTIZE', stored],
]);
