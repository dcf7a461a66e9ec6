// Layers: CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED.
import { refuse } from '../refusal';
import { transposed } from './constants';
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
  tensorOf,
  windowOf,
} from './context';

/** The weights with an axis order; codes are kept if their scales are along the axis `channels` of the result. */
function kernelOf(context: OperationContext, order: readonly number[], channels: number) {
  const stored = needed(context, 1, 'kernel');
  if (stored.shape.length !== order.length)
    refuse(`Its kernel is [${stored.shape.join(', ')}].`, 'Choose a network for images.');
  const { coded, ...kernel } = transposed(stored, order);
  const fits = coded !== undefined && (coded.scales.length === 1 || coded.axis === channels);
  return { kernel, coded: fits ? coded : undefined, bits: coded?.bits };
}

function biasOf(context: OperationContext, length: number) {
  const bias = constant(context, 2);
  if (bias === undefined && context.operation.inputs[2] !== undefined)
    refuse('Its bias is not stored in the file.', SIMPLER);
  if (bias !== undefined && bias.values.length !== length)
    refuse(`It has ${bias.values.length} offsets for ${length} channels.`, 'Convert the network again.');
  return bias && { shape: [length], values: bias.values };
}

export const conv2d: Convert = (context) => {
  const { net, roundings } = context;
  const x = activation(context);
  const { kernel, coded, bits } = kernelOf(context, [1, 2, 3, 0], 3);
  const [kh, kw, inside, filters] = kernel.shape;
  const groups = (x.shape.at(-1) as number) / inside;
  if (!Number.isInteger(groups))
    refuse(`Its filters read ${inside} of ${x.shape.at(-1)} channels.`, 'Convert the network again.');
  const bias = biasOf(context, filters);
  const grouped = groups > 1 ? { groups } : {};
  const attributes = { ...windowOf(context, x, [kh, kw]), filters, ...grouped, bias: bias !== undefined };
  const layer = net.add('conv2d', nameOf(context, true), [x], attributes, { kernel, ...(bias && { bias }) });
  roundings.layer(layer.id, x, coded, bits);
  return fused(context, layer);
};

export const depthwise: Convert = (context) => {
  const { net, roundings } = context;
  const x = activation(context);
  const channels = x.shape.at(-1) as number;
  const outputs = tensorOf(context, 1)?.shape[3] ?? 0;
  // Several filters on each channel are a convolution with as many groups as channels.
  const isPlain = outputs !== channels;
  if (outputs % channels !== 0)
    refuse(`It has ${outputs} filters for ${channels} channels.`, 'Convert the network again.');
  const { kernel, coded, bits } = kernelOf(context, isPlain ? [1, 2, 0, 3] : [1, 2, 3, 0], isPlain ? 3 : 2);
  const [kh, kw] = kernel.shape;
  const bias = biasOf(context, outputs);
  const attributes = { ...windowOf(context, x, [kh, kw]), bias: bias !== undefined };
  const parts = { kernel, ...(bias && { bias }) };
  const name = nameOf(context, true);
  const layer = isPlain
    ? net.add(
        'conv2d',
        name,
        [x],
        { ...attributes, filters: outputs, ...(channels > 1 && { groups: channels }) },
        parts,
      )
    : net.add('depthwiseConv2d', name, [x], attributes, parts);
  roundings.layer(layer.id, x, coded, bits);
  return fused(context, layer);
};

export const fullyConnected: Convert = (context) => {
  const { net, roundings } = context;
  const read = activation(context);
  const { kernel, coded, bits } = kernelOf(context, [1, 0], 1);
  const [inside, units] = kernel.shape;
  const name = nameOf(context, true);
  const { id, shape } = flat(context, read, `${name}_flatten`);
  if (shape[0] !== inside) refuse(`It reads ${shape[0]} numbers with weights for ${inside}.`, SIMPLER);
  const bias = biasOf(context, units);
  const layer = net.add(
    'dense',
    name,
    [{ id }],
    { units, bias: bias !== undefined },
    { kernel, ...(bias && { bias }) },
  );
  roundings.layer(layer.id, read, coded, bits);
  return fused(context, layer);
};
