// The conversion of each TensorFlow operation of a plain CNN. To add one: a line in `GRAPH_OPS`.
// Reference: tensorflow.org/api_docs/python/tf/raw_ops; tfjs-converter/src/operations/op_list.
import type { Parameter } from '../../../graph/network';
import type { Value } from '../graphBuilder';
import { refuse } from '../refusal';
import { averageAsImage, dilatedWindow, tensorflowWindow } from '../tensorflowImages';
import { ACTIVATION_OPS } from './activations';
import { type Build, constant, type Edge, numbers, type OpContext, SIMPLER, value, vector } from './edges';
import type { Attributes } from './graphDef';

const WITH_RELU = 'Train the network with ReLU or ReLU6, and convert it again.';

function windowOf(attributes: Attributes, x: Value, size: readonly [number, number]) {
  if (attributes.text('data_format', 'NHWC') !== 'NHWC')
    refuse(
      'Its channels come first; only NHWC is read.',
      'Build the model with data_format="channels_last", and convert it again.',
    );
  const [, dh = 1, dw = 1] = attributes.integers('dilations');
  const taps = { size, strides: attributes.pair('strides'), dilations: [dh, dw] as const };
  const kind = attributes.text('padding', 'VALID');
  if (kind === 'EXPLICIT') {
    const [, , top = 0, bottom = 0, left = 0, right = 0] = attributes.integers('explicit_paddings');
    return dilatedWindow(taps, [top, bottom, left, right]);
  }
  return tensorflowWindow(kind === 'SAME' ? 'same' : 'valid', x.shape, taps);
}

const FUSIBLE: ReadonlySet<string> = new Set([
  ...['BiasAdd', 'FusedBatchNorm', 'Relu', 'Relu6', 'Elu', 'LeakyRelu', 'Prelu', 'Sigmoid'],
]);

/**
 * The steps of a fused operation after its product: bias, batch norm, activation, with the inputs after the first two.
 */
function fused(context: OpContext, x: Value): Edge {
  let result: Edge = { value: x };
  let rest = context.inputs.slice(2);
  for (const op of context.attributes.texts('fused_ops')) {
    const build = FUSIBLE.has(op) ? GRAPH_OPS.get(op) : undefined;
    if (build === undefined) refuse(`It is fused with ${op}.`, WITH_RELU);
    const takes = op === 'BiasAdd' || op === 'Prelu' ? 1 : op === 'FusedBatchNorm' ? 4 : 0;
    const id = op === 'BiasAdd' ? context.id : `${context.id}_${op.toLowerCase()}`;
    result = build({ ...context, id, inputs: [result, ...rest.slice(0, takes)] });
    rest = rest.slice(takes);
  }
  return result;
}

const conv2d: Build = (context) => {
  const { net, id, attributes, inputs } = context;
  const x = value(inputs[0]);
  const kernel = constant(inputs[1]);
  const [kh, kw, inside, filters] = kernel.shape;
  const window = windowOf(attributes, x, [kh, kw]);
  const groups = (x.shape.at(-1) as number) / inside;
  const grouped = Number.isInteger(groups) && groups > 1 ? { groups } : {};
  return fused(context, net.add('conv2d', id, [x], { ...window, filters, ...grouped, bias: false }, { kernel }));
};

const depthwise: Build = (context) => {
  const { net, id, attributes, inputs } = context;
  const x = value(inputs[0]);
  const kernel = constant(inputs[1]);
  const [kh, kw, channels, each] = kernel.shape;
  const window = windowOf(attributes, x, [kh, kw]);
  if (each === 1) return fused(context, net.add('depthwiseConv2d', id, [x], { ...window, bias: false }, { kernel }));
  // Several filters on each channel.
  const filters = channels * each;
  const attributesOf = { ...window, filters, groups: channels, bias: false };
  const parts = { kernel: { shape: [kh, kw, 1, filters], values: kernel.values } };
  return fused(context, net.add('conv2d', id, [x], attributesOf, parts));
};

