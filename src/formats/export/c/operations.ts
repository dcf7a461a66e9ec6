// A network as what a C program does one after the other: batch norms folded, activations and sums done by the convolution
// before them, and results kept as codes where nothing but layers of one grid reads them.
import { readersOfAverages } from '../../../graph/averages';
import { foldableBatchNorms } from '../../../graph/folding';
import {
  type ActivationShape,
  isLayer,
  type LayerNode,
  type NetworkNode,
  type Padding,
  type PoolNode,
} from '../../../graph/network';
import { inferShapes } from '../../../graph/shapes';
import { type QuantScheme, schemeName } from '../../../quant/registry';
import type { UniformGrid } from '../../../quant/uniformGrid';
import { hasOneScale } from '../../../rounding/codedKernel';
import { averageGrid, type IntegerLayer } from '../../../rounding/integerLayer';
import { type RoundedLayer, roundedLayers } from '../../../rounding/layers';
import { type ExportContext, ExportError } from '../context';

export type Activation = 'relu' | 'relu6' | undefined;

/** A layer whose sums are integers. */
export type SummedLayer = RoundedLayer & { readonly integers: IntegerLayer };

/** What an operation does. Inputs and output are named by nodes. */
export type Operation = {
  readonly node: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Shape of the output. */
  readonly shape: ActivationShape;
  readonly activation?: Activation;
} & (
  | { readonly does: 'convolve'; readonly layer: SummedLayer }
  /** The sum of one or two. */
  | { readonly does: 'add' }
  | { readonly does: 'maxPool'; readonly pool: PoolNode }
  | { readonly does: 'average'; readonly grid: UniformGrid }
  /** Pixels `strides` apart to a place `before` rows, columns and channels; zeros elsewhere. */
  | { readonly does: 'copy'; readonly strides: readonly [number, number]; readonly before: readonly number[] }
  /** Channels one after the other. */
  | { readonly does: 'join' }
);

/** Why the sums of a layer are no integers. */
function reason({ bits, input }: RoundedLayer, scheme: QuantScheme): string {
  if (bits.weights > 8) return 'its weights are in float: give it 1 to 8 bits';
  if (!hasOneScale(scheme))
    return `the levels of ${schemeName(scheme)} are not whole multiples of one number per channel: choose symmetric weights`;
  if (input === undefined) return 'it reads floats: give it activations of 2 to 8 bits';
  if (input.quantizer === 'bfp') return 'it reads block floating point: choose uniform activations';
  return 'its sums can exceed 2^24: give it fewer bits';
}

function summed(layer: RoundedLayer, scheme: QuantScheme): SummedLayer {
  const { integers, node } = layer;
  if (integers === undefined)
    throw new ExportError(
      `The C source adds integers, which layer "${node.id}" does not: ${reason(layer, scheme)}. Or export ONNX.`,
    );
  return { ...layer, integers };
}

/** A convolution adds to what is there already, if only a sum reads it whose other term is computed before. */
function withFusedSums(operations: readonly Operation[]): Operation[] {
  const fused = new Map<string, Operation>();
  const known = new Set<string>();
  for (const operation of operations) {
    const readers = operations.filter(({ inputs }) => inputs.includes(operation.output));
    const [sum] = readers;
    const other = sum?.inputs.find((name) => name !== operation.output);
    const fuses =
      operation.does === 'convolve' &&
      operation.activation === undefined &&
      readers.length === 1 &&
      sum.does === 'add' &&
      !fused.has(sum.output) &&
      other !== undefined &&
      known.has(other);
    if (fuses)
      fused.set(sum.output, {
        ...operation,
        inputs: [...operation.inputs, other],
        ...{ output: sum.output, activation: sum.activation },
      });
    known.add(operation.output);
  }
  return operations.flatMap((operation) => {
    const done = [...fused.values()].find(({ node }) => node === operation.node);
    return done ? [done] : operation.does === 'add' && fused.has(operation.output) ? [] : [operation];
  });
}

