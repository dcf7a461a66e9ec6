// Reads an ONNX graph in order of computation: evaluates constant nodes, converts the rest to our nodes, and lists
// everything unsupported. Layout: ONNX's [n, c, h, w] becomes [n, h, w, c].
import type { Network } from '../../../graph/network';
import { IMPORT_LIMITS, ImportError, type ModelFile, tooLarge, type Unsupported } from '../importer';
import { Refusal, refuse } from '../refusal';
import { readRoundings } from '../statedRounding';
import { OnnxContext, Unknown, type Value } from './context';
import { contradicts } from './errors';
import { withGelus } from './gelu';
import { inputOf } from './input';
import type { OnnxModel, OnnxNode } from './model';
import { CHECK, WITH_RELU } from './nextSteps';
import { floatAttribute, integerAttribute } from './node';
import { evaluate } from './operator';
import { isKnownDomain, operatorOf, refuseDomain } from './operators';
import { outputsByDepth, softmaxTail } from './outputs';
import { CHANGED, type Converted, isOwn, restoreOwn } from './ownExport';
import { flatten } from './reshaping';
import { readTensor, sizeOf, type Tensor } from './tensor';
import { liveNodes } from './topologicalOrder';

/** Size limit of all computed constants: weights and, once more, their transposes. */
const MAX_FOLDED = 2 * IMPORT_LIMITS.parameters;

/** The constant in a Constant node. */
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
  const floats = node.attributes.get('value_floats') ?? refuse('It holds no numbers.', CHECK);
  return list(floats.floats, true);
}

