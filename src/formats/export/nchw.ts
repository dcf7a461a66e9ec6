// A network as an ONNX graph: NHWC becomes NCHW, and batch norms are folded into their layers. `Numerics` (qdq.ts,
// qonnx.ts) decides how kernels and activations are rounded. The batch size is free.
//
// Dense layers are Gemm with the kernel [out, in] (transB = 1), because with [in, out] ONNX Runtime 1.30 gives wrong
// numbers for 2-bit kernels and imprecise ones for 4-bit kernels. If activations are rounded, the bias is a separate
// Add, because ONNX Runtime would round a bias inside the layer to multiples of the two scales' product.
//
// Layers that add integers on the page (rounding/integerLayer.ts) do so in the file: their input is multiplied by 1 /
// scale before it is rounded to codes, and one Mul behind the layer applies all scales. With `scalesInside` the scales
// are in the nodes that round, for tools that fold such pairs into integer layers; sums then depend on their order.
import { readersOfAverages } from '../../graph/averages';
import { batchNormLine, foldableBatchNorms } from '../../graph/folding';
import type { ActivationShape, NetworkNode, Padding } from '../../graph/network';
import { inferShapes } from '../../graph/shapes';
import { inverseScale, type UniformGrid } from '../../quant/uniformGrid';
import { hasOneScale } from '../../rounding/codedKernel';
import { averageGrid } from '../../rounding/integerLayer';
import { type RoundedLayer, roundedLayers } from '../../rounding/layers';
import { type ExportContext, ExportError, runningPart } from './context';
import { onnxActivation } from './onnxActivations';
import { OnnxGraph } from './onnxGraph';
import { type Numerics, ofIntegers, onnxKernel } from './onnxKernel';
import type { OnnxValue } from './onnxModel';

const pads = ([top, bottom, left, right]: Padding) => [top, left, bottom, right];

function windowAttributes({ node, layout }: RoundedLayer) {
  if (node.op === 'dense') return {};
  const group = node.op === 'depthwiseConv2d' ? layout.channels : (node.groups ?? 1);
  const { size, strides, padding, dilations } = node;
  return { kernel_shape: size, strides, pads: pads(padding), group, ...(dilations && { dilations }) };
}

