// QONNX: `Quant` and `BipolarQuant` nodes with any bit width, for FINN and hls4ml. Kernels are float32 in the file; the
// nodes round kernels (to themselves) and layer inputs. With `runnable`, the file also includes the two operations as
// functions, so that stock runtimes can run it; tools that know the operations ignore the functions.
//
// FINN and hls4ml require zero points of 0: choose symmetric weights, and activations behind ReLUs. Kernels in blocks
// have one scale per number, as the operation requires. Reference: qonnx.custom_op.general, docs/qonnx-custom-ops;
// round half to even.
import { zeroPoint } from '../../quant/uniformGrid';
import { type CodedTensor, groupIndex, NO_SCALE } from '../../rounding/codedKernel';
import { type ExportContext, facts } from './context';
import { nchwGraph } from './nchw';
import type { OnnxGraph } from './onnxGraph';
import type { Numerics, OnnxKernel } from './onnxKernel';
import type { OnnxFunction, OnnxModel, OnnxNode } from './onnxModel';
import { grouped } from './qdq';

export interface QonnxOptions {
  /** Include the operations as functions in the file. */
  readonly runnable?: boolean;
  /**
   * Scales in the nodes that round, as FINN and hls4ml expect; otherwise outside of the layers, so that sums are exact.
   */
  readonly scalesInside?: boolean;
}

const DOMAIN = 'qonnx.custom_op.general';
const OPSET = 13;

/** One number per group, as a tensor that broadcasts over the kernel. */
function spread(graph: OnnxGraph, name: string, values: Float32Array, kernel: OnnxKernel): string {
  const { dims, layout } = kernel;
  const coded = kernel.coded as NonNullable<OnnxKernel['coded']>;
  if (coded.groups === 'block') {
    const groupOf = groupIndex(kernel.values.length, layout, coded);
    return graph.constant(name, 'FLOAT', dims, kernel.reorder(kernel.values.map((_, i) => values[groupOf(i)])));
  }
  const few = grouped(values, coded, kernel);
  return graph.constant(
    name,
    'FLOAT',
    dims.map((d, i) => (i === 0 && few.dims.length > 0 ? d : 1)),
    few.values,
  );
}

function quant(
  graph: OnnxGraph,
  x: string,
  name: string,
  [scale, zero]: readonly [string, string],
  bits: number,
  signed: boolean,
  narrow: boolean,
): string {
  const width = graph.constant(`${name}.bits`, 'FLOAT', [], [bits]);
  const attributes = { signed: signed ? 1 : 0, narrow: narrow ? 1 : 0, rounding_mode: 'ROUND' };
  return graph.node('Quant', [x, scale, zero, width], name, attributes, DOMAIN);
}

/** Zero points: those of the codes, shifted by the offset if the levels have one (then not integers). */
function zeroPoints({ scales, zeroPoints }: CodedTensor, offsets: Float32Array | undefined): Float32Array {
  return scales.map((scale, g) => (zeroPoints?.[g] ?? 0) - (offsets ? offsets[g] / scale : 0));
}

/** Values of one of several terms, in the network's layout. */
function termValues({ codes, scales, zeroPoints }: CodedTensor, groupOf: (i: number) => number): Float32Array {
  return Float32Array.from(codes, (code, i) => (code - (zeroPoints?.[groupOf(i)] ?? 0)) * scales[groupOf(i)]);
}

const qonnxNumerics: Numerics = {
  weights(graph, kernel) {
    const { node, coded, values, dims, layout } = kernel;
    const name = `${node.id}.kernel`;
    if (coded === undefined) return graph.constant(name, 'FLOAT', dims, kernel.reorder(values));
    const groupOf = groupIndex(values.length, layout, coded);
    const parts = coded.terms.map((term) => {
      const own = coded.terms.length === 1 ? values : termValues(term, groupOf);
      const x = graph.constant(name, 'FLOAT', dims, kernel.reorder(own));
      const scale = spread(graph, `${name}.scale`, term.scales, kernel);
      if (term.bits === 1 && term.signed) return graph.node('BipolarQuant', [x, scale], `${name}.quant`, {}, DOMAIN);
      const zero = zeroPoints(term, coded.offsets);
      const at = zero.every((z) => z === 0)
        ? graph.constant(`${name}.zero_point`, 'FLOAT', [], [0])
        : spread(graph, `${name}.zero_point`, zero, kernel);
      const narrow = term.signed && term.codes.every((code) => code > -(2 ** (term.bits - 1)));
      return quant(graph, x, `${name}.quant`, [scale, at], term.bits, term.signed, narrow);
    });
    return parts.reduce((sum, part) => graph.node('Add', [sum, part], `${name}.sum`));
  },
  sign: (graph, x, { id, scale }) =>
    graph.node('BipolarQuant', [x, graph.constant(`${id}.scale`, 'FLOAT', [], [scale])], id, {}, DOMAIN),
  activations(graph, x, layer, grid) {
    const name = `${layer}.input`;
    const scale = graph.constant(`${name}.scale`, 'FLOAT', [], [grid.scale || NO_SCALE]);
    const at = zeroPoint(grid);
    const zero = graph.constant(`${name}.zero_point`, 'FLOAT', [], [at]);
    // Quant adds the zero point before it rounds, and the sum is itself rounded to float32; not if the numbers are
    // whole.
    if (grid.scale === 1 && at !== 0) x = graph.node('Round', [x], `${name}.rounded`);
    return quant(graph, x, name, [scale, zero], Math.log2(grid.maxCode + 1), false, false);
  },
};

