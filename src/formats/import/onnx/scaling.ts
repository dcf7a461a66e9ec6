// What scales and shifts channels: BatchNormalization, and constants that are added or multiplied. In files of the page
// also the scales that stand beside layers that add integers (export/nchw.ts): they are taken back to where they came from.
import { type Conversion, scopeName } from './graphBuilder';
import type { GraphValue } from './graphValue';
import { layerName, parameter, perChannel, vector } from './layers';
import type { OnnxNode } from './model';
import { floatAttribute, integerAttribute, refuse } from './node';
import { sizeOf, type Tensor } from './tensor';

export function batchNormalization(conversion: Conversion, node: OnnxNode): GraphValue {
  const x = conversion.activation(node);
  if (integerAttribute(node, 'training_mode', 0) !== 0) refuse('It is in training mode. Export after model.eval().');
  if (integerAttribute(node, 'spatial', 1) !== 1) refuse('It normalizes every place on its own (spatial = 0).');
  if (x.dims.length > 2 && x.dims[1] === 1 && sizeOf(x.dims.slice(1)) > 1 && x.axes !== 'nchw')
    refuse(`It reads [${x.dims.join(', ')}], whose second axis is not its channels.`);
  if (x.axes !== undefined && x.axes !== 'nchw') refuse('Its second axis is not its channels.');
  const channels = x.dims[1];
  const parts = ['gamma', 'beta', 'mean', 'variance'].map((part, i) => {
    const values = vector(conversion, node, i + 1, channels) ?? refuse(`It has no ${part}.`);
    return [part, parameter(values.map((_, c) => values[x.order?.[c] ?? c]))] as const;
  });
  return conversion.add(
    node,
    layerName(conversion, node, 1),
    { op: 'batchNorm', inputs: [x.id], epsilon: floatAttribute(node, 'epsilon', 1e-5) },
    { dims: x.dims, ...(x.axes !== undefined && { axes: x.axes }), ...(x.order !== undefined && { order: x.order }) },
    Object.fromEntries(parts),
  );
}

/** Operations that round what they read. */
const ROUNDS: ReadonlySet<string> = new Set(['Round', 'QuantizeLinear', 'Quant']);

/**
 * In a file of the page: an activation multiplied by one positive number before it is rounded, which stays to be done, or
 * multiplied back afterwards. Undefined for anything else.
 */
function scaledInput(
  { own, readers }: Conversion,
  { op, outputs }: OnnxNode,
  { factor, ...x }: GraphValue,
  { dims, values: [value] }: Tensor,
): GraphValue | undefined {
  if (!own || op !== 'Mul' || dims.length !== 0 || !(value > 0)) return undefined;
  if (factor !== undefined) return factor * value === 1 ? x : undefined;
  return readers.get(outputs[0])?.every((reader) => ROUNDS.has(reader)) ? { ...x, factor: value } : undefined;
}

/** Add, Sub, Mul and Div with one activation and a constant: a bias, or a batch norm that only scales and shifts. */
export function affine(conversion: Conversion, node: OnnxNode, constantIndex: 0 | 1): GraphValue {
  const index = 1 - constantIndex;
  const { rounded: _, ...read } = conversion.activation(node, index);
  const constant = conversion.weights(node, constantIndex);
  const scaled = scaledInput(conversion, node, read, constant);
  if (scaled !== undefined) return scaled;
  const { factor, ...x } = read;
  const values = perChannel(x, constant);
  if (values === undefined) refuse('Its constant is not one number a channel.');
  if (factor !== undefined) conversion.roundings.multiplied(x.id, values);
  const first = constantIndex === 0; // constant - x, constant / x
  if (first && node.op === 'Div') refuse('It divides by an activation.');
  const sum = node.op === 'Add' || node.op === 'Sub';
  const gamma = values.map((v) =>
    sum ? (first && node.op === 'Sub' ? -1 : 1) : node.op === 'Div' ? 1 / v : v * (factor ?? 1),
  );
  const beta = values.map((v) => (!sum ? 0 : node.op === 'Sub' && !first ? -v : v));
  const { id, ...rest } = x;
  const shift = sum && !(first && node.op === 'Sub');
  if (shift && conversion.addBias(node, index, id, beta)) return x;
  if (![...gamma].every(Number.isFinite)) refuse('It divides by 0.');
  if (conversion.composeScaling(node, index, id, gamma, beta)) return x;
  conversion.notes.add('A constant that is added to or multiplied with every channel became a batch norm.');
  return conversion.add(node, scopeName(node, true), { op: 'batchNorm', inputs: [id], epsilon: 0 }, rest, {
    gamma: parameter(gamma),
    beta: parameter(beta),
    mean: parameter(values.map(() => 0)),
    variance: parameter(values.map(() => 1)),
  });
}
