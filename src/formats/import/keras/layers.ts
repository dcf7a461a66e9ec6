// The conversion of each Keras layer. To add one: a line in `LAYERS`, with its unsupported configurations, its weights in
// Keras's order of creation, and its nodes.
// Reference: keras.io/api/layers of Keras 2 and 3.
import type { Parameter } from '../../../graph/network';
import type { Value } from '../graphBuilder';
import { refuse } from '../refusal';
import { averageAsImage } from '../tensorflowImages';
import { activation, elu, leakyRelu, prelu, relu, softmax } from './activations';
import { checkFormat, checkWindow, type LayerKind, windowOf } from './layerKind';
import { qkerasLayers } from './qkeras';
import { conv2d, dense, depthwiseConv2d, separableConv2d } from './weightedLayers';

const batchNormalization: LayerKind = {
  parts: (config) => [
    ...(config.flag('scale', true) ? ['gamma'] : []),
    ...(config.flag('center', true) ? ['beta'] : []),
    'moving_mean',
    'moving_variance',
  ],
  build({ net, id, config, inputs: [x], weights }) {
    const axes = config.numbers('axis', -1);
    if (axes.length !== 1 || (axes[0] !== -1 && axes[0] !== x.shape.length))
      refuse(
        `It normalizes along axis ${axes.join(', ')}; only the channels, the last axis, can be.`,
        'Train the network with axis=-1.',
      );
    const rest = [...weights];
    const constant = (value: number) => ({
      shape: rest[0].shape,
      values: new Float32Array(rest[0].values.length).fill(value),
    });
    const gamma = config.flag('scale', true) ? (rest.shift() as Parameter) : constant(1);
    const beta = config.flag('center', true) ? (rest.shift() as Parameter) : constant(0);
    const [mean, variance] = rest;
    return net.add('batchNorm', id, [x], { epsilon: config.number('epsilon', 1e-3) }, { gamma, beta, mean, variance });
  },
};

const pool = (op: 'maxPool' | 'avgPool'): LayerKind => ({
  check: checkWindow,
  build({ net, id, config, inputs: [x] }) {
    const size = config.pair('pool_size', [2, 2]);
    return net.add(op, id, [x], windowOf(config, x, size, config.pair('strides', size)));
  },
});

/** The pooling window that covers a whole image. */
function wholeImage(x: Value) {
  if (x.shape.length !== 3) refuse(`It reads [${x.shape.join(', ')}], not an image.`, 'Pool before flattening.');
  const size = [x.shape[0], x.shape[1]] as const;
  return { size, strides: size, padding: [0, 0, 0, 0] } as const;
}

const globalAverage: LayerKind = {
  check: checkFormat,
  build: ({ net, id, config, inputs: [x] }) =>
    config.flag('keepdims', false) ? net.add('avgPool', id, [x], wholeImage(x)) : net.add('globalAvgPool', id, [x], {}),
};

const globalMax: LayerKind = {
  check: checkFormat,
  build({ net, id, config, inputs: [x] }) {
    const largest = net.add('maxPool', id, [x], wholeImage(x));
    return config.flag('keepdims', false) ? largest : net.add('flatten', `${id}_flatten`, [largest], {});
  },
};

const zeroPadding2d: LayerKind = {
  check: checkFormat,
  build({ net, id, config, inputs: [x] }) {
    const given = config.get('padding') ?? 1;
    const sides = Array.isArray(given) ? given.map((side) => (Array.isArray(side) ? side : [side, side])) : [];
    const [top, bottom, left, right] = Array.isArray(given) ? sides.flat() : [given, given, given, given];
    const padding = [top, bottom, left, right];
    if (!padding.every((p) => Number.isInteger(p) && p >= 0 && p <= 1024))
      refuse(
        `Its padding is ${JSON.stringify(given)}; whole numbers from 0 to 1024 can be run.`,
        'Crop images before they come in.',
      );
    return net.add('pad', id, [x], { padding: [top, bottom, left, right], channels: [0, 0] });
  },
};

const flatten: LayerKind = {
  check: checkFormat,
  build: ({ net, id, inputs: [x] }) => (x.shape.length === 1 ? x : net.add('flatten', id, [x], {})),
};

