// Keras layers with bit widths here: convolutions, depthwise and separable ones, dense layers.
import type { Parameter } from '../../../graph/network';
import type { Value } from '../graphBuilder';
import { activationOf, addActivation } from './activations';
import type { Config } from './config';
import { checkWindow, type LayerContext, type LayerKind, windowOf } from './layerKind';

/** The layer's own activation after its output. */
function activated(context: LayerContext, x: Value): Value {
  const { id, config } = context;
  const activation = activationOf(config);
  return addActivation(context, `${id}_${activation.op.toLowerCase()}`, activation, x);
}

const usesBias = (config: Config): boolean => config.flag('use_bias', true);
const biased = (config: Config, ...kernels: string[]): string[] => (usesBias(config) ? [...kernels, 'bias'] : kernels);

function checkFilters(config: Config): void {
  checkWindow(config);
  activationOf(config);
}

function kernelAndBias([kernel, bias]: readonly Parameter[]): Record<string, Parameter> {
  return bias === undefined ? { kernel } : { kernel, bias };
}

/**
 * A depthwise convolution, with a kernel [kh, kw, c, filters per channel], or [kh, kw, 1, c] as in grouped ones. Several
 * filters on each channel are a convolution with as many groups as channels.
 */
function depthwise(context: LayerContext, id: string, weights: readonly Parameter[], bias: boolean): Value {
  const { net, config, inputs } = context;
  const [x] = inputs;
  const [{ shape, values }, ...rest] = weights;
  const [kh, kw] = shape;
  const channels = x.shape.at(-1) as number;
  const filters = shape[2] * shape[3];
  const window = windowOf(config, x, config.pair('kernel_size', [1, 1]), config.pair('strides', [1, 1]));
  if (filters === channels) {
    const kernel = { shape: [kh, kw, channels, 1], values };
    return net.add('depthwiseConv2d', id, [x], { ...window, bias }, kernelAndBias([kernel, ...rest]));
  }
  const kernel = { shape: [kh, kw, 1, filters], values };
  const attributes = { ...window, filters, groups: channels, bias };
  return net.add('conv2d', id, [x], attributes, kernelAndBias([kernel, ...rest]));
}

export const conv2d: LayerKind = {
  check: checkFilters,
  parts: (config) => biased(config, 'kernel'),
  build(context) {
    const { net, id, config, inputs, weights } = context;
    const [x] = inputs;
    const filters = config.count('filters');
    const groups = config.count('groups', 1);
    const bias = usesBias(config);
    if (groups > 1 && groups === filters && groups === x.shape.at(-1))
      return activated(context, depthwise(context, id, weights, bias));
    const window = windowOf(config, x, config.pair('kernel_size', [1, 1]), config.pair('strides', [1, 1]));
    const grouped = groups > 1 ? { groups } : {};
    return activated(
      context,
      net.add('conv2d', id, [x], { ...window, filters, ...grouped, bias }, kernelAndBias(weights)),
    );
  },
};

export const depthwiseConv2d: LayerKind = {
  check: checkFilters,
  parts: (config) => biased(config, 'depthwise_kernel'),
  build: (context) => activated(context, depthwise(context, context.id, context.weights, usesBias(context.config))),
};

export const separableConv2d: LayerKind = {
  check: checkFilters,
  parts: (config) => biased(config, 'depthwise_kernel', 'pointwise_kernel'),
  build(context) {
    const { net, id, config, weights } = context;
    const deep = depthwise(context, `${id}_depthwise`, weights.slice(0, 1), false);
    const point = { size: [1, 1], strides: [1, 1], padding: [0, 0, 0, 0], bias: usesBias(config) } as const;
    const filters = config.count('filters');
    return activated(
      context,
      net.add('conv2d', `${id}_pointwise`, [deep], { ...point, filters }, kernelAndBias(weights.slice(1))),
    );
  },
};

export const dense: LayerKind = {
  check: (config) => void activationOf(config),
  parts: (config) => biased(config, 'kernel'),
  build(context) {
    const { net, id, config, inputs, weights } = context;
    const [x] = inputs;
    const units = config.count('units');
    const bias = usesBias(config);
    if (x.shape.length === 1)
      return activated(context, net.add('dense', id, [x], { units, bias }, kernelAndBias(weights)));
    // On an image, Keras multiplies the channels at every position: a 1x1 convolution.
    const [kernel, ...rest] = weights;
    const point = { size: [1, 1], strides: [1, 1], padding: [0, 0, 0, 0] } as const;
    const wide = { shape: [1, 1, ...kernel.shape], values: kernel.values };
    return activated(
      context,
      net.add('conv2d', id, [x], { ...point, filters: units, bias }, kernelAndBias([wide, ...rest])),
    );
  },
};
