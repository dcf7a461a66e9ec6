// ONNX with QuantizeLinear and DequantizeLinear (QDQ): kernels are integers in the file, activations are rounded where
// a layer reads them. Runs in every runtime that supports the file's operator set.
//
// Integer types of kernels: INT4 up to 4 bits, else INT8, and with `int2` INT2 for 1 and 2 bits; unsigned if the codes
// require it. Values stay in the policy's range. The operator set is the lowest that has the types: 13, 21 for 4 bits
// and blocks, 25 for 2 bits. Activations: UINT8, with a Clip for fewer than 8 bits ("QCDQ"), and an integer zero point.
// Levels of kernels that no integer zero point reaches (affine, DoReFa) are `DequantizeLinear + offset`; TTQ's are the
// sum of two. Reference: ONNX Operators.md, DequantizeLinear-13, -21, -25.
import { zeroPoint } from '../../quant/uniformGrid';
import { type CodedKernel, type CodedTensor, groupIndex, NO_SCALE } from '../../rounding/codedKernel';
import { type ExportContext, facts } from './context';
import { nchwGraph } from './nchw';
import type { OnnxGraph } from './onnxGraph';
import type { Numerics, OnnxKernel } from './onnxKernel';
import type { OnnxModel, OnnxType } from './onnxModel';

export interface QdqOptions {
  /** Store 1 and 2 bits in 2-bit integers, which requires operator set 25; otherwise in 4-bit ones. */
  readonly int2?: boolean;
  /**
   * Scales in the nodes that round, for tools that fold them; otherwise outside of the layers, so that sums are exact.
   */
  readonly scalesInside?: boolean;
}

/** The file format version that has an operator set. */
const IR_OF_OPSET: Readonly<Record<number, number>> = { 13: 7, 21: 10, 25: 13 };

function container({ bits, signed }: CodedTensor, int2: boolean): OnnxType {
  const width = bits <= 2 && int2 ? 2 : bits <= 4 ? 4 : 8;
  return `${signed ? '' : 'U'}INT${width}` as OnnxType;
}

/** Shape of a tensor with one number per group, and those numbers in ONNX' order. */
export function grouped<T extends Float32Array | Uint8Array>(
  values: T,
  { groups, block }: Omit<CodedKernel, 'terms'>,
  kernel: OnnxKernel,
) {
  if (groups === 'tensor') return { dims: [], values };
  if (groups === 'channel') return { dims: [kernel.layout.channels], values };
  const blocks = Math.ceil(kernel.layout.inputs / block);
  const [channels, , ...taps] = kernel.dims;
  return { dims: [channels, blocks, ...taps], values: kernel.reorder(values, blocks) };
}

function qdqNumerics(int2: boolean): Numerics {
  function dequantized(graph: OnnxGraph, kernel: OnnxKernel, coded: CodedKernel, term: CodedTensor, name: string) {
    const type = container(term, int2);
    const codes = graph.constant(`${name}.codes`, type, kernel.dims, kernel.reorder(term.codes));
    const { dims, values } = grouped(term.scales, coded, kernel);
    const inputs = [codes, graph.constant(`${name}.scale`, 'FLOAT', dims, values)];
    if (term.zeroPoints)
      inputs.push(graph.constant(`${name}.zero_point`, type, dims, grouped(term.zeroPoints, coded, kernel).values));
    const axis =
      coded.groups === 'block' ? { axis: 1, block_size: coded.block } : coded.groups === 'channel' ? { axis: 0 } : {};
    return graph.node('DequantizeLinear', inputs, `${name}.dequantized`, axis);
  }

  return {
    weights(graph, kernel) {
      const { node, coded, values, dims, layout } = kernel;
      const name = `${node.id}.kernel`;
      if (coded === undefined) return graph.constant(name, 'FLOAT', dims, kernel.reorder(values));
      const { terms, offsets } = coded;
      const parts = terms.map((term) => dequantized(graph, kernel, coded, term, name));
      if (offsets && coded.groups === 'block') {
        // One number per block, spread by a block scale: the scale is the offset's magnitude, the codes its sign.
        const signs = signCodes(offsets, kernel, coded);
        parts.push(dequantized(graph, kernel, coded, signs, `${name}.offset`));
      } else if (offsets) {
        const spread = coded.groups === 'tensor' ? [] : [layout.channels, ...dims.slice(1).map(() => 1)];
        parts.push(graph.constant(`${name}.offset`, 'FLOAT', spread, offsets));
      }
      return parts.reduce((sum, part) => graph.node('Add', [sum, part], `${name}.sum`));
    },
    activations(graph, x, layer, grid) {
      const { scale, maxCode } = grid;
      const name = `${layer}.input`;
      const numbers = [
        graph.constant(`${name}.scale`, 'FLOAT', [], [scale || NO_SCALE]),
        graph.constant(`${name}.zero_point`, 'UINT8', [], [zeroPoint(grid)]),
      ];
      let codes = graph.node('QuantizeLinear', [x, ...numbers], `${name}.codes`);
      if (maxCode < 255) {
        const ends = [
          graph.constant(`${name}.min`, 'UINT8', [], [0]),
          graph.constant(`${name}.max`, 'UINT8', [], [maxCode]),
        ];
        codes = graph.node('Clip', [codes, ...ends], `${name}.clipped`);
      }
      return graph.node('DequantizeLinear', [codes, ...numbers], name);
    },
  };
}

/** Codes -1 and 1 whose scales are the offsets' magnitudes. */
function signCodes(offsets: Float32Array, { layout, values }: OnnxKernel, coded: CodedKernel): CodedTensor {
  const groupOf = groupIndex(values.length, layout, coded);
  return {
    bits: 1,
    signed: true,
    codes: Int16Array.from(values, (_, i) => Math.sign(offsets[groupOf(i)])),
    scales: offsets.map((offset) => Math.abs(offset) || NO_SCALE),
  };
}

/** An ONNX QDQ model. */
export function qdqModel(context: ExportContext, { int2 = false, scalesInside = false }: QdqOptions = {}): OnnxModel {
  const { graph, input, output } = nchwGraph(context, qdqNumerics(int2), scalesInside);
  const { nodes, initializers } = graph;
  const has = (width: RegExp) => initializers.some(({ type }) => width.test(type));
  const blocks = nodes.some(({ attributes }) => attributes?.block_size !== undefined);
  const opset = has(/INT2$/) ? 25 : has(/INT4$/) || blocks ? 21 : 13;
  return {
    irVersion: IR_OF_OPSET[opset],
    opsets: new Map([['', opset]]),
    name: context.network.name,
    producerVersion: context.provenance.version,
    metadata: facts(context),
    nodes,
    initializers,
    input,
    outputs: [output],
  };
}
