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
import { LayersModel } from './layersModel';
import { addActivation } from './tfjsActivations';

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
  const spread = spreadOut(node, { shape, values });
  const [kernelSize, dilationRate] = [spread.shape.slice(0, 2), spread.dilations];
  const window = {
    ...CONVOLUTION,
    kernel_size: kernelSize,
    dilation_rate: dilationRate,
    strides: node.strides,
    ...shared,
  };
  if (node.op === 'depthwiseConv2d')
    return model.add(
      'DepthwiseConv2D',
      node.id,
      [x],
      { ...window, depth_multiplier: 1 },
      { ...weights, depthwise_kernel: spread },
    );
  const full = node.groups === undefined ? spread : withoutGroups(spread, node.groups);
  return model.add('Conv2D', node.id, [x], { ...window, filters: node.filters }, { ...weights, kernel: full });
}

/**
 * A kernel for layers without dilation, whose zeros between the taps are part of it: Keras has no strides along with
 * dilation, and TF.js ignores the dilation of depthwise layers.
 */
function spreadOut(
  { op, strides, dilations = [1, 1] }: Exclude<RoundedLayer['node'], { op: 'dense' }>,
  kernel: Pick<RoundedLayer, 'shape' | 'values'>,
) {
  const isPlain = op === 'conv2d' && strides[0] * strides[1] === 1;
  if (isPlain || dilations[0] * dilations[1] === 1) return { ...kernel, dilations };
  const [kh, kw, inputs, outputs] = kernel.shape;
  const [height, width] = [(kh - 1) * dilations[0] + 1, (kw - 1) * dilations[1] + 1];
  const values = new Float32Array(height * width * inputs * outputs);
  for (let tap = 0, each = inputs * outputs; tap < kh * kw; tap++) {
    const place = Math.floor(tap / kw) * dilations[0] * width + (tap % kw) * dilations[1];
    values.set(kernel.values.subarray(tap * each, (tap + 1) * each), place * each);
  }
  return { shape: [height, width, inputs, outputs], values, dilations: [1, 1] };
}

/** The kernel of one group that computes the same: zeros for the channels of other groups. */
function withoutGroups({ shape, values }: Pick<RoundedLayer, 'shape' | 'values'>, groups: number) {
  const [kh, kw, inputs, outputs] = shape;
  const all = new Float32Array(values.length * groups);
  values.forEach((v, i) => {
    const [row, o] = [Math.floor(i / outputs), i % outputs];
    const [tap, input] = [Math.floor(row / inputs), row % inputs];
    all[(tap * inputs * groups + Math.floor((o * groups) / outputs) * inputs + input) * outputs + o] = v;
  });
  return { shape: [kh, kw, inputs * groups, outputs], values: all };
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

/**
 * Channels at other places: a 1x1 convolution whose result has channel `from(i)` of the `channels` at i, or zeros where
 * there is none.
 */
function moveChannels(
  model: LayersModel,
  id: string,
  input: string,
  channels: number,
  filters: number,
  from: (i: number) => number,
) {
  const values = new Float32Array(channels * filters);
  for (let i = 0; i < filters; i++) if (from(i) >= 0 && from(i) < channels) values[from(i) * filters + i] = 1;
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
  shapes: ReadonlyMap<string, ActivationShape>,
): string {
  const [input] = inputs;
  const shape = shapes.get(node.inputs[0] ?? node.id) as ActivationShape;
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
    case 'add':
      return model.add('Add', node.id, inputs, {});
    case 'mul': {
      const rankOf = (id: string) => (shapes.get(id) as ActivationShape).length;
      const factors = inputs.map((factor, i) => {
        const isList = rankOf(node.id) === 3 && rankOf(node.inputs[i]) === 1;
        const targetShape = [1, 1, (shapes.get(node.inputs[i]) as ActivationShape)[0]];
        return isList ? model.add('Reshape', `${node.id}.gate`, [factor], { target_shape: targetShape }) : factor;
      });
      return model.add('Multiply', node.id, factors, {});
    }
    case 'channelSlice':
      return moveChannels(model, node.id, input, channels, node.to - node.from, (i) => node.from + i);
    case 'channelShuffle': {
      const { groups } = node;
      const from = (i: number) => (i % groups) * (channels / groups) + Math.floor(i / groups);
      return moveChannels(model, node.id, input, channels, channels, from);
    }
    case 'upsample': {
      const how = { size: node.scale, data_format: 'channels_last', interpolation: 'nearest' };
      return model.add('UpSampling2D', node.id, [input], how);
    }
    case 'concat':
      return model.add('Concatenate', node.id, inputs, { axis: -1 });
    case 'pad': {
      const [before, after] = node.channels;
      const all = before + channels + after;
      const wide = () => moveChannels(model, `${node.id}.channels`, input, channels, all, (i) => i - before);
      const x = before + after === 0 ? input : wide();
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
      return addActivation(model, node, network.parameters, input, shape);
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
    const name = folded.has(node.id)
      ? inputs[0]
      : layer
        ? addLayer(model, layer, inputs[0])
        : addNode(model, context, node, inputs, shapes);
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
