// Keras activations: layers of their own, functions named in a layer's configuration, and layers given in their place.
import type { GraphBuilder, Value } from '../graphBuilder';
import { refuse } from '../refusal';
import type { Config } from './config';
import type { LayerKind } from './layerKind';

type Activation = 'linear' | 'relu' | 'relu6' | 'softmax' | 'log_softmax';

/** Functions by their names in Keras and TF.js. */
const FUNCTIONS: ReadonlyMap<string, Activation> = new Map([
  ...(['linear', 'relu', 'relu6', 'softmax', 'log_softmax'] as const).map((name) => [name, name] as const),
  ['logSoftmax', 'log_softmax'],
]);

const WITH_RELU = 'Train the network with ReLU() or ReLU(6).';

/** @throws Refusal */
function reluOf(config: Config): Activation {
  const max = config.get('max_value') === undefined ? undefined : config.number('max_value', 6);
  if (config.numbers('negative_slope', 0)[0] !== 0) refuse('It lets a share of negative numbers through.', WITH_RELU);
  if (config.number('threshold', 0) !== 0) refuse('Its threshold is not 0.', WITH_RELU);
  if (max !== undefined && max !== 6) refuse(`It ends at ${max}; without end and 6 can be run.`, WITH_RELU);
  return max === undefined ? 'relu' : 'relu6';
}

/** @throws Refusal */
function softmaxOf(config: Config, rank?: number): Activation {
  const axes = config.numbers('axis', -1);
  if (axes.length !== 1 || (axes[0] !== -1 && axes[0] !== rank))
    refuse(`It is over axis ${axes.join(', ')}, not the classes.`, 'Build the model with axis=-1.');
  return 'softmax';
}

/** The activation named by a configuration, or given as a layer. @throws Refusal for an unsupported one. */
export function activationOf(config: Config): Activation {
  const { name, inner } = config.functionOf('activation', 'linear');
  if (inner !== undefined) {
    if (name === 'ReLU') return reluOf(inner);
    if (name === 'Softmax') return softmaxOf(inner);
    // In quantization-aware training, the activation inside rounds too.
    if (name === 'Activation' || name === 'QuantizeAwareActivation') return activationOf(inner);
    if (name === 'Identity' || name === 'NoOpActivation') return 'linear';
  }
  return (
    FUNCTIONS.get(name) ??
    refuse(
      `Its activation is "${name}"; relu, relu6, softmax and log_softmax can be run.`,
      'Train the network with one of them.',
    )
  );
}

/** Adds an activation under a name. */
export function addActivation(net: GraphBuilder, name: string, activation: Activation, x: Value): Value {
  if (activation === 'linear') return x;
  return activation === 'log_softmax' ? net.logSoftmax(name, x) : net.add(activation, name, [x], {});
}

/** The layer Activation. */
export const activation: LayerKind = {
  check: activationOf,
  build: ({ net, id, config, inputs: [x] }) => addActivation(net, id, activationOf(config), x),
};

export const relu: LayerKind = {
  check: reluOf,
  build: ({ net, id, config, inputs: [x] }) => addActivation(net, id, reluOf(config), x),
};

export const softmax: LayerKind = {
  build: ({ net, id, config, inputs: [x] }) => addActivation(net, id, softmaxOf(config, x.shape.length), x),
};