/** The graph of a network under a policy, with input [n, c, h, w] and output; skipped branches are not in it. */
export function nchwGraph(whole: ExportContext, numerics: Numerics, scalesInside: boolean) {
  const context = runningPart(whole);
  const { network, ranges } = context;
  const layers = roundedLayers(network, context);
  const shapes = inferShapes(network);
  const folded = new Map([...foldableBatchNorms(network)].map(([layer, { id }]) => [id, layer]));
  const graph = new OnnxGraph();
  /** Name of the tensor with a node's result. */
  const tensor = new Map<string, string>();
  /** Images flattened in the order c, h, w, by the id of their flatten node. */
  const channelsFirst = new Map<string, ActivationShape>();
  const blocks = context.scheme.granularity.startsWith('block');
  const readers = readersOfAverages(network);

  const readsOf = (id: string) => network.nodes.filter(({ inputs }) => inputs.includes(id));

  function layer(node: NetworkNode, x: string): string {
    const exported = layers.get(node.id) as RoundedLayer;
    const { input } = exported;
    if (input?.quantizer === 'bfp')
      throw new ExportError(
        `Layer "${node.id}" rounds its activations in block floating point, whose scale follows from each image; ONNX files can hold fixed scales only. Choose uniform activations, or export the packed file.`,
      );
    const integers = scalesInside ? undefined : exported.integers;
    const read = integers
      ? codesOf(x, node.id, integers.input, input !== undefined)
      : input === undefined
        ? x
        : numerics.activations(graph, x, node.id, input.grid);
    const kernel = integers ? ofIntegers(exported, integers) : exported;
    const weights = numerics.weights(graph, onnxKernel(kernel, channelsFirst.get(node.inputs[0])));
    const { bias, layout } = exported;
    const dense = exported.node.op === 'dense';
    const apart = integers !== undefined || (bias !== undefined && input !== undefined);
    const inputs = [read, weights];
    const dims = dense || !apart ? [layout.channels] : [layout.channels, 1, 1];
    const shift = bias && graph.constant(`${node.id}.bias`, 'FLOAT', dims, bias);
    if (shift && !apart) inputs.push(shift);
    const result = (last: boolean, wanted: string) => (last ? node.id : `${node.id}.${wanted}`);
    let y = graph.node(
      dense ? 'Gemm' : 'Conv',
      inputs,
      result(!apart, integers ? 'sums' : 'product'),
      dense ? { transB: 1 } : windowAttributes(exported),
    );
    if (integers) {
      const multiplier = graph.constant(`${node.id}.multiplier`, 'FLOAT', dims, integers.multiplier);
      // The constant first, because ONNX Runtime would fold a second one into a float kernel, which QONNX kernels
      // become.
      y = graph.node('Mul', [multiplier, y], result(shift === undefined, 'product'));
    }
    return shift && apart ? graph.node('Add', [y, shift], node.id) : y;
  }

  /** Numbers divided by a scale and rounded, as floats: by the format's nodes, or by Round alone. */
  function codesOf(x: string, layer: string, { scale, minCode, maxCode }: UniformGrid, byFormat: boolean): string {
    const name = `${layer}.input`;
    const inverse = graph.constant(`${name}.inverse`, 'FLOAT', [], [inverseScale(scale)]);
    const scaled = graph.node('Mul', [x, inverse], `${name}.scaled`);
    if (!byFormat) return graph.node('Round', [scaled], name);
    return numerics.activations(graph, scaled, layer, {
      scale: 1,
      offset: minCode,
      minCode: 0,
      maxCode: maxCode - minCode,
    });
  }

  /** The mean of every channel; computed on integers if a layer that reads it has a range. */
  function globalAverage({ id, inputs }: NetworkNode, x: string): string {
    const [h, w] = shapes.get(inputs[0]) as readonly number[];
    const range = ranges.get(readers.get(id) ?? '');
    const exact = hasOneScale(context.scheme) && !scalesInside;
    const grid = range && exact ? averageGrid(range, h * w) : undefined;
    const codes = grid ? codesOf(x, id, grid, false) : x;
    const mean = graph.node('GlobalAveragePool', [codes], `${id}.mean`);
    if (grid === undefined) return graph.node('Flatten', [mean], id);
    const flat = graph.node('Flatten', [mean], `${id}.flat`);
    return graph.node('Mul', [flat, graph.constant(`${id}.step`, 'FLOAT', [], [grid.scale])], id);
  }

  function flatten(node: NetworkNode, x: string): string {
    const image = shapes.get(node.inputs[0]) as ActivationShape;
    if (image.length === 1) return graph.node('Identity', [x], node.id);
    const readers = readsOf(node.id);
    // Blocks are runs of neighboring rows of the kernel, which reordering the rows would break up.
    if (readers.length > 0 && readers.every(({ op }) => op === 'dense') && !blocks) channelsFirst.set(node.id, image);
    else if (image[0] * image[1] > 1) x = graph.node('Transpose', [x], `${node.id}.nhwc`, { perm: [0, 2, 3, 1] });
    return graph.node('Flatten', [x], node.id);
  }

  function emit(node: NetworkNode, inputs: readonly string[]): string {
    const [x] = inputs;
    const scalar = (name: string, value: number) => graph.constant(`${node.id}.${name}`, 'FLOAT', [], [value]);
    const integers = (name: string, values: readonly number[]) =>
      graph.constant(`${node.id}.${name}`, 'INT64', [values.length], values);
    const rankOf = (id: string) => (shapes.get(id) ?? []).length;
    const rank = rankOf(node.inputs[0]);
    switch (node.op) {
      case 'input':
        return graph.unique(node.id);
      case 'conv2d':
      case 'depthwiseConv2d':
      case 'dense':
        return layer(node, x);
      case 'batchNorm': {
        const { multiplier, shift } = batchNormLine(network, node);
        const dims = rank === 3 ? [multiplier.length, 1, 1] : [multiplier.length];
        const scaled = graph.node(
          'Mul',
          [x, graph.constant(`${node.id}.multiplier`, 'FLOAT', dims, multiplier)],
          `${node.id}.scaled`,
        );
        return graph.node('Add', [scaled, graph.constant(`${node.id}.shift`, 'FLOAT', dims, shift)], node.id);
      }
      case 'add':
        return inputs
          .slice(1)
          .reduce(
            (sum, term, i) => graph.node('Add', [sum, term], i === inputs.length - 2 ? node.id : `${node.id}.sum`),
            x,
          );
      case 'mul': {
        const factors = inputs.map((factor, i) => {
          const isList = rankOf(node.id) === 3 && rankOf(node.inputs[i]) === 1;
          return isList ? graph.node('Unsqueeze', [factor, integers('axes', [2, 3])], `${node.id}.gate`) : factor;
        });
        return graph.node('Mul', factors, node.id);
      }
      case 'concat':
        return graph.node('Concat', inputs, node.id, { axis: 1 });
      case 'channelSlice': {
        const ends = { starts: [node.from], ends: [node.to], axes: [1] };
        const slice = Object.entries(ends).map(([name, values]) => integers(name, values));
        return graph.node('Slice', [x, ...slice], node.id);
      }
      case 'channelShuffle': {
        const [h, w, c] = shapes.get(node.id) as readonly [number, number, number];
        const split = integers('split', [0, node.groups, c / node.groups, h, w]);
        const groups = graph.node('Reshape', [x, split], `${node.id}.groups`);
        const turned = graph.node('Transpose', [groups], `${node.id}.turned`, { perm: [0, 2, 1, 3, 4] });
        return graph.node('Reshape', [turned, integers('joined', [0, c, h, w])], node.id);
      }
      case 'upsample': {
        const scales = graph.constant(`${node.id}.scales`, 'FLOAT', [4], [1, 1, ...node.scale]);
        const how = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
        return graph.node('Resize', [x, '', scales], node.id, how);
      }
      case 'pad': {
        const [top, bottom, left, right] = node.padding;
        const [before, after] = node.channels;
        const amounts = integers('pads', [0, before, top, left, 0, after, bottom, right]);
        return graph.node('Pad', [x, amounts, scalar('zero', 0)], node.id);
      }
      case 'subsample': {
        const end = 2 ** 31 - 1;
        const slice = [
          integers('starts', [0, 0]),
          integers('ends', [end, end]),
          integers('axes', [2, 3]),
          integers('steps', node.strides),
        ];
        return graph.node('Slice', [x, ...slice], node.id);
      }
      case 'maxPool':
      case 'avgPool': {
        const { size, strides, padding, countPadding } = node;
        const window = { kernel_shape: size, strides, pads: pads(padding) };
        return node.op === 'maxPool'
          ? graph.node('MaxPool', [x], node.id, window)
          : graph.node('AveragePool', [x], node.id, { ...window, count_include_pad: countPadding ? 1 : 0 });
      }
      case 'globalAvgPool':
        return globalAverage(node, x);
      case 'flatten':
        return flatten(node, x);
      case 'softmax':
        return graph.node('Softmax', [x], node.id, { axis: 1 });
      default:
        if (node.op === 'sign' && numerics.sign) return numerics.sign(graph, x, node);
        return onnxActivation(graph, node, x, network, rank);
    }
  }

  for (const node of network.nodes) {
    const layerId = folded.get(node.id);
    const inputs = node.inputs.map((id) => tensor.get(id) as string);
    tensor.set(node.id, layerId === undefined ? emit(node, inputs) : inputs[0]);
  }
  const [first] = network.nodes;
  const last = network.nodes[network.nodes.length - 1];
  const value = (id: string): OnnxValue => {
    const shape = shapes.get(id) as ActivationShape;
    const dims = shape.length === 3 ? [shape[2], shape[0], shape[1]] : shape;
    return { name: tensor.get(id) as string, dims: ['n', ...dims] };
  };
  return { graph, input: value(first.id), output: value(last.id) };
}
