// The conversion of each operation of TensorFlow Lite that plain CNNs use. To add one: a line in `OPERATIONS`.
// Reference: https://github.com/google-ai-edge/LiteRT, tflite/converter/schema/schema.fbs and tflite/kernels.
import type { Value } from '../graphBuilder';
import { refuse } from '../refusal';
import { averageAsImage } from '../tensorflowImages';
import type { Constant } from './constants';
import {
  activation,
  type Convert,
  constant,
  flat,
  fused,
  nameOf,
  needed,
  type OperationContext,
  SIMPLER,
  windowOf,
} from './context';
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
      if (op === 'mul') return product(context, name);
      if (op !== 'add')
        refuse(
          'It divides or subtracts two activations.',
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

/** Two activations of one shape, or an image and one number for each of its channels. */
function product(context: OperationContext, name: string): Value {
  const { net, model, operation } = context;
  const [a, b] = [activation(context, 0), activation(context, 1)];
  const gate = net.node(a.id).inputs[0] === b.id ? 0 : 1;
  const [x, factor] = gate === 1 ? [a, b] : [b, a];
  return fused(context, net.product(name, x, factor, model.tensors[operation.inputs[gate] as number].name));
}

/** Parts of the channels in a row. */
const split: Convert = (context) => {
  const { net, model, operation, further } = context;
  const [data, by] = operation.op === 'SPLIT' ? [1, 0] : [0, 2];
  const x = activation(context, data);
  const [axis] = needed(context, by, 'axis').values;
  if (axis !== x.shape.length && axis !== -1)
    refuse(`It splits axis ${axis}, not the channels.`, 'Split channels alone, and convert it again.');
  let from = 0;
  const parts = operation.outputs.map((output) => {
    const to = from + (model.tensors[output].shape.at(-1) as number);
    const part = net.add('channelSlice', nameOf(context, false), [x], { from, to });
    from = to;
    return part;
  });
  for (const [i, output] of operation.outputs.entries()) if (i > 0) further.set(output, parts[i]);
  return parts[0];
};

const upsample: Convert = (context) => {
  const x = activation(context);
  const [h, w] = needed(context, 1, 'size').values;
  const { alignCorners = false } = context.operation.options;
  const scale = [h / x.shape[0], w / (x.shape[1] as number)] as const;
  if (alignCorners || !scale.every((s) => Number.isInteger(s)))
    refuse(`It resizes images to ${h}x${w}.`, 'Enlarge by whole numbers, and convert it again.');
  return context.net.add('upsample', nameOf(context, false), [x], { scale });
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
  const image = averageAsImage(context.net, nameOf(context, false), x, target);
  if (image !== undefined) return image;
  if (wanted.join() === x.shape.filter((d) => d !== 1).join() && x.shape.length === target.length) return x;
  if (wanted.length > 1 || (wanted[0] ?? 1) !== size)
    refuse(
      `It makes [${target.join(', ')}] of [${x.shape.join(', ')}]; only flattening can be run.`,
      'Build the model with Flatten, and convert it again.',
    );
  return flat(context, x, nameOf(context, false));
};

const plain =
  (op: 'relu' | 'relu6' | 'sigmoid' | 'tanh' | 'hardSwish' | 'softmax'): Convert =>
  (context) =>
    context.net.add(op, nameOf(context, false), [activation(context)], {});

const leakyRelu: Convert = (context) => {
  const { alpha = 0 } = context.operation.options;
  return context.net.add('leakyRelu', nameOf(context, false), [activation(context)], { alpha });
};

const elu: Convert = (context) => context.net.add('elu', nameOf(context, false), [activation(context)], { alpha: 1 });

const gelu: Convert = (context) => {
  const op = context.operation.options.approximate ? 'geluTanh' : 'gelu';
  return context.net.add(op, nameOf(context, false), [activation(context)], {});
};

const prelu: Convert = (context) => {
  const x = activation(context);
  const values = perChannel(needed(context, 1, 'slope'));
  const channels = x.shape.at(-1) as number;
  if (values.length !== 1 && values.length !== channels)
    refuse(`It has ${values.length} slopes for ${channels} channels.`, SIMPLER);
  const alpha = {
    shape: [channels],
    values: Float32Array.from({ length: channels }, (_, c) => values[c % values.length]),
  };
  return context.net.add('prelu', nameOf(context, false), [x], {}, { alpha });
};

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
  ['LOGISTIC', plain('sigmoid')],
  ['TANH', plain('tanh')],
  ['HARD_SWISH', plain('hardSwish')],
  ['LEAKY_RELU', leakyRelu],
  ['ELU', elu],
  ['GELU', gelu],
  ['PRELU', prelu],
  ['SPLIT', split],
  ['SPLIT_V', split],
  ['RESIZE_NEAREST_NEIGHBOR', upsample],
  ['SOFTMAX', plain('softmax')],
  ['LOG_SOFTMAX', (context) => context.net.logSoftmax(nameOf(context, false), activation(context))],
  ['QUANTIZE', stored],
  ['DEQUANTIZE', stored],
]);
