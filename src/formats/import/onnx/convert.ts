// Goes through an ONNX graph in the order of its computation: what is known beforehand is evaluated, the rest becomes our
// nodes, and everything that cannot is listed. Layout: ONNX' [n, c, h, w] becomes [n, h, w, c].
import type { Network } from '../../../graph/network';
import { checkNetwork, NetworkError } from '../../../graph/shapes';
import { IMPORT_LIMITS, ImportError, type ModelFile, type Unsupported } from '../importer';
import { fold, isFoldable, shapeTensor } from './constants';
import { Conversion, Unknown, type Value } from './conversion';
import { converterOf, isKnownDomain, whyNotDomain } from './converters';
import { damaged, tooLarge } from './errors';
import { inputOf } from './input';
import type { OnnxModel, OnnxNode } from './model';
import { flatten } from './moving';
import { floatAttribute, integerAttribute, Refusal, refuse } from './node';
import { liveNodes } from './order';
import { CHANGED, type Converted, isOwn, restoreOwn } from './ownExport';
import { readRoundings } from './roundings';
import { readTensor, sizeOf, type Tensor } from './tensor';

/** Operations that give weights from codes, or round them. */
const isQuantizer = (op: string): boolean => ['DequantizeLinear', 'Quant', 'BipolarQuant'].includes(op);

/** Numbers of all constants that are computed on the way: weights and, once more, their transposes. */
const MAX_FOLDED = 2 * IMPORT_LIMITS.parameters;

/** The constant that a Constant node holds. */
function constantOf(node: OnnxNode, files: readonly ModelFile[]): Tensor {
  const value = node.attributes.get('value')?.tensor;
  if (value !== undefined) return readTensor(value, files);
  const scalar = (number: number, float: boolean): Tensor => ({ dims: [], values: Float64Array.of(number), float });
  const list = (numbers: readonly number[], float: boolean): Tensor => ({
    dims: [numbers.length],
    values: Float64Array.from(numbers),
    float,
  });
  if (node.attributes.has('value_float')) return scalar(floatAttribute(node, 'value_float', 0), true);
  if (node.attributes.has('value_int')) return scalar(integerAttribute(node, 'value_int', 0), false);
  const integers = node.attributes.get('value_ints');
  if (integers !== undefined) return list(integers.integers, false);
  const floats = node.attributes.get('value_floats') ?? refuse('It holds no numbers.');
  return list(floats.floats, true);
}

class Conversions {
  readonly unsupported: Unsupported[] = [];
  readonly conversion: Conversion;
  private folded = 0;

  constructor(
    private readonly model: OnnxModel,
    private readonly files: readonly ModelFile[],
    private readonly nodes: readonly OnnxNode[],
    own: boolean,
  ) {
    const readers = new Map<string, string[]>();
    const read = (name: string, op: string) => {
      const ops = readers.get(name);
      if (ops === undefined) readers.set(name, [op]);
      else ops.push(op);
    };
    for (const { op, inputs } of nodes) for (const name of inputs) read(name, op);
    read(model.outputs[0], 'output');
    this.conversion = new Conversion(model.file, model.opset, readers, own);
  }