const matMul: Build = (context) => {
  const { net, id, attributes, inputs } = context;
  const weight = constant(inputs[1]);
  if (attributes.flag('transpose_a')) refuse('It transposes what it reads.', SIMPLER);
  const kernel = attributes.flag('transpose_b') ? transposed(weight) : weight;
  const dense = net.add('dense', id, [value(inputs[0])], { units: kernel.shape[1], bias: false }, { kernel });
  return fused(context, dense);
};

function transposed({ shape: [rows, columns], values }: Parameter): Parameter {
  return { shape: [columns, rows], values: values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]) };
}

/** A bias merges into the layer before it, unless the layer has another reader. */
function biasAdd({ net, id, inputs, reads }: OpContext): Edge {
  const x = value(inputs[0]);
  const { values } = vector(inputs[1]);
  return net.addBias(x, reads[0], values) ? { value: x } : { value: net.scaling(id, x, [1], values) };
}

function batchNorm({ net, id, attributes, inputs }: OpContext): Edge {
  if (attributes.flag('is_training'))
    refuse('It takes its statistics from the batch, as in training.', 'Convert the model as saved for inference.');
  const [gamma, beta, mean, variance] = inputs.slice(1, 5).map(vector);
  const epsilon = attributes.number('epsilon', 1e-4);
  return { value: net.add('batchNorm', id, [value(inputs[0])], { epsilon }, { gamma, beta, mean, variance }) };
}

const pool =
  (op: 'maxPool' | 'avgPool'): Build =>
  ({ net, id, attributes, inputs }) => {
    const x = value(inputs[0]);
    return { value: net.add(op, id, [x], windowOf(attributes, x, attributes.pair('ksize'))) };
  };

/** With a constant: bias, factor or both as a scaling. For two activations, only the sum. */
const arithmetic =
  (op: 'add' | 'sub' | 'mul'): Build =>
  (context) => {
    const { net, id, inputs, reads } = context;
    const [a, b] = inputs;
    if ('value' in a && 'value' in b) {
      if (op === 'sub')
        refuse('It subtracts two activations.', 'Build the model with sums of branches, and convert it again.');
      if (op === 'mul') {
        const [x, gate, name] = net.node(a.value.id).inputs[0] === b.value.id ? [b, a, reads[0]] : [a, b, reads[1]];
        return { value: net.product(id, x.value, gate.value, name) };
      }
      return { value: net.add('add', id, [a.value, b.value], {}) };
    }
    const [x, factor] = 'value' in a ? [a, b] : [b, a];
    if (op === 'add' && constant(factor).values.length > 1)
      return biasAdd({ ...context, inputs: [x, factor], reads: x === a ? reads : [reads[1]] });
    const list = numbers(factor);
    if (op === 'mul') return { value: net.scaling(id, value(x), list, [0]) };
    const swapped = x === b; // constant - x
    const sign = op === 'sub' && !swapped ? -1 : 1;
    return {
      value: net.scaling(
        id,
        value(x),
        [op === 'sub' && swapped ? -1 : 1],
        list.map((v) => sign * v),
      ),
    };
  };

const mean: Build = ({ net, id, attributes, inputs }) => {
  const x = value(inputs[0]);
  const axes = numbers(inputs[1]).map((axis) => (axis < 0 ? axis + x.shape.length + 1 : axis));
  if (x.shape.length !== 3 || axes.toSorted().join() !== '1,2')
    refuse(`It averages over axes ${axes.join(', ')}.`, 'Average over rows and columns, and convert it again.');
  const size = [x.shape[0], x.shape[1]] as const;
  return {
    value: attributes.flag('keep_dims')
      ? net.add('avgPool', id, [x], { size, strides: size, padding: [0, 0, 0, 0] })
      : net.add('globalAvgPool', id, [x], {}),
  };
};

const pad: Build = ({ net, id, inputs }) => {
  if (inputs[2] !== undefined && numbers(inputs[2]).some((v) => v !== 0))
    refuse('It pads with other numbers than 0.', 'Pad with zeros, and convert it again.');
  const { shape, values } = constant(inputs[1]);
  const [before, after, top, bottom, left, right, front, back] = values;
  const whole = [...values].every((p) => Number.isInteger(p) && p >= 0 && p <= 1024);
  if (shape.join() !== '4,2' || before + after !== 0 || !whole)
    refuse('It pads other axes than an image has.', 'Pad rows, columns and channels alone, and convert it again.');
  return {
    value: net.add('pad', id, [value(inputs[0])], { padding: [top, bottom, left, right], channels: [front, back] }),
  };
};

