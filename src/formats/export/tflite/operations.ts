// A network as operations of TensorFlow Lite, still without types: batch norms are folded, ReLUs fused, and windows padded
// as TensorFlow pads, or by a PAD before them. What a type needs (grids, codes) is added in model.ts.
import { batchNormLine, foldableBatchNorms } from '../../../graph/folding';
import { type ActivationShape, isLayer, type NetworkNode, type Padding, type PoolNode } from '../../../graph/network';
import { inferShapes } from '../../../graph/shapes';
import { canBeNegative } from '../../../graph/signs';
import type { KernelLayout } from '../../../quant/granularity';
import type { ActivationRounding } from '../../../rounding/activationRounding';
import type { CodedKernel } from '../../../rounding/codedKernel';
import { type RoundedLayer, roundedLayers } from '../../../rounding/layers';
import type { FlatValues } from '../../flatbufferWriter';
import { tensorflowWindow } from '../../import/tensorflowImages';
import { type BUILTIN_OPERATORS, FUSED, SAME_PADDING, VALID_PADDING } from '../../tfliteSchema';
import { type ExportContext, ExportError } from '../context';

/** What an operation multiplies and adds, in the page's order: a row per input, channels last. */
export interface Weights {
  readonly values: Float32Array;
  /** The kernel's codes; undefined for float weights. */
  readonly coded: CodedKernel | undefined;
  readonly layout: KernelLayout;
  readonly bias: Float32Array | undefined;
  /** Its shape in the file, and the axis of its channels there. */
  readonly shape: readonly number[];
  readonly axis: number;
  /** Rounding of its input under the policy. */
  readonly input: ActivationRounding | undefined;
}

/** An operation with one output. Tensors are named by nodes. */
export interface Operation {
  readonly op: keyof typeof BUILTIN_OPERATORS;
  /** The node that it computes. */
  readonly node: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Of the output, for one image. */
  readonly shape: readonly number[];
  readonly options?: readonly [kind: number, values: FlatValues];
  readonly weights?: Weights;
  /** Constants after the inputs. */
  readonly integers?: readonly {
    readonly name: string;
    readonly values: readonly number[];
    readonly shape: readonly number[];
  }[];
  /** True if the output has the levels of its inputs. */
  readonly keepsGrid?: boolean;
  /** True for a sum inside of a longer one, which is no node. */
  readonly isPart?: boolean;
}

const none = (padding: Padding) => padding.every((n) => n === 0);

function weightsOf({ node, shape, values, coded, layout, bias, input }: RoundedLayer): Weights {
  const { channels, inputs } = layout;
  const own = { values, coded, layout, bias, input };
  if (node.op === 'dense') return { ...own, shape: [channels, inputs], axis: 0 };
  const [kh, kw] = shape;
  return node.op === 'conv2d'
    ? { ...own, shape: [channels, kh, kw, inputs], axis: 0 }
    : { ...own, shape: [1, kh, kw, channels], axis: 3 };
}