/** The operations of a network whose skipped branches are removed, and the name of the result. @throws ExportError */
export function operationsOf(context: ExportContext) {
  const { network, scheme, ranges } = context;
  const layers = roundedLayers(network, context);
  const shapes = inferShapes(network);
  const norms = foldableBatchNorms(network);
  const folded = new Set([...norms.values()].map(({ id }) => id));
  const averages = readersOfAverages(network);
  const operations: Operation[] = [];
  /** The name of each node's result. */
  const names = new Map<string, string>();
  const shapeOf = (id: string) => shapes.get(id) as ActivationShape;

  /** The activation that alone reads a node is done with it. */
  function fusing(id: string): { readonly output: string; readonly activation: Activation } {
    const [next, ...others] = network.nodes.filter(({ inputs }) => inputs.includes(id));
    if (others.length > 0 || (next?.op !== 'relu' && next?.op !== 'relu6'))
      return { output: id, activation: undefined };
    names.set(next.id, next.id);
    return { output: next.id, activation: next.op };
  }

  function average(node: NetworkNode, x: string): Operation {
    const [h, w] = shapeOf(node.inputs[0]) as readonly [number, number, number];
    const range = ranges.get(averages.get(node.id) ?? '');
    const grid = range && averageGrid(range, h * w);
    if (grid === undefined)
      throw new ExportError(`The C source averages integers, but no layer reads "${node.id}". Export ONNX instead.`);
    return { does: 'average', node: node.id, inputs: [x], output: node.id, shape: shapeOf(node.id), grid };
  }

  function copy(node: NetworkNode, x: string, strides: readonly [number, number], before: readonly number[]) {
    const own = { node: node.id, inputs: [x], output: node.id, shape: shapeOf(node.id) };
    return { does: 'copy', ...own, strides, before } as const;
  }

  function emit(node: NetworkNode, inputs: readonly string[]): string {
    const [x] = inputs;
    const add = (operation: Operation) => {
      operations.push(operation);
      return operation.output;
    };
    const own = { node: node.id, inputs: [x], output: node.id, shape: shapeOf(node.id) };
    if (isLayer(node)) {
      const layer = summed(layers.get(node.id) as RoundedLayer, scheme);
      return add({ does: 'convolve', ...own, ...fusing(norms.get(node.id)?.id ?? node.id), layer });
    }
    switch (node.op) {
      case 'input':
        return node.id;
      case 'relu':
      case 'relu6':
        return add({ does: 'add', ...own, activation: node.op });
      case 'add': {
        const { output, activation } = fusing(node.id);
        return inputs.slice(1).reduce((sum, term, i) => {
          const isLast = i === inputs.length - 2;
          const result = isLast ? { output, activation } : { output: `${node.id}.sum${i}` };
          return add({ does: 'add', ...own, ...result, inputs: [sum, term] });
        }, x);
      }
      case 'maxPool':
        return add({ does: 'maxPool', ...own, pool: node as PoolNode });
      case 'globalAvgPool':
        return add(average(node, x));
      case 'subsample':
        return add(copy(node, x, node.strides, [0, 0, 0]));
      case 'pad':
        return add(copy(node, x, [1, 1], [node.padding[0], node.padding[2], node.channels[0]]));
      case 'concat':
        return add({ does: 'join', ...own, inputs });
      case 'flatten':
        return x;
      default:
        throw new ExportError(
          `"${node.id}" (${node.op}) is not written as C source, because its results differ in the last bits between programs. Export ONNX instead.`,
        );
    }
  }

  for (const node of network.nodes) {
    if (names.has(node.id)) continue;
    const inputs = node.inputs.map((id) => names.get(id) as string);
    names.set(node.id, folded.has(node.id) ? inputs[0] : emit(node, inputs));
  }
  const name = (node: NetworkNode) => names.get(node.id) as string;
  return {
    operations: withFusedSums(operations),
    ...{ input: name(network.nodes[0]), output: name(network.nodes[network.nodes.length - 1]), shapes },
  };
}

/** A window in numbers: size, steps, and what is left out before the image. */
export function windowOf(node: LayerNode) {
  if (node.op === 'dense')
    return { size: [1, 1], strides: [1, 1], padding: [0, 0, 0, 0] as Padding, dilations: [1, 1] };
  const { size, strides, padding, dilations = [1, 1] } = node;
  return { size, strides, padding, dilations };
}
