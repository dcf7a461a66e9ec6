// Reads .tflite files of float32, float16, dynamic-range, int8, int16 and int4 networks. A quantized file brings its bits,
// scales and ranges.
import type { Network } from '../../../graph/network';
import { classifierOf } from '../classifier';
import { GraphBuilder, type Value } from '../graphBuilder';
import type { Inspection, ModelFile, ModelReader, Unsupported } from '../importer';
import { LayerRoundings } from '../layerRounding';
import { Refusal, refuse } from '../refusal';
import { readRoundings } from '../statedRounding';
import { type Constant, roundingOf } from './constants';
import type { Activation } from './context';
import { readModel, type TfliteModel, typeName } from './model';
import { OPERATIONS } from './operations';

/** Reads the first file. */
export const tfliteReader: ModelReader = { read: async ([file]) => inspect(file) };

const NOT_HERE = new Refusal(
  'There is no such operation here.',
  'Build the network without it, or export the network that it was converted from as ONNX.',
);

const QUANTIZED = 'The file is already quantized: its weights are codes, which were multiplied with their scales.';
const ROUNDS =
  'The file also rounds where no layer reads: sums, averages and outputs. That was left out, with the clipping at the ends of ' +
  'their ranges: predictions may differ a little from the file.';

function inspect(file: ModelFile): Inspection {
  const model = readModel(file);
  const operations = new Map<string, number>();
  for (const { op } of model.operations) operations.set(op, (operations.get(op) ?? 0) + 1);
  const card = { format: 'TensorFlow Lite', producer: model.producer, operations };
  const stored = model.tensors.reduce((sum, { shape, data }) => sum + (data ? shape.reduce((p, d) => p * d, 1) : 0), 0);
  const unknown = model.operations
    .filter(({ op }) => !OPERATIONS.has(op))
    .map(({ name, op }): Unsupported => NOT_HERE.of(name, op));
  if (unknown.length > 0) return { ...card, parameters: stored, notes: [], unsupported: unknown };
  const built = build(model);
  if ('why' in built) return { ...card, parameters: stored, notes: [], unsupported: [built] };
  const { network, notes, roundings } = built;
  const parameters = [...network.parameters.values()].reduce((sum, { values }) => sum + values.length, 0);
  const read = readRoundings(network, roundings.layers);
  if (roundings.others > 0) notes.push(ROUNDS);
  const rounded = read && { network: read.network, setting: read.setting, notes: [QUANTIZED, ...notes, ...read.notes] };
  return { ...card, parameters, unsupported: [], ...(rounded ?? { network, notes }) };
}

interface Built {
  readonly network: Network;
  readonly notes: string[];
  readonly roundings: LayerRoundings;
}

function build(model: TfliteModel): Built | Unsupported {
  const { file, tensors } = model;
  const readers = new Map<string, number>();
  for (const { inputs } of model.operations)
    for (const i of inputs) if (i !== undefined) readers.set(tensors[i].name, (readers.get(tensors[i].name) ?? 0) + 1);
  const net = new GraphBuilder(file, (name) => readers.get(name) ?? 0);
  const roundings = new LayerRoundings();
  const activations = new Map<number, Activation>();
  const computed = new Map<number, Constant>();
  let [at, op] = [file, 'graph'];
  try {
    if (model.inputs.length !== 1)
      refuse(
        `It reads ${model.inputs.length} inputs; the page shows a network one image.`,
        'Convert a model of one input.',
      );
    const [input] = model.inputs;
    [at, op] = [tensors[input].name, 'input'];
    activations.set(input, inputOf(model, net, input));
    for (const operation of model.operations) {
      [at, op] = [operation.name, operation.op];
      net.begin({ where: `${file}, operation "${at}"`, gives: at });
      const convert = OPERATIONS.get(op) as NonNullable<ReturnType<typeof OPERATIONS.get>>;
      const further = new Map<number, Value>();
      const value = convert({ net, model, operation, roundings, activations, computed, further });
      if (value === undefined) continue;
      for (const [output, each] of [[operation.outputs[0], value] as const, ...further]) {
        const rounded = roundingOf(tensors[output]);
        activations.set(output, rounded ? roundings.rounded(rectified(net, { ...each, rounded })) : { ...each });
      }
    }
    [at, op] = [tensors[model.outputs[0]]?.name ?? file, 'output'];
    if (model.outputs.length !== 1)
      refuse(
        `The graph has ${model.outputs.length} outputs; one list of classes is needed.`,
        'Convert a model of one output.',
      );
    const output = activations.get(model.outputs[0]);
    if (output === undefined) refuse('It does not depend on the image.', 'Convert the output that holds the classes.');
    const end = output.shape.length === 3 && output.shape[0] * output.shape[1] === 1;
    const last = end ? net.add('flatten', 'flatten', [output], {}) : output;
    const network = classifierOf(net, file.replace(/^.*\//, '').replace(/\.tflite$/i, '') || 'Network', last);
    return { network, notes: [...net.notes], roundings };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.of(at, op);
  }
}

function inputOf({ tensors, file }: TfliteModel, net: GraphBuilder, position: number): Activation {
  const tensor = tensors[position];
  const [batch, h, w, c, ...more] = tensor.shape;
  net.begin({ where: `${file}, input "${tensor.name}"`, gives: tensor.name });
  if (tensor.shape.length !== 4 || more.length > 0 || ![h, w, c].every((d) => d >= 1))
    refuse(
      `It reads [${tensor.shape.join(', ')}]; images [1, height, width, channels] are what the page can feed.`,
      'Convert a model that reads them.',
    );
  if (batch > 1) net.notes.add(`The file is made for ${batch} images at a time; it is run for any number.`);
  if (h * w * c > 2 ** 22)
    refuse(`Images of ${h} x ${w} x ${c} do not fit this page.`, 'Build the model for smaller ones.');
  const rounded = roundingOf(tensor);
  if (tensor.type !== 0 && rounded === undefined)
    refuse(`It reads ${typeName(tensor.type)} without a scale.`, 'Convert the network with float or quantized input.');
  const value = net.add('input', tensor.name.replace(/_int8$|^serving_default_|:0$/g, '') || 'input', [], {
    shape: [h, w, c],
  });
  return rounded ? { ...value, rounded } : value;
}

/** Codes that begin at zero also rectify, where the file leaves a ReLU to them. */
function rectified(net: GraphBuilder, value: Activation): Activation {
  const { zero, low } = value.rounded as NonNullable<Activation['rounded']>;
  if (zero > low || !net.isSigned(value.id) || net.node(value.id).op === 'softmax') return value;
  net.notes.add('Codes of activations that begin at 0 rectify; a ReLU was put in their place.');
  return { ...net.add('relu', `${value.id}_relu`, [value], {}), ...(value.rounded && { rounded: value.rounded }) };
}
