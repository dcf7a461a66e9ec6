// A network as a .tflite file, for LiteRT (formerly TensorFlow Lite) and microcontrollers.
//
// If the policy rounds activations, the file has integers alone: activations of 8 bits, or 16 if asked for. If it leaves them
// in float, so does the file, and rounded weights are integers behind a DEQUANTIZE. Images come one at a time,
// [1, h, w, c], preprocessed as the page does.
import { FLOAT, isRounded } from '../../../graph/policy';
import { type TensorSpec, TfliteFile } from '../../tfliteFile';
import { type ExportContext, ExportError, facts, type Loss, runningPart } from '../context';
import { policyGrid, sameGrid, type TensorGrid, tensorGrids } from './grids';
import { type Store, storedKernel } from './kernels';
import { type Operation, tfliteOperations } from './operations';

export interface TfliteOptions {
  /** Activations of 16 bits instead of 8. */
  readonly int16?: boolean;
  /** An integer file that reads and gives floats: its first operation quantizes, its last one dequantizes. */
  readonly floatEnds?: boolean;
}

type Kind = 'float' | 'int8' | 'int16';

/**
 * The version of each operation that has these types; with INT4 weights the last one. Reference:
 * tflite/converter/tools/versioning/op_version.cc.
 */
const VERSIONS: Partial<Readonly<Record<Operation['op'], Readonly<Record<Kind | 'int4', number>>>>> = {
  CONV_2D: { float: 1, int8: 3, int16: 4, int4: 7 },
  DEPTHWISE_CONV_2D: { float: 1, int8: 3, int16: 5, int4: 7 },
  FULLY_CONNECTED: { float: 1, int8: 4, int16: 7, int4: 10 },
  RESHAPE: { float: 1, int8: 1, int16: 1, int4: 1 },
  HARD_SWISH: { float: 1, int8: 1, int16: 1, int4: 1 },
  LEAKY_RELU: { float: 1, int8: 2, int16: 2, int4: 2 },
  MUL: { float: 1, int8: 2, int16: 4, int4: 2 },
  RESIZE_NEAREST_NEIGHBOR: { float: 1, int8: 2, int16: 4, int4: 2 },
  SLICE: { float: 1, int8: 2, int16: 4, int4: 2 },
};
/** More signal over error than this is float32 rounding. */
const EXACT_DECIBELS = 100;

const USUAL_VERSIONS = { float: 1, int8: 2, int16: 3, int4: 2 };

/** The layers that the file does not hold as the page rounds them. */
function lossesOf(
  operations: readonly Operation[],
  grids: ReadonlyMap<string, TensorGrid> | undefined,
  kind: Kind,
  roundedAgain: ReadonlyMap<string, number>,
): Loss[] {
  const weights: Loss = {
    of: 'weights',
    layers: [...roundedAgain.keys()],
    decibels: Math.min(...roundedAgain.values()),
  };
  const others = operations.filter(({ weights, inputs }) => {
    const own = policyGrid(weights?.input);
    const used = grids?.get(inputs[0]);
    return weights && kind === 'int8' && !(own && used && sameGrid(own, used));
  });
  const losses: Loss[] = [weights, { of: 'activations', layers: others.map(({ node }) => node) }];
  return losses.filter(({ layers }) => layers.length > 0);
}

/**
 * Facts that the file does not state: ranges are in its tensors, and would be a tenth of a small file; a device's accuracy is
 * not the one that the page measured; and so the size of a file is known before anything is measured.
 */
const UNSTATED = new Set([
  'activation_ranges',
  'accuracy',
  'float_accuracy',
  'unrounded_accuracy',
  'seed',
  'backend',
  'recipe',
] as const) as ReadonlySet<string>;

/** A network under a policy as a file, with what is not as the page rounds it. @throws ExportError */
export function tfliteModel(whole: ExportContext, options: TfliteOptions = {}) {
  return writeTflite(whole, tfliteOperations(runningPart(whole)), options, storedKernel);
}