const reshape: LayerKind = {
  build({ net, id, config, inputs: [x] }) {
    const size = x.shape.reduce((product, d) => product * d, 1);
    const target = config.list('target_shape').map(Number);
    const known = target.reduce((product, d) => (d === -1 ? product : product * d), 1);
    const shape = target.map((d) => (d === -1 ? size / known : d));
    if (shape.join() === x.shape.join()) return x;
    if (shape.length === 1 && shape[0] === size) return net.add('flatten', id, [x], {});
    const image = averageAsImage(net, id, x, shape);
    if (image !== undefined) return image;
    // Factors of channels, which the product takes as they are.
    if (x.shape.length === 1 && shape.join() === [1, 1, size].join()) return x;
    refuse(
      `It makes [${target.join(', ')}] of [${x.shape.join(', ')}]; only flattening can be run.`,
      'Build the model with Flatten.',
    );
  },
};

/** Two activations of one shape, or an image and one number for each of its channels. */
const multiply: LayerKind = {
  build({ net, id, inputs }) {
    if (inputs.length !== 2)
      refuse(`It multiplies ${inputs.length} activations; two at a time can be run.`, 'Multiply them in pairs.');
    return net.add('mul', id, inputs, {});
  },
};

const upSampling2d: LayerKind = {
  check(config) {
    checkFormat(config);
    if (config.text('interpolation', 'nearest') !== 'nearest')
      refuse('It enlarges images by interpolation.', 'Build the model with interpolation="nearest".');
  },
  build: ({ net, id, config, inputs: [x] }) => net.add('upsample', id, [x], { scale: config.pair('size', [2, 2]) }),
};

const concatenate: LayerKind = {
  build({ net, id, config, inputs }) {
    const axis = config.number('axis', -1);
    if (axis !== -1 && axis !== inputs[0].shape.length)
      refuse(`It joins along axis ${axis}, not the channels.`, 'Build the model with axis=-1.');
    return net.add('concat', id, inputs, {});
  },
};

const input: LayerKind = {
  build({ net, id, config }) {
    const [, ...shape] = (['batch_shape', 'batch_input_shape', 'shape'] as const)
      .map((key) => (key === 'shape' ? [null, ...config.list(key)] : config.list(key)))
      .find((given) => given.length > 1) ?? [null];
    if (shape.length === 0)
      refuse('The model does not say what it reads.', 'Begin it with keras.Input((height, width, channels)).');
    if (shape.length !== 3)
      refuse(
        `It reads [${shape.join(', ')}]; images [height, width, channels] are what the page can feed.`,
        'Save a model that reads them.',
      );
    if (!shape.every((d): d is number => Number.isInteger(d) && (d as number) >= 1))
      refuse(
        `Its size [${shape.map((d) => d ?? 'any').join(', ')}] is not fixed.`,
        'Build the model for one size, e.g. (32, 32, 3).',
      );
    const [h, w, c] = shape;
    if (h * w * c > 2 ** 22)
      refuse(`Images of ${shape.join(' x ')} do not fit this page.`, 'Build the model for smaller ones.');
    return net.add('input', id, [], { shape: [h, w, c] });
  },
};

const rescaling: LayerKind = {
  build: ({ net, id, config, inputs: [x] }) =>
    net.scaling(id, x, config.numbers('scale', 1), config.numbers('offset', 0)),
};

/** `(x - mean) / max(sqrt(variance), 1e-7)`. */
const normalization: LayerKind = {
  check(config) {
    if (config.flag('invert', false)) refuse('It undoes a normalization.', 'Save the model without it.');
  },
  parts: (config) => (config.get('mean') === undefined ? ['mean', 'variance', 'count'] : []),
  build({ net, id, config, inputs: [x], weights }) {
    const [mean, variance] =
      weights.length > 0
        ? weights.map(({ values }) => [...values])
        : [config.numbers('mean', 0), config.numbers('variance', 1)];
    const scale = variance.map((v) => 1 / Math.max(Math.sqrt(v), 1e-7));
    const offset = scale.map((s, c) => -s * mean[mean.length === 1 ? 0 : c]);
    return net.scaling(id, x, scale, offset);
  },
};

/** Does nothing in inference, only in training. */
const trainingOnly: LayerKind = {
  build({ net, id, inputs: [x] }) {
    net.notes.add(`"${id}" was left out: it acts only in training.`);
    return x;
  },
};

const same: LayerKind = { build: ({ inputs: [x] }) => x };