  run(): Network | undefined {
    const { conversion, model } = this;
    const wanted = new Set(this.nodes.flatMap(({ inputs }) => inputs));
    for (const [name, stored] of model.tensors) {
      if (!wanted.has(name)) continue;
      conversion.values.set(name, { constant: this.counted(readTensor(stored, this.files)) });
      conversion.origins.set(name, name);
    }
    for (const input of model.inputs)
      if (wanted.has(input.name)) this.read(input.name, 'input', () => this.input(input));
    for (const node of this.nodes) this.read(node.outputs[0], node, () => this.convert(node));
    if (this.unsupported.length === 0) this.finish();
    const name = model.file.replace(/^.*\//, '').replace(/\.onnx$/i, '') || 'Network';
    return this.unsupported.length === 0 ? conversion.network(name) : undefined;
  }

  /** Sets a value to what `give` finds; a refusal is noted, and what depends on it is unknown. */
  private read(name: string, node: OnnxNode | 'input' | 'output', give: () => Value): void {
    try {
      this.conversion.values.set(name, give());
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Unknown)) throw error;
      this.conversion.values.set(name, 'unknown');
      if (error instanceof Unknown) return;
      const what = typeof node === 'string' ? { node: name, op: node } : { node: node.name, op: opName(node) };
      this.unsupported.push({ ...what, why: error.message });
    }
  }

  private input(input: OnnxModel['inputs'][number]): Value {
    const { conversion } = this;
    if (conversion.nodes.length > 0) refuse('It is a second input; the page shows a network one image.');
    return { activation: inputOf(conversion, input, this.nodes) };
  }

  private convert(node: OnnxNode): Value {
    const { conversion, model } = this;
    if (!isKnownDomain(node) || model.functions.has(`:${node.op}`))
      refuse(
        model.functions.has(`${node.domain}:${node.op}`)
          ? 'It is a function that the file brings along. Export with PyTorch 2.5 or newer, or with dynamo=False.'
          : whyNotDomain(node.domain),
      );
    if (node.op === 'Constant') return { constant: this.counted(constantOf(node, this.files)) };
    const given = node.inputs.map((name) => (name === '' ? undefined : conversion.values.get(name)));
    const constants = given.map((value) =>
      value !== undefined && value !== 'unknown' && 'constant' in value ? value.constant : undefined,
    );
    const [first] = given;
    if ((node.op === 'Shape' || node.op === 'Size') && first !== undefined && first !== 'unknown') {
      const { dims } = 'constant' in first ? first.constant : first.activation;
      const shape = shapeTensor(dims, node);
      return { constant: node.op === 'Shape' ? shape : { ...shape, dims: [], values: Float64Array.of(sizeOf(dims)) } };
    }
    if (isFoldable(node.op) && constants.some(Boolean) && constants.every((x, i) => x || given[i] === undefined)) {
      const all = node.inputs.map((_, i) => conversion.constant(node, i));
      const value = node.op === 'ConstantOfShape' ? node.attributes.get('value')?.tensor : undefined;
      const origin = node.inputs.map((name) => conversion.origins.get(name)).find((name) => name !== undefined);
      if (origin !== undefined) conversion.origins.set(node.outputs[0], origin);
      if (isQuantizer(node.op)) conversion.notes.add(QUANTIZED);
      return {
        constant: this.counted(fold(node, value === undefined ? all : [...all, readTensor(value, this.files)])),
      };
    }
    return { activation: converterOf(node.op)(conversion, node, node.outputs[0] === model.outputs[0]) };
  }

  private counted(tensor: Tensor): Tensor {
    this.folded += tensor.values.length;
    if (this.folded > MAX_FOLDED)
      tooLarge(this.model.file, 'The file holds or computes too many constants.', `${MAX_FOLDED} numbers of them`);
    return tensor;
  }

  /** The last activation must be one number a class, in the file's order. */
  private finish(): void {
    const { conversion, model } = this;
    const [name] = model.outputs;
    this.read(name, 'output', () => {
      const value = conversion.values.get(name) ?? damaged(model.file, `Nothing gives the output "${name}".`);
      if (value === 'unknown' || 'constant' in value) refuse('It does not depend on the image.');
      const { activation } = value;
      const { dims, axes, order } = activation;
      if (activation.codes !== undefined) refuse('It is quantized codes.');
      if (order !== undefined || dims.slice(1).filter((d) => d !== 1).length > 1)
        refuse(`It is an image [${dims.join(', ')}], not one number a class.`);
      if (axes === undefined) return value;
      const node = {
        name: 'flatten',
        op: 'Flatten',
        domain: '',
        inputs: [name],
        outputs: [name],
        attributes: new Map(),
      };
      return { activation: flatten(conversion, node, activation, [dims[0], sizeOf(dims.slice(1))]) };
    });
  }
}

/** An operation with its domain, as far as it is not ONNX' own. */
const opName = ({ op, domain }: OnnxNode): string => (domain === '' ? op : `${domain}.${op}`);

/** How often each operation occurs. */
export function countOperations(model: OnnxModel): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const node of model.nodes) counts.set(opName(node), (counts.get(opName(node)) ?? 0) + 1);
  return counts;
}

const QUANTIZED = 'The file is already quantized: its weights are codes, which were multiplied with their scales.';

const ROUNDS =
  'The file rounds activations (QuantizeLinear, DequantizeLinear, Quant, Round), also where no layer reads them. That was ' +
  'left out, with the clipping at the end of their ranges: in float its predictions may differ a little from the file.';

/** A network whose numbers are finite and fit its nodes. */
function checked(network: Network, file: string): Network {
  try {
    checkNetwork(network);
    return network;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    damaged(file, `The network of the file does not fit together: ${error.message}`);
  }
}

/** A file of the page as it was exported; undefined where its nodes are not what it says. */
function convertOwn(model: OnnxModel, files: readonly ModelFile[], nodes: readonly OnnxNode[]): Converted | undefined {
  const conversions = new Conversions(model, files, nodes, true);
  const network = conversions.run();
  return network && restoreOwn(checked(network, model.file), conversions.conversion.roundings.layers, model.metadata);
}

/**
 * Converts the part of a graph that its first output depends on. `files` are the model and the files with its data.
 * @throws ImportError for what is damaged or too large.
 */
export function convert(model: OnnxModel, files: readonly ModelFile[]): Converted {
  if (model.opset < 7)
    throw new ImportError({
      what: `The file is of opset ${model.opset}.`,
      where: model.file,
      why: 'Before opset 7, the operations of ONNX meant other things.',
      next: 'Export it again with opset 17.',
    });
  const nodes = liveNodes(model);
  const own = isOwn(model.metadata) ? convertOwn(model, files, nodes) : undefined;
  if (own !== undefined) return own;
  const conversions = new Conversions(model, files, nodes, false);
  const network = conversions.run();
  const { unsupported, conversion } = conversions;
  const more: string[] = [];
  if (model.outputs.length > 1)
    more.push(`The file has ${model.outputs.length} outputs; the first, "${model.outputs[0]}", is used.`);
  if (nodes.length < model.nodes.length)
    more.push(`${model.nodes.length - nodes.length} nodes that the output does not need were left out.`);
  if (isOwn(model.metadata)) more.push(CHANGED);
  const notes = [...more, ...conversion.notes];
  if (network === undefined) return { notes, unsupported };
  const setting = readRoundings(checked(network, model.file), conversion.roundings.layers);
  if (conversion.roundings.others > 0) notes.push(ROUNDS);
  return {
    network,
    unsupported,
    notes: [...notes, ...(setting?.notes ?? [])],
    ...(setting && { setting: setting.setting }),
  };
}
