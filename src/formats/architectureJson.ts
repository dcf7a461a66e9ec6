// Architectures in files: plain JSON in the form of graph/network.ts, with every field checked on reading.
import type { Architecture, NetworkNode } from '../graph/network';
import { FormatError } from './safetensors';

/** Largest value of a shape, window or stride in a file. */
const LARGEST = 2 ** 20;
const MAX_NODES = 5_000;

type Check = (value: unknown) => boolean;

const whole =
  (least: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= LARGEST;
const list =
  (length: number, check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length === length && value.every(check);
const flag: Check = (value) => typeof value === 'boolean';
const finite: Check = (value) => typeof value === 'number' && Number.isFinite(value);

const window = { size: list(2, whole(1)), strides: list(2, whole(1)), padding: list(4, whole(0)) };
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const dilated = { ...window, dilations: maybe(list(2, whole(1))) };
const pool = { ...window, countPadding: maybe(flag) };

const ATTRIBUTES: Readonly<Record<NetworkNode['op'], Readonly<Record<string, Check>>>> = {
  input: { shape: list(3, whole(1)) },
  conv2d: { ...dilated, filters: whole(1), groups: maybe(whole(1)), bias: flag },
  depthwiseConv2d: { ...dilated, bias: flag },
  dense: { units: whole(1), bias: flag },
  batchNorm: { epsilon: (value) => finite(value) && (value as number) >= 0 },
  pad: { padding: list(4, whole(0)), channels: list(2, whole(0)) },
  subsample: { strides: list(2, whole(1)) },
  channelSlice: { from: whole(0), to: whole(1) },
  channelShuffle: { groups: whole(1) },
  upsample: { scale: list(2, whole(1)) },
  maxPool: pool,
  avgPool: pool,
  relu: {},
  relu6: {},
  leakyRelu: { alpha: finite },
  elu: { alpha: finite },
  hardSigmoid: { alpha: finite, beta: finite },
  prelu: {},
  sign: { scale: finite },
  gelu: {},
  geluTanh: {},
  silu: {},
  hardSwish: {},
  sigmoid: {},
  tanh: {},
  add: {},
  mul: {},
  concat: {},
  globalAvgPool: {},
  flatten: {},
  softmax: {},
};

function parseNode(value: unknown, index: number): NetworkNode {
  const fields = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  const { op, id, inputs } = Object.fromEntries(fields);
  const fault = (problem: string): never => {
    throw new FormatError(`Node ${index} of the file ("${String(id)}") ${problem}; the file is damaged.`);
  };
  if (typeof op !== 'string' || !Object.hasOwn(ATTRIBUTES, op))
    return fault(`has the unknown operation "${String(op)}"`);
  if (typeof id !== 'string' || id === '' || id.length > 1000) return fault('has no name');
  if (!Array.isArray(inputs) || !inputs.every((input) => typeof input === 'string'))
    return fault('has no list of inputs');
  const attributes = new Map(Object.entries(ATTRIBUTES[op as NetworkNode['op']]));
  for (const [name, check] of attributes)
    if (!check(fields.get(name))) fault(`has ${JSON.stringify(fields.get(name))} as its "${name}"`);
  for (const name of fields.keys())
    if (!attributes.has(name) && !['op', 'id', 'inputs'].includes(name))
      fault(`has "${name}", which ${op} does not know`);
  return value as NetworkNode;
}

/**
 * An architecture from parsed JSON `{name, nodes}`. `checkNetwork` checks that its nodes fit together.
 * @throws FormatError naming the faulty node and field.
 */
export function parseArchitecture(value: unknown): Architecture {
  const { name, nodes } = (value ?? {}) as Partial<Architecture>;
  if (typeof name !== 'string' || !Array.isArray(nodes))
    throw new FormatError('The file does not describe its network; it is damaged.');
  if (nodes.length > MAX_NODES) throw new FormatError(`The file has ${nodes.length} nodes; ${MAX_NODES} is the most.`);
  return { name, nodes: nodes.map(parseNode) };
}