/** The operations of a network whose skipped branches are removed, in order, and the names of its two ends. */
export function tfliteOperations(context: ExportContext) {
  const { network } = context;
  const layers = roundedLayers(network, context);
  const shapes = inferShapes(network);
  const norms = foldableBatchNorms(network);
  const folded = new Set([...norms.values()].map(({ id }) => id));
  const readers = new Map<string, NetworkNode[]>();
  for (const node of network.nodes) for (const id of node.inputs) readers.set(id, [...(readers.get(id) ?? []), node]);
  const operations: Operation[] = [];
  /** Name of the tensor with a node's result. */
  const tensor = new Map<string, string>();
  const negative = new Set<string>();
  for (const node of network.nodes) if (canBeNegative(node, negative)) negative.add(node.id);

  const shapeOf = (id: string) => shapes.get(id) as ActivationShape;
  const add = (operation: Operation) => {
    operations.push(operation);
    return operation.output;
  };

  /** The activation that alone reads a node is computed with it, and its name is the result's. */
  function fusing(id: string) {
    const [next, ...others] = readers.get(id) ?? [];
    const fuses = others.length === 0 && (next?.op === 'relu' || next?.op === 'relu6');
    if (!fuses) return { output: id, fusedActivation: FUSED.NONE };
    tensor.set(next.id, next.id);
    return { output: next.id, fusedActivation: next.op === 'relu' ? FUSED.RELU : FUSED.RELU6 };
  }

  function padded(node: string, x: string, shape: ActivationShape, around: Padding, channels = [0, 0], name?: string) {
    const [h, w, c] = shape as readonly [number, number, number];
    const [top, bottom, left, right] = around;
    const values = [0, 0, top, bottom, left, right, channels[0], channels[1]];
    return add({
      ...{ op: 'PAD', node, inputs: [x], output: name ?? `${node}.padded`, keepsGrid: true },
      shape: [h + top + bottom, w + left + right, c + channels[0] + channels[1]],
      options: [22, {}],
      integers: [{ name: `${node}/paddings`, values, shape: [4, 2] }],
    });
  }

  /** The input of a window, and how it is padded: by the operation if it can, else before it. */
  function windowed(
    node: Pick<PoolNode, 'id' | 'size' | 'strides' | 'padding'> & { readonly dilations?: readonly [number, number] },
    x: string,
    shape: ActivationShape,
  ) {
    const { id, size, strides, padding, dilations = [1, 1] } = node;
    const [dilationH, dilationW] = dilations;
    const apart = node.dilations && { dilationH, dilationW };
    const stride = { strideH: strides[0], strideW: strides[1], ...apart };
    if (none(padding)) return { x, options: { padding: VALID_PADDING, ...stride } };
    const { padding: same } = tensorflowWindow('same', shape, { size, strides, dilations });
    if (same.join() === padding.join()) return { x, options: { padding: SAME_PADDING, ...stride } };
    return { x: padded(id, x, shape, padding), options: { padding: VALID_PADDING, ...stride } };
  }

  function layer(node: NetworkNode, x: string): string {
    const rounded = layers.get(node.id) as RoundedLayer;
    const { output, fusedActivation } = fusing(norms.get(node.id)?.id ?? node.id);
    const own = { node: node.id, output, shape: shapeOf(node.id), weights: weightsOf(rounded) };
    if (rounded.node.op === 'dense')
      return add({ op: 'FULLY_CONNECTED', inputs: [x], ...own, options: [8, { fusedActivation }] });
    const { x: read, options } = windowed(rounded.node, x, shapeOf(node.inputs[0]));
    return rounded.node.op === 'conv2d'
      ? add({ op: 'CONV_2D', inputs: [read], ...own, options: [1, { ...options, fusedActivation }] })
      : add({
          ...{ op: 'DEPTHWISE_CONV_2D', inputs: [read], ...own },
          options: [2, { ...options, depthMultiplier: 1, fusedActivation }],
        });
  }

  function pool(node: PoolNode, x: string): string {
    const shape = shapeOf(node.inputs[0]);
    const { x: read, options } = windowed(node, x, shape);
    const before = read !== x;
    // A PAD's zeros may win a maximum of negative numbers, and TensorFlow's own padding is not part of an average.
    const counts = node.op === 'avgPool' && node.countPadding === true;
    const wins = node.op === 'maxPool' && before && negative.has(node.inputs[0]);
    if (wins || (node.op === 'avgPool' && !none(node.padding) && counts !== before))
      throw new ExportError(
        `"${node.id}" (${node.op}) is padded by [${node.padding.join(', ')}], which TensorFlow Lite's pools cannot express: they have only its "same". Export ONNX instead.`,
      );
    return add({
      ...{ op: node.op === 'maxPool' ? 'MAX_POOL_2D' : 'AVERAGE_POOL_2D', node: node.id, inputs: [read] },
      ...{ output: node.id, shape: shapeOf(node.id), keepsGrid: true },
      options: [5, { ...options, filterHeight: node.size[0], filterWidth: node.size[1] }],
    });
  }

  /** A factor and an offset per channel: a depthwise convolution by one pixel. */
  function batchNorm(node: NetworkNode & { readonly op: 'batchNorm' }, x: string): string {
    const shape = shapeOf(node.id);
    if (shape.length !== 3)
      throw new ExportError(
        `"${node.id}" (batchNorm) follows no layer that it could be folded into. Export ONNX instead.`,
      );
    const { multiplier, shift } = batchNormLine(network, node);
    const channels = multiplier.length;
    const weights = {
      ...{ values: multiplier, coded: undefined, layout: { channels, inputs: 1 }, bias: shift, input: undefined },
      ...{ shape: [1, 1, 1, channels], axis: 3 },
    };
    const options = { padding: VALID_PADDING, strideH: 1, strideW: 1, depthMultiplier: 1, fusedActivation: FUSED.NONE };
    const own = { node: node.id, inputs: [x], output: node.id, shape };
    return add({ op: 'DEPTHWISE_CONV_2D', ...own, weights, options: [2, options] });
  }

  /** A number per channel as an image of one pixel, where the other factor is an image. */
  function asWide(node: string, i: number, x: string, shape: ActivationShape, result: ActivationShape): string {
    if (shape.length === result.length) return x;
    const [channels] = shape;
    const newShape = [1, 1, 1, channels];
    return add({
      ...{ op: 'RESHAPE', node, inputs: [x], output: `${node}.factor${i}`, shape: [1, 1, channels] },
      ...{ keepsGrid: true, options: [17, { newShape }] },
      integers: [{ name: `${node}/factor${i}`, values: newShape, shape: [4] }],
    });
  }

  function emit(node: NetworkNode, inputs: readonly string[]): string {
    const [x] = inputs;
    const { id } = node;
    const shape = shapeOf(id);
    const own = { node: id, inputs: [x], output: id, shape };
    if (isLayer(node)) return layer(node, x);
    switch (node.op) {
      case 'input':
        return id;
      case 'batchNorm':
        return batchNorm(node as NetworkNode & { readonly op: 'batchNorm' }, x);
      case 'relu':
      case 'relu6':
        return add({ op: node.op === 'relu' ? 'RELU' : 'RELU6', ...own });
      case 'add': {
        const { output, fusedActivation } = fusing(id);
        return inputs.slice(1).reduce((sum, term, i) => {
          const isLast = i === inputs.length - 2;
          const options = { fusedActivation: isLast ? fusedActivation : FUSED.NONE };
          const names = { inputs: [sum, term], output: isLast ? output : `${id}.sum${i}`, isPart: !isLast };
          return add({ op: 'ADD', ...own, ...names, options: [11, options] });
        }, x);
      }
      case 'concat': {
        const options = { axis: 3, fusedActivation: FUSED.NONE };
        return add({ op: 'CONCATENATION', ...own, inputs, keepsGrid: true, options: [10, options] });
      }
      case 'pad':
        return padded(id, x, shapeOf(node.inputs[0]), node.padding, [...node.channels], id);
      case 'subsample': {
        const [strideH, strideW] = node.strides;
        const options = { padding: VALID_PADDING, strideH, strideW, filterHeight: 1, filterWidth: 1 };
        return add({ op: 'MAX_POOL_2D', ...own, keepsGrid: true, options: [5, options] });
      }
      case 'maxPool':
      case 'avgPool':
        return pool(node as PoolNode, x);
      case 'globalAvgPool': {
        const integers = [{ name: `${id}/axes`, values: [1, 2], shape: [2] }];
        return add({ op: 'MEAN', ...own, integers, options: [27, { keepDimensions: false }] });
      }
      case 'flatten': {
        if (shapeOf(node.inputs[0]).length === 1) return x;
        const newShape = [1, ...shape];
        const integers = [{ name: `${id}/shape`, values: newShape, shape: [newShape.length] }];
        return add({ op: 'RESHAPE', ...own, keepsGrid: true, integers, options: [17, { newShape }] });
      }
      case 'softmax':
        return add({ op: 'SOFTMAX', ...own, options: [9, { beta: 1 }] });
      case 'sigmoid':
        return add({ op: 'LOGISTIC', ...own });
      case 'tanh':
        return add({ op: 'TANH', ...own });
      case 'hardSwish':
        return add({ op: 'HARD_SWISH', ...own });
      case 'leakyRelu':
        return add({ op: 'LEAKY_RELU', ...own, options: [75, { alpha: node.alpha }] });
      case 'silu': {
        const gate = add({ op: 'LOGISTIC', ...own, output: `${id}.gate` });
        return add({ op: 'MUL', ...own, inputs: [x, gate], options: [21, { fusedActivation: FUSED.NONE }] });
      }
      case 'mul': {
        const factors = node.inputs.map((input, i) => asWide(id, i, inputs[i], shapeOf(input), shape));
        return add({ op: 'MUL', ...own, inputs: factors, options: [21, { fusedActivation: FUSED.NONE }] });
      }
      case 'upsample': {
        const [h, w] = shape;
        const integers = [{ name: `${id}/size`, values: [h, w as number], shape: [2] }];
        const options = { alignCorners: false };
        return add({ op: 'RESIZE_NEAREST_NEIGHBOR', ...own, keepsGrid: true, integers, options: [74, options] });
      }
      case 'channelSlice': {
        const four = (name: string, values: readonly number[]) => ({ name: `${id}/${name}`, values, shape: [4] });
        const integers = [four('begin', [0, 0, 0, node.from]), four('size', [1, ...shape])];
        return add({ op: 'SLICE', ...own, keepsGrid: true, integers });
      }
      default:
        throw new ExportError(
          `"${id}" (${(node as NetworkNode).op}) is not written to TensorFlow Lite yet. Export ONNX instead.`,
        );
    }
  }

  for (const node of network.nodes) {
    if (tensor.has(node.id)) continue;
    const inputs = node.inputs.map((id) => tensor.get(id) as string);
    tensor.set(node.id, folded.has(node.id) ? inputs[0] : emit(node, inputs));
  }
  const name = (node: NetworkNode) => tensor.get(node.id) as string;
  return { operations, input: name(network.nodes[0]), output: name(network.nodes[network.nodes.length - 1]) };
}
