// Layers of QKeras: layers of Keras with quantizers, which are read as the bits and ranges of the layers. Weights are rounded as
// QKeras rounds them while it runs.

import { refuse } from '../refusal';
import { activationOf, addActivation } from './activations';
import { Config } from './config';
import type { LayerContext, LayerKind, LayerValue } from './layerKind';
import { checkQuantizers, quantizedActivation, quantizedWeight } from './quantizers';
import { conv2d, dense, depthwiseConv2d } from './weightedLayers';

/** The configuration with an activation of Keras. */
const withActivation = (config: Config, activation: unknown): Config =>
  new Config({ ...Object.fromEntries(config.entries()), activation }, config.where);

/** @throws Refusal */
function checkActivation(config: Config): void {
  if (quantizedActivation(config) === undefined) activationOf(config);
}

/** The activation of a layer, or the layer QActivation, with its rounding. */
function activated(context: LayerContext, name: string, x: LayerValue): LayerValue {
  const { net, id, config, roundings } = context;
  const rounding = quantizedActivation(config);
  if (rounding === undefined) {
    const activation = activationOf(config);
    return addActivation(context, name === id ? id : `${id}_${activation.op.toLowerCase()}`, activation, x);
  }
  if ('binary' in rounding) return net.add('sign', name, [x], { scale: rounding.binary });
  const value = rounding.rectifies ? net.add('relu', name, [x], {}) : x;
  return roundings.rounded({ ...value, rounded: rounding.codes });
}

/** A layer whose kernel and bias are rounded, and whose activation rounds. */
const quantized = (plain: LayerKind, kernelKey: string): LayerKind => ({
  check(config) {
    plain.check?.(withActivation(config, 'linear'));
    if (config.number('depth_multiplier', 1) !== 1)
      refuse('It rounds several filters per channel.', 'Train the network with depth_multiplier=1.');
    checkQuantizers(config, kernelKey, 'bias_quantizer');
    checkActivation(config);
  },
  parts: (config) => plain.parts?.(config) ?? [],
  build(context) {
    const { config, inputs, weights, id, roundings } = context;
    const [kernel, bias] = weights;
    const { parameter, codes } = quantizedWeight(config, kernelKey, kernel);
    const rounded = bias && quantizedWeight(config, 'bias_quantizer', bias).parameter;
    const layer = plain.build({
      ...context,
      config: withActivation(config, 'linear'),
      weights: rounded ? [parameter, rounded] : [parameter],
    });
    roundings.layer(layer.id, inputs[0], codes);
    return activated(context, `${id}_activation`, layer);
  },
});

const qActivation: LayerKind = {
  check: checkActivation,
  build: (context) => activated(context, context.id, context.inputs[0]),
};

const NORM_QUANTIZERS = ['gamma', 'beta', 'mean', 'variance', 'inverse'].map((part) => `${part}_quantizer`);

/** QBatchNormalization, of which the page rounds no number. */
const withoutQuantizers = (plain: LayerKind): LayerKind => ({
  ...plain,
  build(context) {
    const { net, config, id } = context;
    if (NORM_QUANTIZERS.some((key) => config.get(key) !== undefined))
      net.notes.add(
        `The numbers of the batch norm "${id}" are not rounded here, as QKeras does: predictions may differ.`,
      );
    return plain.build(context);
  },
});

/** By class name; `batchNormalization` is that of Keras. */
export const qkerasLayers = (batchNormalization: LayerKind): readonly (readonly [string, LayerKind])[] => [
  ['QConv2D', quantized(conv2d, 'kernel_quantizer')],
  ['QDepthwiseConv2D', quantized(depthwiseConv2d, 'depthwise_quantizer')],
  ['QDense', quantized(dense, 'kernel_quantizer')],
  ['QActivation', qActivation],
  ['QBatchNormalization', withoutQuantizers(batchNormalization)],
];