const flatten: Build = ({ net, id, inputs }) => {
  const x = value(inputs[0]);
  const size = x.shape.reduce((product, d) => product * d, 1);
  const target = inputs[1] === undefined ? [-1, size] : numbers(inputs[1]);
  const image = averageAsImage(net, id, x, target.slice(1));
  if (image !== undefined) return { value: image };
  const [batch, length] = target;
  if (target.length !== 2 || (batch !== -1 && batch !== 1) || (length !== size && length !== -1))
    refuse(
      `It makes [${target.join(', ')}] of an image [${x.shape.join(', ')}]; only flattening can be run.`,
      'Build the model with Flatten, and convert it again.',
    );
  return { value: x.shape.length === 1 ? x : net.add('flatten', id, [x], {}) };
};

const squeeze: Build = ({ net, id, inputs }) => {
  const x = value(inputs[0]);
  if (x.shape.length === 3 && (x.shape[0] !== 1 || x.shape[1] !== 1))
    refuse('It drops an axis that is not 1.', SIMPLER);
  return { value: x.shape.length === 1 ? x : net.add('flatten', id, [x], {}) };
};

const concat: Build = ({ net, id, inputs }) => {
  const images = inputs.slice(0, -1).map(value);
  const [axis] = numbers(inputs.at(-1));
  if (axis !== 3 && axis !== -1)
    refuse(`It joins along axis ${axis}, not the channels.`, 'Join along the channels, and convert it again.');
  return { value: net.add('concat', id, images, {}) };
};

const placeholder: Build = ({ net, id, attributes }) => {
  const [, h, w, c, ...more] = attributes.shape('shape');
  const shape = attributes.shape('shape').slice(1);
  if (more.length > 0 || shape.length !== 3)
    refuse(
      `It reads [${shape.join(', ')}]; images [height, width, channels] are what the page can feed.`,
      'Convert a model that reads them.',
    );
  if (![h, w, c].every((d) => Number.isInteger(d) && d >= 1))
    refuse('Its size is not fixed.', 'Convert the model for one size, e.g. (32, 32, 3).');
  if (h * w * c > 2 ** 22)
    refuse(`Images of ${h} x ${w} x ${c} do not fit this page.`, 'Build the model for smaller ones.');
  return { value: net.add('input', id, [], { shape: [h, w, c] }) };
};

const same: Build = ({ net, inputs: [x], reads }) => {
  if ('value' in x) net.rename(x.value, reads[0]);
  return x;
};

/** By operation; the graph handles `Const` itself. */
export const GRAPH_OPS: ReadonlyMap<string, Build> = new Map<string, Build>([
  ['Placeholder', placeholder],
  ['Conv2D', conv2d],
  ['_FusedConv2D', conv2d],
  ['DepthwiseConv2dNative', depthwise],
  ['FusedDepthwiseConv2dNative', depthwise],
  ['MatMul', matMul],
  ['_FusedMatMul', matMul],
  ['BiasAdd', biasAdd],
  ['FusedBatchNorm', batchNorm],
  ['FusedBatchNormV3', batchNorm],
  ...ACTIVATION_OPS,
  ['LogSoftmax', ({ net, id, inputs }) => ({ value: net.logSoftmax(id, value(inputs[0])) })],
  ['MaxPool', pool('maxPool')],
  ['AvgPool', pool('avgPool')],
  ['Mean', mean],
  ['Add', arithmetic('add')],
  ['AddV2', arithmetic('add')],
  ['Sub', arithmetic('sub')],
  ['Mul', arithmetic('mul')],
  ['Pad', pad],
  ['PadV2', pad],
  ['Reshape', flatten],
  ['Squeeze', squeeze],
  ['ConcatV2', concat],
  ['Identity', same],
  ['StopGradient', same],
]);