/** The same of operations whose kernels `store` turns into tensors. */
export function writeTflite(
  whole: ExportContext,
  graph: ReturnType<typeof tfliteOperations>,
  { int16 = false, floatEnds = false }: TfliteOptions,
  store: Store,
) {
  const context = runningPart(whole);
  const rounds = Object.values(context.policy).some(({ activations }) => activations !== FLOAT);
  const kind: Kind = int16 ? 'int16' : rounds ? 'int8' : 'float';
  const grids = kind === 'float' ? undefined : tensorGrids(graph, context.tensorRanges, kind);
  const file = new TfliteFile();
  const numbers = new Map<string, number>();
  const roundedAgain = new Map<string, number>();
  const type = { float: 'FLOAT32', int8: 'INT8', int16: 'INT16' } as const;

  const withGrid = (grid: TensorGrid | undefined): TensorSpec => ({
    type: type[kind],
    ...(grid && { scales: [grid.scale], zeros: [grid.zero] }),
  });
  const activation = (name: string, shape: readonly number[], spec = withGrid(grids?.get(name))) =>
    file.add(name, [1, ...shape], spec);
  const quantize = (from: number, to: number) => file.op('QUANTIZE', [from], to, [89, {}], kind === 'int16' ? 2 : 1);

  /** Kernel and bias of a layer. */
  function constants({
    op,
    node,
    inputs,
    weights,
  }: Operation & { readonly weights: NonNullable<Operation['weights']> }) {
    const { shape, layout } = weights;
    const isFloat = grids === undefined && !isRounded(context.policy[node]?.weights ?? FLOAT);
    const stored = store(weights, {
      node,
      isFloat,
      input: grids?.get(inputs[0])?.scale,
      wide: kind === 'int16',
      isDense: op === 'FULLY_CONNECTED',
    });
    const { kernel, isInt4, decibels } = stored;
    if (decibels !== undefined && decibels < EXACT_DECIBELS) roundedAgain.set(node, decibels);
    const codes = file.add(`${node}/kernel`, shape, kernel);
    const biases = stored.bias ? [file.add(`${node}/bias`, [layout.channels], stored.bias)] : [];
    if (grids !== undefined || isFloat) return { tensors: [codes, ...biases], isInt4 };
    const version = isInt4 ? 6 : (kernel.scales?.length ?? 1) > 1 ? 5 : 2;
    const floats = file.op('DEQUANTIZE', [codes], file.add(`${node}/float`, shape), [38, {}], version);
    return { tensors: [floats, ...biases] };
  }

  /** An input with the levels of the output, which a concatenation needs. */
  function joined(name: string, { output, node, shape }: Operation, i: number): number {
    const [own, wanted] = [grids?.get(name), grids?.get(output)];
    const tensor = numbers.get(name) as number;
    if (own === undefined || wanted === undefined || sameGrid(own, wanted)) return tensor;
    const channels = shapes.get(name)?.at(-1) as number;
    const to = activation(`${node}/input${i}`, [...shape.slice(0, -1), channels], withGrid(wanted));
    return quantize(tensor, to);
  }

  const { shape: imageShape } = context.network.nodes[0] as { readonly shape?: readonly number[] };
  const shapes = new Map([[graph.input, imageShape as readonly number[]]]);
  const image = activation(graph.input, imageShape as readonly number[]);
  numbers.set(graph.input, image);
  file.inputs = [image];
  if (grids && floatEnds) {
    file.inputs = [file.add(`${graph.input}/float`, [1, ...(imageShape as readonly number[])])];
    quantize(file.inputs[0], image);
  }
  for (const operation of graph.operations) {
    const { op, node, inputs, output, shape, weights, integers } = operation;
    if (op === 'HARD_SWISH' && kind === 'int16')
      throw new ExportError(`"${node}" (hardSwish) has no kernel for 16-bit activations. Export 8-bit ones instead.`);
    const read = inputs.map((name, i) =>
      op === 'CONCATENATION' ? joined(name, operation, i) : (numbers.get(name) as number),
    );
    const { tensors, isInt4 = false } = weights ? constants({ ...operation, weights }) : { tensors: [] };
    for (const { name, values, shape } of integers ?? []) tensors.push(file.integers(name, values, shape));
    const to = activation(output, shape);
    numbers.set(output, to);
    shapes.set(output, shape);
    const version = (VERSIONS[op] ?? USUAL_VERSIONS)[isInt4 ? 'int4' : kind];
    const [number, values] = operation.options ?? [];
    // 16-bit sums with scales that are no powers of two.
    const options = op === 'ADD' && kind === 'int16' ? { ...values, powerOfTwoScale: false } : values;
    file.op(op, [...read, ...tensors], to, number === undefined || !options ? undefined : [number, options], version);
  }
  if (grids && floatEnds) {
    const [codes] = file.outputs;
    const floats = file.add(`${graph.output}/float`, [1, ...(shapes.get(graph.output) as readonly number[])]);
    file.op('DEQUANTIZE', [codes], floats, [38, {}], kind === 'int16' ? 3 : 2);
  }
  const stated = Object.fromEntries([...facts(whole)].filter(([fact]) => !UNSTATED.has(fact)));
  const content = file.bytes({
    description: `fewbits ${whole.provenance.version}`,
    metadata: { fewbits: JSON.stringify(stated) },
    signature: ['image', 'scores'],
  });
  return { content, losses: lossesOf(graph.operations, grids, kind, roundedAgain) };
}
