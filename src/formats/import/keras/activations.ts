// Keras activations: layers of their own, functions named in a layer's configuration, and layers given in their place.
import type { NetworkNode } from '../../../graph/network';
import type { Attributes, Value } from '../graphBuilder';
import { refuse } from '../refusal';
import type { Config } from './config';
import type { LayerContext, LayerKind } from './layerKind';

/** One of our nodes, or what depends on its place or on the version of Keras. */
interface Activation {
  readonly op:
    | 'linear'
    | 'log_softmax'
    | 'hardSigmoid'
    | (
        | 'relu'
        | 'relu6'
        | 'leakyRelu'
        | 'elu'
        | 'sigmoid'
        | 'tanh'
        | 'silu'
        | 'hardSwish'
        | 'gelu'
        | 'geluTanh'
        | 'softmax'
      );
  /** Of `leakyRelu` and `elu`. */
  readonly alpha?: number;
}

/** Functions by their names in Keras and TF.js. */
const FUNCTIONS: ReadonlyMap<string, Activation> = new Map<string, Activation>([
  ...(['linear', 'relu', 'relu6', 'softmax', 'sigmoid', 'tanh', 'silu', 'gelu'] as const).map(
    (op) => [op, { op }] as const,
  ),
  ...['log_softmax', 'logSoftmax'].map((name) => [name, { op: 'log_softmax' }] as const),
  ...['hard_sigmoid', 'hardSigmoid'].map((name) => [name, { op: 'hardSigmoid' }] as const),
  ...['hard_silu', 'hard_swish'].map((name) => [name, { op: 'hardSwish' }] as const),
  ['swish', { op: 'silu' }],
  ['gelu_new', { op: 'geluTanh' }],
  ['elu', { op: 'elu', alpha: 1 }],
  ['leaky_relu', { op: 'leakyRelu', alpha: 0.2 }],
]);

const WITH_RELU = 'Train the network with ReLU() or ReLU(6).';

/** @throws Refusal */
function reluOf(config: Config): Activation {
  const max = config.get('max_value') === undefined ? undefined : config.number('max_value', 6);
  const [slope] = config.numbers('negative_slope', 0);
  if (config.number('threshold', 0) !== 0) refuse('Its threshold is not 0.', WITH_RELU);
  if (slope !== 0 && max === undefined) return { op: 'leakyRelu', alpha: slope };
  if (slope !== 0) refuse(`It ends at ${max}, and lets a share of negative numbers through.`, WITH_RELU);
  if (max !== undefined && max !== 6) refuse(`It ends at ${max}; without end and 6 can be run.`, WITH_RELU);
  return { op: max === undefined ? 'relu' : 'relu6' };
}

/** Keras 2 calls the slope alpha. */
const leakyReluOf = (config: Config): Activation => ({
  op: 'leakyRelu',
  alpha: config.number('negative_slope', config.number('alpha', 0.3)),
});

const eluOf = (config: Config): Activation => ({ op: 'elu', alpha: config.number('alpha', 1) });

/** @throws Refusal */
function softmaxOf(config: Config, rank?: number): Activation {
  const axes = config.numbers('axis', -1);
  if (axes.length !== 1 || (axes[0] !== -1 && axes[0] !== rank))
    refuse(`It is over axis ${axes.join(', ')}, not the classes.`, 'Build the model with axis=-1.');
  return { op: 'softmax' };
}

/** The activation named by a configuration, or given as a layer. @throws Refusal for an unsupported one. */
export function activationOf(config: Config): Activation {
  const { name, inner } = config.functionOf('activation', 'linear');
  if (inner !== undefined) {
    if (name === 'ReLU') return reluOf(inner);
    if (name === 'LeakyReLU') return leakyReluOf(inner);
    if (name === 'ELU') return eluOf(inner);
    if (name === 'Softmax') return softmaxOf(inner);
    // In quantization-aware training, the activation inside rounds too.
    if (name === 'Activation' || name === 'QuantizeAwareActivation') return activationOf(inner);
    if (name === 'Identity' || name === 'NoOpActivation') return { op: 'linear' };
  }
  return (
    FUNCTIONS.get(name) ??
    refuse(
      `Its activation is "${name}", which the page does not have.`,
      'Train the network with relu, leaky_relu, elu, silu, gelu, sigmoid or tanh.',
    )
  );
}

/** Adds an activation under a name. */
export function addActivation({ net, isKeras3 }: LayerContext, name: string, activation: Activation, x: Value): Value {
  const { op, alpha = 0 } = activation;
  if (op === 'linear') return x;
  if (op === 'log_softmax') return net.logSoftmax(name, x);
  // Keras 3 changed its slope to PyTorch's.
  if (op === 'hardSigmoid') return net.add(op, name, [x], { alpha: isKeras3 ? 1 / 6 : 0.2, beta: 0.5 });
  const attributes = op === 'leakyRelu' || op === 'elu' ? { alpha } : {};
  return net.add<NetworkNode['op']>(op, name, [x], attributes as Attributes<NetworkNode['op']>);
}

/** A layer that is an activation, `read` from its configuration. */
const layer = (read: (config: Config) => Activation): LayerKind => ({
  check: (config) => void read(config),
  build: (context) => addActivation(context, context.id, read(context.config), context.inputs[0]),
});

export const activation = layer(activationOf);
export const relu = layer(reluOf);
export const leakyRelu = layer(leakyReluOf);
export const elu = layer(eluOf);

export const softmax: LayerKind = {
  build: (context) => {
    const { id, config, inputs } = context;
    return addActivation(context, id, softmaxOf(config, inputs[0].shape.length), inputs[0]);
  },
};

/** A slope for each channel; of images, the same at all positions. */
export const prelu: LayerKind = {
  parts: () => ['alpha'],
  build({ net, id, inputs: [x], weights: [{ shape, values }] }) {
    const channels = x.shape.at(-1) as number;
    if (values.length !== channels)
      refuse(
        `It has a slope for each of [${shape.join(', ')}]; one per channel can be run.`,
        'Build the model with shared_axes=[1, 2].',
      );
    return net.add('prelu', id, [x], {}, { alpha: { shape: [channels], values } });
  },
};