class GraphReader {
  readonly unsupported: Unsupported[] = [];
  readonly context: OnnxContext;
  private folded = 0;
  /** The nodes from the final softmax to the output. */
  private readonly tail: ReadonlySet<OnnxNode>;

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
    this.context = new OnnxContext(model.file, model.opset, operatorOf, readers, own);
    this.tail = new Set(softmaxTail(model));
  }

  run(): Network | undefined {
    const { context, model } = this;
    const wanted = new Set(this.nodes.flatMap(({ inputs }) => inputs));
    for (const [name, stored] of model.tensors) {
      if (!wanted.has(name)) continue;
      context.values.set(name, { constant: this.counted(readTensor(stored, this.files)) });
      context.origins.set(name, name);
    }
    for (const input of model.inputs)
      if (wanted.has(input.name)) this.read(input.name, 'input', () => this.input(input));
    for (const node of this.nodes) {
      const [first, ...others] = node.outputs;
      const known = this.read(first, node, () => this.convert(node));
      for (const [i, name] of others.entries()) this.read(name, node, () => this.beyondFirst(node, i + 1, known));
    }
    if (this.unsupported.length === 0) this.finish();
    const name = model.file.replace(/^.*\//, '').replace(/\.onnx$/i, '') || 'Network';
    return this.unsupported.length === 0 ? context.net.network(name) : undefined;
  }

  /**
   * Sets a value to the result of `give`; a refusal is recorded, and its dependents become unknown. False for a refusal.
   */
  private read(name: string, node: OnnxNode | 'input' | 'output', give: () => Value): boolean {
    const where = typeof node === 'string' ? `${this.model.file}, node "${name}"` : this.context.where(node);
    this.context.net.begin({ where, gives: name });
    try {
      this.context.values.set(name, give());
      return true;
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Unknown)) throw error;
      this.context.values.set(name, 'unknown');
      if (error instanceof Unknown) return false;
      this.unsupported.push(typeof node === 'string' ? error.of(name, node) : error.of(node.name, opName(node)));
      return false;
    }
  }

  /** A further output with a reader: of most operations, refused. */
  private beyondFirst(node: OnnxNode, output: number, first: boolean): Value {
    const name = node.outputs[output];
    const isRead = first && this.context.readers.has(name);
    const { further } = operatorOf(node.op);
    if (isRead && further && isKnownDomain(node)) return { activation: further(this.context, node, output) };
    if (isRead)
      refuse(
        `Its output "${name}" is used; of such an operation, the page has the first output alone.`,
        'Build the network without the others, and export it again.',
      );
    return 'unknown';
  }

  private input(input: OnnxModel['inputs'][number]): Value {
    const { context } = this;
    if (context.net.nodes.length > 0)
      refuse('It is a second input; the page shows a network one image.', 'Export a network that reads one image.');
    return { activation: inputOf(context, input, this.nodes) };
  }

  private convert(node: OnnxNode): Value {
    const { context, model } = this;
    if (!isKnownDomain(node) || model.functions.has(`:${node.op}`)) {
      if (!model.functions.has(`${node.domain}:${node.op}`)) refuseDomain(node);
      refuse('It is a function that the file brings along.', 'Export with PyTorch 2.5 or newer, or with dynamo=False.');
    }
    if (node.op === 'Constant') return { constant: this.counted(constantOf(node, this.files)) };
    const operator = operatorOf(node.op);
    const { convert, fold, ofShape, quantizesWeights, refusal } = operator;
    const given = node.inputs.map((name) => (name === '' ? undefined : context.values.get(name)));
    const constants = given.map((value) =>
      value !== undefined && value !== 'unknown' && 'constant' in value ? value.constant : undefined,
    );
    // A node with an unknown input is not reported, unless its operation is itself unsupported.
    if (given.includes('unknown') && (convert ?? fold ?? ofShape)) throw new Unknown();
    const [first] = given;
    if (ofShape && first !== undefined && first !== 'unknown')
      return { constant: ofShape('constant' in first ? first.constant.dims : first.activation.dims, node) };
    if (fold && constants.some(Boolean) && constants.every((x, i) => x || given[i] === undefined)) {
      const all = node.inputs.map((_, i) => context.constant(node, i));
      const value = node.op === 'ConstantOfShape' ? node.attributes.get('value')?.tensor : undefined;
      const origin = node.inputs.map((name) => context.origins.get(name)).find((name) => name !== undefined);
      if (origin !== undefined) context.origins.set(node.outputs[0], origin);
      if (quantizesWeights) context.net.notes.add(QUANTIZED);
      const inputs = value === undefined ? all : [...all, readTensor(value, this.files)];
      return { constant: this.counted(evaluate(node, fold, operator, inputs)) };
    }
    const atEnd = this.tail.has(node);
    if (atEnd && operator.afterSoftmax === 'left out') {
      if (quantizesWeights) context.net.notes.add('The rounding of the probabilities was left out with it.');
      return { activation: context.activation(node) };
    }
    return { activation: convert ? convert(context, node, atEnd) : refuse(...refusal) };
  }

  private counted(tensor: Tensor): Tensor {
    this.folded += tensor.values.length;
    if (this.folded > MAX_FOLDED)
      tooLarge(this.model.file, 'The file holds or computes too many constants.', `${MAX_FOLDED} numbers of them`);
    return tensor;
  }

  /** The last activation must be one number per class, in the file's order. */
  private finish(): void {
    const { context, model } = this;
    const [name] = model.outputs;
    this.read(name, 'output', () => {
      const value = context.values.get(name) ?? contradicts(model.file, `Nothing gives the output "${name}".`);
      if (value === 'unknown' || 'constant' in value)
        refuse('It does not depend on the image.', 'Export the output that holds the classes.');
      const { activation } = value;
      const { dims, axes, order } = activation;
      if (activation.codes !== undefined)
        refuse('It is quantized codes.', 'Export the network up to its last DequantizeLinear.');
      if (activation.atMost !== undefined)
        refuse(`It ends at ${activation.atMost}, which the page does not have.`, WITH_RELU);
      if (order !== undefined || dims.slice(1).filter((d) => d !== 1).length > 1)
        refuse(
          `It is an image [${dims.join(', ')}], not one number a class.`,
          'End the network in a pooling, Flatten or Gemm, and export it again.',
        );
      if (axes === undefined) return value;
      const node = {
        name: 'flatten',
        op: 'Flatten',
        domain: '',
        inputs: [name],
        outputs: [name],
        attributes: new Map(),
      };
      return { activation: flatten(context, node, activation, [dims[0], sizeOf(dims.slice(1))]) };
    });
  }
}

