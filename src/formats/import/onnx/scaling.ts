// Scales and shifts of channels: BatchNormalization, and added or multiplied constants. In the page's own files also the
// scales beside layers that add integers (export/nchw.ts), which are moved back to their origins.
import { refuse } from '../refusal';
import { type OnnxContext, scopeName } from './context';
import type { GraphValue } from './graphValue';
import { layerName, parameter, perChannel, vector } from './layers';
import type { OnnxNode } from './model';
import { CHECK, EXPORT_WITHOUT, NORMALIZE_CHANNELS } from './nextSteps';
import { floatAttribute, integerAttribute } from './node';
import type { Operators } from './operator';
import { sizeOf, type Tensor } from './tensor';

function batchNormalization(context: OnnxContext, node: OnnxNode): GraphValue {
  const x = context.activation(node);
  if (integerAttribute(node, 'training_mode', 0) !== 0) refuse('It is in training mode.', 'Export after model.eval().');
  if (integerAttribute(node, 'spatial', 1) !== 1)
    refuse(
      'It normalizes every place on its own (spatial = 0).',
      'Train the network with a batch norm of channels, and export it again.',
    );
  if (x.dims.length > 2 && x.dims[1] === 1 && sizeOf(x.dims.slice(1)) > 1 && x.axes !== 'nchw')
    refuse(`It reads [${x.dims.join(', ')}], whose second axis is not its channels.`, NORMALIZE_CHANNELS);
  if (x.axes !== undefined && x.axes !== 'nchw') refuse('Its second axis is not its channels.', NORMALIZE_CHANNELS);
  const channels = x.dims[1];
  const parts = ['gamma', 'beta', 'mean', 'variance'].map((part, i) => {
    const values = vector(context, node, i + 1, channels) ?? refuse(`It has no ${part}.`, CHECK);
    return [part, parameter(values.map((_, c) => values[x.order?.[c] ?? c]))] as const;
  });
  return context.add(
    node,
    'batchNorm',
    [x],
    { epsilon: floatAttribute(node, 'epsilon', 1e-5) },
    x,
    Object.fromEntries(parts),
    layerName(context, node, 1),
  );
}

/**
 * In the page's own files: an activation multiplied by one positive number before rounding, which stays pending, or
 * multiplied back afterwards. Undefined for anything else.
 */
function scaledInput(
  { own, readers, traitsOf }: OnnxContext,
  { op, outputs }: OnnxNode,
  { factor, ...x }: GraphValue,
  { dims, values: [value] }: Tensor,
): GraphValue | undefined {
  if (!own || op !== 'Mul' || dims.length !== 0 || !(value > 0)) return undefined;
  if (factor !== undefined) return factor * value === 1 ? x : undefined;
  return readers.get(outputs[0])?.every((reader) => traitsOf(reader).rounds) ? { ...x, factor: value } : undefined;
}

/** Add, Sub, Mul and Div with one activation and a constant: a bias, or a batch norm that only scales and shifts. */
export function affine(context: OnnxContext, node: OnnxNode, constantIndex: 0 | 1): GraphValue {
  const index = 1 - constantIndex;
  const { rounded: _, ...read } = context.activation(node, index);
  const constant = context.weights(node, constantIndex);
  const scaled = scaledInput(context, node, read, constant);
  if (scaled !== undefined) return scaled;
  const { factor, ...x } = read;
  const values = perChannel(x, constant);
  if (values === undefined) refuse('Its constant is not one number a channel.', EXPORT_WITHOUT);
  if (factor !== undefined) context.roundings.multiplied(x.id, values);
  const first = constantIndex === 0; // constant - x, constant / x
  if (first && node.op === 'Div') refuse('It divides by an activation.', EXPORT_WITHOUT);
  const sum = node.op === 'Add' || node.op === 'Sub';
  const gamma = values.map((v) =>
    sum ? (first && node.op === 'Sub' ? -1 : 1) : node.op === 'Div' ? 1 / v : v * (factor ?? 1),
  );
  const beta = values.map((v) => (!sum ? 0 : node.op === 'Sub' && !first ? -v : v));
  const [net, name] = [context.net, node.inputs[index]];
  const shift = sum && !(first && node.op === 'Sub');
  if (shift && net.addBias(x, name, beta)) return x;
  if (![...gamma].every(Number.isFinite))
    refuse('It divides by 0.', 'Look at its constant in the program that made the file, and export the network again.');
  if (net.composeScaling(x, name, gamma, beta)) return x;
  net.notes.add('A constant that is added to or multiplied with every channel became a batch norm.');
  return { ...x, id: net.scaling(scopeName(node, true), x, gamma, beta).id };
}

export const SCALING: Operators = {
  BatchNormalization: { convert: batchNormalization },
};
