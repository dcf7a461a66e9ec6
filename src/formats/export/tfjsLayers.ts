// A TensorFlow.js LayersModel (`model.json`, `weights.bin`) of the dequantized network: kernels have the values of
// their codes, in float32, and batch norms are folded. For pages that use `tf.loadLayersModel`. These layers cannot
// round activations, which stay float, as the model's notes say. Operations that Keras has no layer for become
// equivalent convolutions: dropped pixels (`subsample`), added channels (`pad`).
import { foldableBatchNorms } from '../../graph/folding';
import {
  type ActivationShape,
  type NetworkNode,
  type Padding,
  type PoolNode,
  parameterName,
} from '../../graph/network';
import { FLOAT } from '../../graph/policy';
import { inferShapes } from '../../graph/shapes';
import { type RoundedLayer, roundedLayers } from '../../rounding/layers';
import { type ExportContext, ExportError, type ExportedFile, facts, runningPart } from './context';

interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const none = ([top, bottom, left, right]: Padding) => top + bottom + left + right === 0;

/** True for Keras' padding `same`. */
function isSame({ size, strides, padding }: PoolNode, [h, w]: ActivationShape): boolean {
  const before = [padding[0], padding[2]];
  const after = [padding[1], padding[3]];
  return [h, w as number].every((length, axis) => {
    const total = Math.max(0, (Math.ceil(length / strides[axis]) - 1) * strides[axis] + size[axis] - length);
    return before[axis] === Math.floor(total / 2) && after[axis] === Math.ceil(total / 2);
  });
}

/** Collects layers and weights. */
class LayersModel {
  readonly layers: unknown[] = [];
  readonly weights: Weight[] = [];
  private readonly names = new Set<string>();

  /** Adds a layer and returns its name, `wanted` or with a number appended if that is taken. */
  add(
    kind: string,
    wanted: string,
    inputs: readonly string[],
    config: object,
    weights: Readonly<Record<string, Omit<Weight, 'name'>>> = {},
  ): string {
    let name = wanted;
    for (let i = 2; this.names.has(name); i++) name = `${wanted}_${i}`;
    this.names.add(name);
    this.layers.push({
      class_name: kind,
      name,
      config: { name, trainable: true, ...config },
      inbound_nodes: inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])],
    });
    for (const [part, weight] of Object.entries(weights)) this.weights.push({ name: `${name}/${part}`, ...weight });
    return name;
  }

  padded(wanted: string, input: string, [top, bottom, left, right]: Padding): string {
    const padding = [
      [top, bottom],
      [left, right],
    ];
    return this.add('ZeroPadding2D', wanted, [input], { padding, data_format: 'channels_last' });
  }
}

const CONVOLUTION = { padding: 'valid', data_format: 'channels_last', dilation_rate: [1, 1], activation: 'linear' };

function addLayer(model: LayersModel, { node, shape, values, bias }: RoundedLayer, input: string): string {
  const weights = {
    [node.op === 'depthwiseConv2d' ? 'depthwise_kernel' : 'kernel']: { shape, values },
    ...(bias && { bias: { shape: [bias.length], values: bias } }),
  };
  const shared = { use_bias: bias !== undefined };
  if (node.op === 'dense')
    return model.add('Dense', node.id, [input], { units: node.units, activation: 'linear', ...shared }, weights);
  const x = none(node.padding) ? input : model.padded(`${node.id}.pad`, input, node.padding);
  const window = { ...CONVOLUTION, kernel_size: node.size, strides: node.strides, ...shared };
  return node.op === 'conv2d'
    ? model.add('Conv2D', node.id, [x], { ...window, filters: node.filters }, weights)
    : model.add('DepthwiseConv2D', node.id, [x], { ...window, depth_multiplier: 1 }, weights);
}

function addPool(model: LayersModel, node: PoolNode, input: string, shape: ActivationShape): string {
  const kind = node.op === 'maxPool' ? 'MaxPooling2D' : 'AveragePooling2D';
  const window = { pool_size: node.size, strides: node.strides, data_format: 'channels_last' };
  if (none(node.padding)) return model.add(kind, node.id, [input], { ...window, padding: 'valid' });
  if (node.op === 'avgPool' && node.countPadding === true) {
    const x = model.padded(`${node.id}.pad`, input, node.padding);
    return model.add(kind, node.id, [x], { ...window, padding: 'valid' });
  }
  if (!isSame(node, shape))
    throw new ExportError(
      `"${node.id}" (${node.op}) is padded by [${node.padding.join(', ')}], which Keras' pooling cannot express: it has only its own "same". Export ONNX instead.`,
    );
  return model.add(kind, node.id, [input], { ...window, padding: 'same' });
}