/** An operation with its domain, unless that is ONNX's own. */
const opName = ({ op, domain }: OnnxNode): string => (domain === '' ? op : `${domain}.${op}`);

const quotedList = (names: readonly string[]): string =>
  `${names
    .slice(0, 5)
    .map((name) => `"${name}"`)
    .join(', ')}${names.length > 5 ? ', …' : ''}`;

/** Count of each operation. */
export function countOperations(model: OnnxModel): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const node of model.nodes) counts.set(opName(node), (counts.get(opName(node)) ?? 0) + 1);
  return counts;
}

const QUANTIZED = 'The file is already quantized: its weights are codes, which were multiplied with their scales.';

const ROUNDS =
  'The file rounds activations (QuantizeLinear, DequantizeLinear, Quant, Round), also where no layer reads them. That was ' +
  'left out, with the clipping at the end of their ranges: in float its predictions may differ a little from the file.';

/** A file exported by the page; undefined if its nodes do not match its statements. */
function convertOwn(model: OnnxModel, files: readonly ModelFile[], nodes: readonly OnnxNode[]): Converted | undefined {
  const reader = new GraphReader(model, files, nodes, true);
  const network = reader.run();
  return network && restoreOwn(network, reader.context.roundings.layers, model.metadata);
}

/**
 * Converts the part of a graph behind its first output. `files` are the model and its data files.
 * @throws ImportError for a graph that contradicts itself or is too large.
 */
export function convert(given: OnnxModel, files: readonly ModelFile[]): Converted {
  if (given.opset < 7)
    throw new ImportError({
      what: `The file is of opset ${given.opset}.`,
      where: given.file,
      why: 'Before opset 7, the operations of ONNX meant other things.',
      next: 'Export it again with opset 17.',
    });
  const model = withGelus(given, files);
  const own = isOwn(model.metadata) ? convertOwn(model, files, liveNodes(model)) : undefined;
  if (own !== undefined) return own;
  const attempts = outputsByDepth(model).map((output) => ({ ...model, outputs: [output] }));
  let first: Converted | undefined;
  for (const attempt of attempts) {
    const converted = convertForeign(attempt, model.outputs, files);
    if (converted.network !== undefined) return converted;
    first ??= converted;
  }
  return first as Converted;
}

/** Converts what `model`, which has one output left of those that are `outputs`, computes. */
function convertForeign(model: OnnxModel, outputs: readonly string[], files: readonly ModelFile[]): Converted {
  const nodes = liveNodes(model);
  const reader = new GraphReader(model, files, nodes, false);
  const network = reader.run();
  const { unsupported, context } = reader;
  const more: string[] = [];
  if (outputs.length > 1)
    more.push(`Of the file's ${outputs.length} outputs (${quotedList(outputs)}), "${model.outputs[0]}" is used.`);
  const left = model.nodes.length - nodes.length;
  if (left > 0)
    more.push(
      `${left} node${left === 1 ? '' : 's'} that the output does not need ${left === 1 ? 'was' : 'were'} left out.`,
    );
  if (isOwn(model.metadata)) more.push(CHANGED);
  const notes = [...more, ...context.net.notes];
  if (network === undefined) return { notes, unsupported };
  const read = readRoundings(network, context.roundings.layers);
  if (context.roundings.others > 0) notes.push(ROUNDS);
  if (read === undefined) return { network, unsupported, notes };
  return { network: read.network, unsupported, notes: [...notes, ...read.notes], setting: read.setting };
}