/** By class name. */
export const LAYERS: ReadonlyMap<string, LayerKind> = new Map([
  ['InputLayer', input],
  ['Conv2D', conv2d],
  ['DepthwiseConv2D', depthwiseConv2d],
  ['SeparableConv2D', separableConv2d],
  ['Dense', dense],
  ...['BatchNormalization', 'BatchNormalizationV1', 'BatchNormalizationV2', 'SyncBatchNormalization'].map(
    (name) => [name, batchNormalization] as const,
  ),
  ...qkerasLayers(batchNormalization),
  ['Activation', activation],
  ['ReLU', relu],
  ['LeakyReLU', leakyRelu],
  ['ELU', elu],
  ['PReLU', prelu],
  ['Softmax', softmax],
  ['Add', { build: ({ net, id, inputs }) => net.add('add', id, inputs, {}) }],
  ['Multiply', multiply],
  ['Concatenate', concatenate],
  ['MaxPooling2D', pool('maxPool')],
  ['AveragePooling2D', pool('avgPool')],
  ['GlobalAveragePooling2D', globalAverage],
  ['GlobalMaxPooling2D', globalMax],
  ['ZeroPadding2D', zeroPadding2d],
  ['UpSampling2D', upSampling2d],
  ['Flatten', flatten],
  ['Reshape', reshape],
  ['Rescaling', rescaling],
  ['Normalization', normalization],
  ['Identity', same],
  // Observes the range of the image in quantization-aware training.
  ['QuantizeLayer', same],
  ...[
    ...['Dropout', 'SpatialDropout2D', 'AlphaDropout', 'GaussianDropout', 'GaussianNoise', 'ActivityRegularization'],
    ...['RandomFlip', 'RandomRotation', 'RandomZoom', 'RandomTranslation', 'RandomContrast', 'RandomBrightness'],
    ...['RandomShear', 'RandomColorJitter', 'RandomHue', 'RandomSaturation', 'RandomErasing', 'RandomGaussianBlur'],
  ].map((name) => [name, trainingOnly] as const),
]);

const SCALE_BY_LAYER = 'Scale images by a Rescaling or Normalization layer instead, and save the model again.';

const FAMILIES: readonly (readonly [RegExp, why: string, next: string])[] = [
  [
    /^Lambda$/,
    'It is a Python function, which is never run here.',
    'Use layers of Keras instead, and save the model again.',
  ],
  [
    /^TFOpLambda$|^TensorFlowOpLayer$|^SlicingOpLambda$/,
    'It is an operation of TensorFlow used as a layer, which is not read here.',
    SCALE_BY_LAYER,
  ],
  [
    /^(TrueDivide|Divide|Subtract|Power|Negative)$/,
    'It is arithmetic that is used as a layer; the sum of two branches and a scaling of the image can be run.',
    SCALE_BY_LAYER,
  ],
  [
    /^(Dot|Maximum|Minimum|Average)$/,
    'It combines two activations; of these, sums (Add) and products (Multiply) can be run.',
    'Build the network with it.',
  ],
  [
    /^Q([A-Z]\w*)?(Conv|Dense|Activation|BatchNorm|Depthwise|Separable|Adaptive|Average|Pool|Simple)\w*$/,
    'It is a layer of QKeras that is not read: QConv2D, QDepthwiseConv2D, QDense, QActivation and QBatchNormalization are.',
    'Convert the model with qonnx.converters.from_keras, and drop the ONNX file.',
  ],
  [
    /^(Resizing|CenterCrop|RandomCrop)$/,
    'It changes the size of images.',
    'Resize them before they come in, and save the model without it.',
  ],
  [/ReLU$/, 'There is no such activation here.', 'Train the network with ReLU, LeakyReLU or PReLU.'],
  [
    /1D|3D|RNN|LSTM|GRU|Embedding|Attention/,
    'Only networks for images are run here.',
    'Choose one of Conv2D and Dense layers.',
  ],
  [/Transpose|Cropping/, 'Only networks that classify images are run here.', 'Save the part that does.'],
];

/** @throws Refusal for an unsupported class of layers. */
export function checkClass(className: string): void {
  if (LAYERS.has(className)) return;
  const [, why, next] = FAMILIES.find(([pattern]) => pattern.test(className)) ?? [
    undefined,
    'There is no such layer here.',
    'Build it of layers that Keras has, or export the network as ONNX (tf2onnx).',
  ];
  refuse(why, next);
}