/** A node of a function's body, in reading order: `step('y', 'Add', 'a', 'b')`. */
const step = (output: string, op: string, ...inputs: string[]): OnnxNode => ({ op, inputs, outputs: [output] });
const number = (output: string, value: number): OnnxNode => ({
  op: 'Constant',
  inputs: [],
  outputs: [output],
  attributes: { value_float: { float: value } },
});
const attribute = (name: string): OnnxNode[] => [
  { op: 'Constant', inputs: [], outputs: [`${name}_int`], attributes: { value_int: { reference: name } } },
  { op: 'Cast', inputs: [`${name}_int`], outputs: [name], attributes: { to: 1 } },
];

const FUNCTIONS: readonly OnnxFunction[] = [
  {
    name: 'Quant',
    domain: DOMAIN,
    inputs: ['x', 'scale', 'zeropt', 'bitwidth'],
    outputs: ['y'],
    attributes: ['signed', 'narrow', 'rounding_mode'],
    nodes: [
      ...attribute('signed'),
      ...attribute('narrow'),
      number('one', 1),
      number('two', 2),
      // Largest code: 2^(bits - signed) - 1, less one if unsigned and narrow.
      step('upper_bits', 'Sub', 'bitwidth', 'signed'),
      step('upper_power', 'Pow', 'two', 'upper_bits'),
      step('upper_last', 'Sub', 'upper_power', 'one'),
      step('unsigned', 'Sub', 'one', 'signed'),
      step('upper_narrow', 'Mul', 'unsigned', 'narrow'),
      step('max', 'Sub', 'upper_last', 'upper_narrow'),
      // Smallest code: signed (narrow - 2^(bits - 1)).
      step('lower_bits', 'Sub', 'bitwidth', 'one'),
      step('lower_power', 'Pow', 'two', 'lower_bits'),
      step('lower_last', 'Sub', 'narrow', 'lower_power'),
      step('min', 'Mul', 'signed', 'lower_last'),
      step('ratio', 'Div', 'x', 'scale'),
      step('moved', 'Add', 'ratio', 'zeropt'),
      step('above', 'Max', 'moved', 'min'),
      step('inside', 'Min', 'above', 'max'),
      step('code', 'Round', 'inside'),
      step('back', 'Sub', 'code', 'zeropt'),
      step('y', 'Mul', 'back', 'scale'),
    ],
  },
  {
    name: 'BipolarQuant',
    domain: DOMAIN,
    inputs: ['x', 'scale'],
    outputs: ['y'],
    attributes: [],
    nodes: [
      number('zero', 0),
      number('plus', 1),
      number('minus', -1),
      step('positive', 'GreaterOrEqual', 'x', 'zero'),
      step('sign', 'Where', 'positive', 'plus', 'minus'),
      step('y', 'Mul', 'sign', 'scale'),
    ],
  },
];

/** A QONNX model. */
export function qonnxModel(
  context: ExportContext,
  { runnable = false, scalesInside = false }: QonnxOptions = {},
): OnnxModel {
  const { graph, input, output } = nchwGraph(context, qonnxNumerics, scalesInside);
  const used = FUNCTIONS.filter(({ name }) => graph.nodes.some(({ op }) => op === name));
  return {
    // Functions exist since format version 8.
    irVersion: runnable ? 8 : 7,
    opsets: new Map([
      ['', OPSET],
      [DOMAIN, 1],
    ]),
    name: context.network.name,
    producerVersion: context.provenance.version,
    metadata: facts(context),
    nodes: graph.nodes,
    initializers: graph.initializers,
    input,
    outputs: [output],
    ...(runnable && used.length > 0 && { functions: used }),
  };
}