/** Zero channels before and after: a 1x1 convolution that copies each channel to its new place. */
function addChannels(model: LayersModel, id: string, input: string, channels: number, before: number, after: number) {
  const filters = before + channels + after;
  const values = new Float32Array(channels * filters);
  for (let c = 0; c < channels; c++) values[c * filters + before + c] = 1;
  const kernel = { shape: [1, 1, channels, filters], values };
  return model.add(
    'Conv2D',
    id,
    [input],
    { ...CONVOLUTION, filters, kernel_size: [1, 1], strides: [1, 1], use_bias: false },
    { kernel },
  );
}

function addNode(
  model: LayersModel,
  { network }: ExportContext,
  node: NetworkNode,
  inputs: readonly string[],
  shape: ActivationShape,
): string {
  const [input] = inputs;
  const channels = shape[shape.length - 1] as number;
  switch (node.op) {
    case 'input':
      return model.add('InputLayer', node.id, [], { batch_input_shape: [null, ...node.shape], dtype: 'float32' });
    case 'batchNorm': {
      const part = (name: string) => ({
        shape: [channels],
        values: network.parameters.get(parameterName(node.id, name))?.values as Float32Array,
      });
      const config = { axis: -1, epsilon: node.epsilon, momentum: 0.9, center: true, scale: true };
      const weights = {
        gamma: part('gamma'),
        beta: part('beta'),
        moving_mean: part('mean'),
        moving_variance: part('variance'),
      };
      return model.add('BatchNormalization', node.id, [input], config, weights);
    }
    case 'relu':
      return model.add('ReLU', node.id, [input], {});
    case 'relu6':
      return model.add('ReLU', node.id, [input], { max_value: 6 });
    case 'add':
      return model.add('Add', node.id, inputs, {});
    case 'concat':
      return model.add('Concatenate', node.id, inputs, { axis: -1 });
    case 'pad': {
      const [before, after] = node.channels;
      const x =
        before + after === 0 ? input : addChannels(model, `${node.id}.channels`, input, channels, before, after);
      return model.padded(node.id, x, node.padding);
    }
    case 'subsample': {
      const window = {
        ...CONVOLUTION,
        kernel_size: [1, 1],
        strides: node.strides,
        depth_multiplier: 1,
        use_bias: false,
      };
      const ones = { shape: [1, 1, channels, 1], values: new Float32Array(channels).fill(1) };
      return model.add('DepthwiseConv2D', node.id, [input], window, { depthwise_kernel: ones });
    }
    case 'maxPool':
    case 'avgPool':
      return addPool(model, node, input, shape);
    case 'globalAvgPool':
      return model.add('GlobalAveragePooling2D', node.id, [input], { data_format: 'channels_last' });
    case 'flatten':
      return model.add('Flatten', node.id, [input], {});
    case 'softmax':
      return model.add('Softmax', node.id, [input], { axis: -1 });
    default:
      throw new ExportError(`"${node.id}" (${node.op}) is a layer.`);
  }
}

/** Writes `model.json` and, beside it, `weights.bin`. */
export function writeTfjsLayers(whole: ExportContext): readonly [model: ExportedFile, weights: ExportedFile] {
  const context = runningPart(whole);
  const { network, policy, provenance } = context;
  const layers = roundedLayers(context.network, context);
  const shapes = inferShapes(network);
  const folded = new Map([...foldableBatchNorms(network)].map(([layer, { id }]) => [id, layer]));
  const model = new LayersModel();
  const names = new Map<string, string>();
  for (const node of network.nodes) {
    const inputs = node.inputs.map((id) => names.get(id) as string);
    const layer = layers.get(node.id);
    const shape = shapes.get(node.inputs[0] ?? node.id) as ActivationShape;
    const name = folded.has(node.id)
      ? inputs[0]
      : layer
        ? addLayer(model, layer, inputs[0])
        : addNode(model, context, node, inputs, shape);
    names.set(node.id, name);
  }
  const end = (node: NetworkNode) => [[names.get(node.id), 0, 0]];
  const rounds = Object.values(policy).some(({ activations }) => activations !== FLOAT);
  const notes = Object.fromEntries(facts(whole));
  const json = {
    format: 'layers-model',
    generatedBy: `fewbits ${provenance.version}`,
    convertedBy: null,
    modelTopology: {
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
      model_config: {
        class_name: 'Functional',
        config: {
          name: network.name,
          layers: model.layers,
          input_layers: end(network.nodes[0]),
          output_layers: end(network.nodes[network.nodes.length - 1]),
        },
      },
    },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: model.weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
    userDefinedMetadata: {
      ...notes,
      activations: rounds ? 'float here, though the config rounds them: these layers cannot' : 'float',
    },
  };
  const all = new Float32Array(model.weights.reduce((sum, { values }) => sum + values.length, 0));
  model.weights.reduce((at, { values }) => {
    all.set(values, at);
    return at + values.length;
  }, 0);
  return [
    { name: 'model.json', content: JSON.stringify(json) },
    { name: 'weights.bin', content: new Uint8Array(all.buffer) },
  ];
}
