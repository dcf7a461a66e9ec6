// The packed file: a quantized network's memory, to the byte. Codes are bit-packed, batch norms folded. It is a
// safetensors file. For each layer it has `<id>.codes` (U8, bits packed low first), `<id>.numbers` (F32 [numbers,
// groups]: the quantizer's stored numbers per group, in the order of its `decode`, multiplied by the batch norm's
// factor) and `<id>.bias` (F32), or `<id>.kernel` (F32) for a float layer. 16-bit scales are U8 pairs, low byte first,
// with the batch norm's factor beside them as `<id>.factor` (F32 [channels]), because multiplying it in would round
// them again. `<id>.input` (F32) holds the parameters that round the layer's input: [scale, offset] of a uniform grid,
// or [scale] for PACT and LSQ, whose levels start at zero; block floating point stores nothing, because its exponents
// follow from the data. Of skipped branches nothing is stored. Groups are ordered as in quant/granularity.ts. The
// metadata state the bits and shapes.
import { batchNormLine, foldableBatchNorms, foldedArchitecture, withBiases } from '../graph/folding';
import { type Architecture, isLayer, type LayerNode, layersOf, type Network, parameterName } from '../graph/network';
import { type BitPolicy, FLOAT, roundsNothing, uniformPolicy } from '../graph/policy';
import { parameterShapes } from '../graph/shapes';
import { signedInputs } from '../graph/signs';
import { withoutSkipped } from '../graph/skips';
import { float16Bits } from '../quant/floats';
import { groupCount, type KernelLayout, kernelLayout } from '../quant/granularity';
import type { ActivationQuantizerId } from '../quant/quantizer';
import { calibrationOf, type QuantScheme, quantizerOf, scaleBitsOf, schemeName } from '../quant/registry';
import type { UniformGrid } from '../quant/uniformGrid';
import { inputQuantizer } from '../rounding/activationRounding';
import type { EncodedKernel } from '../rounding/codedKernel';
import { schemeOfLayer } from '../rounding/layerScheme';
import { type RoundedLayer, roundedLayers } from '../rounding/layers';
import {
  type SafetensorsLayout,
  type SafetensorsTensor,
  safetensorsBytes,
  serializeSafetensors,
  tensorBytes,
} from './safetensors';

/** The version of this layout, `fewbits` in the file's metadata. */
export const PACKED_VERSION = '2';

/** Numbers stored for the rounding of a layer's input. */
const INPUT_NUMBERS: Readonly<Record<ActivationQuantizerId, 0 | 1 | 2>> = {
  uniform: 2,
  pact: 1,
  lsq: 1,
  lsqPlus: 2,
  bfp: 0,
};

type TensorLayout = Pick<SafetensorsTensor, 'dtype' | 'shape'>;

/** A layer as stored in the packed file. */
export interface PackedLayer {
  readonly node: LayerNode;
  readonly shape: readonly number[];
  readonly layout: KernelLayout;
  readonly count: number;
  readonly bits: number;
  /** True for 16-bit numbers. */
  readonly half: boolean;
  /** Columns of `numbers`. */
  readonly groups: number;
  /** Rows of `numbers`: those stored per group. */
  readonly rows: number;
}

/** The layers of the packed file, in execution order, without skipped ones. */
export function packedLayers(whole: Architecture, policy: BitPolicy, scheme: QuantScheme): PackedLayer[] {
  const { network: architecture } = withoutSkipped(whole, policy);
  const shapes = parameterShapes(architecture);
  const folded = foldableBatchNorms(architecture);
  const quantizer = quantizerOf(scheme.quantizer);
  return layersOf(architecture).map((node) => {
    const shape = shapes.get(parameterName(node.id, 'kernel')) as readonly number[];
    const layout = kernelLayout(shape, node.op === 'depthwiseConv2d');
    const count = shape.reduce((product, d) => product * d, 1);
    const bits = policy[node.id].weights;
    const own = groupCount(count, layout, scheme.granularity);
    // A folded batch norm has one factor per channel, so per-tensor numbers become per-channel.
    const half = scaleBitsOf(schemeOfLayer(scheme, whole, node)) === 16;
    const groups = folded.has(node.id) && !half ? Math.max(own, layout.channels) : own;
    const rows = bits === FLOAT ? 0 : quantizer.numbersPerGroup(bits);
    return { node, shape, layout, count, bits, half, groups, rows };
  });
}

/** Tensors and metadata of the packed file, without its numbers. */
export function packedLayout(whole: Architecture, policy: BitPolicy, scheme: QuantScheme): SafetensorsLayout {
  const { network: architecture } = withoutSkipped(whole, policy);
  const folded = foldableBatchNorms(architecture);
  const foldedIds = new Set([...folded.values()].map(({ id }) => id));
  const shapes = parameterShapes(architecture);
  const signed = signedInputs(architecture);
  const tensors = new Map<string, TensorLayout>();
  for (const { node, shape, layout, count, bits, half, groups, rows } of packedLayers(whole, policy, scheme)) {
    if (bits === FLOAT) tensors.set(`${node.id}.kernel`, { dtype: 'F32', shape });
    else {
      tensors.set(`${node.id}.codes`, { dtype: 'U8', shape: [Math.ceil((count * bits) / 8)] });
      if (half) {
        tensors.set(`${node.id}.numbers`, { dtype: 'U8', shape: [rows, groups, 2] });
        if (folded.has(node.id)) tensors.set(`${node.id}.factor`, { dtype: 'F32', shape: [layout.channels] });
      } else tensors.set(`${node.id}.numbers`, { dtype: 'F32', shape: [rows, groups] });
    }
    if (node.bias || folded.has(node.id)) tensors.set(`${node.id}.bias`, { dtype: 'F32', shape: [layout.channels] });
    const kept = INPUT_NUMBERS[inputQuantizer(scheme, signed.has(node.id))];
    if (policy[node.id].activations !== FLOAT && kept > 0)
      tensors.set(`${node.id}.input`, { dtype: 'F32', shape: [kept] });
  }
  for (const node of architecture.nodes)
    if (node.op === 'batchNorm' && !foldedIds.has(node.id))
      tensors.set(`${node.id}.line`, {
        dtype: 'F32',
        shape: [2, ...(shapes.get(parameterName(node.id, 'gamma')) ?? [])],
      });
  const metadata = new Map([
    ['fewbits', PACKED_VERSION],
    ['network', architecture.name],
    ['scheme', schemeName(scheme)],
    ['layers', JSON.stringify(described(whole, policy))],
  ]);
  // Float32 tensors first, because safetensors wants data aligned to its type.
  const ordered = [...tensors].sort(([, a], [, b]) => Number(a.dtype === 'U8') - Number(b.dtype === 'U8'));
  return { tensors: new Map(ordered), metadata };
}

/** Widths and kernel shape of every layer by its id, including skipped ones. */
function described(architecture: Architecture, policy: BitPolicy) {
  const shapes = parameterShapes(architecture);
  const rows = layersOf(architecture).map(({ id }) => {
    const { weights, activations } = policy[id];
    return [id, [weights, activations, shapes.get(parameterName(id, 'kernel'))]] as const;
  });
  return Object.fromEntries(rows);
}

/**
 * The architecture in a scheme's packed file for a policy: with batch norms folded before rounding, if the scheme folds
 * them, and with the biases that its correction adds.
 */
export function keptBy(scheme: QuantScheme, architecture: Architecture, policy: BitPolicy): Architecture {
  const { batchNorm, correction } = calibrationOf(scheme);
  const kept = batchNorm === 'fold' ? foldedArchitecture(architecture) : architecture;
  return correction === 'bias' && !roundsNothing(policy) ? withBiases(kept) : kept;
}

/**
 * Exact size of the packed file in bytes: what "memory" and "size" mean everywhere. Needs no weights; the architecture
 * may already be folded or corrected.
 *
 * @example
 * const architecture = networks.resnet8.build([32, 32, 3], 10);
 * console.log(packedBytes(architecture, uniformPolicy(architecture, 4, 8), DEFAULT_SCHEME));
 */
export function packedBytes(architecture: Architecture, policy: BitPolicy, scheme: QuantScheme): number {
  return safetensorsBytes(packedLayout(keptBy(scheme, architecture, policy), policy, scheme));
}

/** Size of the float network's packed file divided by the size of this one. */
export function compressionOf(architecture: Architecture, policy: BitPolicy, scheme: QuantScheme): number {
  const float = packedBytes(architecture, uniformPolicy(architecture, FLOAT, FLOAT), scheme);
  return float / packedBytes(architecture, policy, scheme);
}

/** Bytes of the packed file, and each layer's share of them. */
export interface PackedSizes {
  readonly total: number;
  /** By layer: codes or float weights, the numbers of its groups, bias, and input range. */
  readonly layers: ReadonlyMap<string, number>;
  /** What belongs to no layer: the header, and batch norms that fold into none. */
  readonly rest: number;
}

/** Exact sizes in bytes of the packed file and its parts. Needs no weights. */
export function packedSizes(whole: Architecture, policy: BitPolicy, scheme: QuantScheme): PackedSizes {
  const architecture = keptBy(scheme, whole, policy);
  const layout = packedLayout(architecture, policy, scheme);
  const layers = new Map(architecture.nodes.filter(isLayer).map(({ id }) => [id, 0]));
  let rest = safetensorsBytes(layout);
  const total = rest;
  for (const [name, tensor] of layout.tensors) {
    const id = name.slice(0, name.lastIndexOf('.'));
    const before = layers.get(id);
    if (before === undefined) continue;
    layers.set(id, before + tensorBytes(tensor));
    rest -= tensorBytes(tensor);
  }
  return { total, layers, rest };
}

/** Packs codes of `bits` bits each, low bits first, into bytes. */
export function packBits(codes: Iterable<number>, count: number, bits: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((count * bits) / 8));
  let position = 0;
  for (const code of codes) {
    const shifted = code << (position & 7);
    bytes[position >> 3] |= shifted;
    if ((position & 7) + bits > 8) bytes[(position >> 3) + 1] |= shifted >> 8;
    position += bits;
  }
  return bytes;
}

/** Inverse of `packBits`. */
export function unpackBits(bytes: Uint8Array, count: number, bits: number): Uint8Array {
  const mask = 2 ** bits - 1;
  return Uint8Array.from({ length: count }, (_, i) => {
    const position = i * bits;
    const word = bytes[position >> 3] | ((bytes[(position >> 3) + 1] ?? 0) << 8);
    return (word >> (position & 7)) & mask;
  });
}

/** Scale and offset of each layer's input, for layers with quantized activations. */
export type InputGrids = ReadonlyMap<string, Pick<UniformGrid, 'scale' | 'offset'>>;

/** Writes the packed file. */
export function packNetwork(network: Network, policy: BitPolicy, scheme: QuantScheme, inputs: InputGrids): Uint8Array {
  const layout = packedLayout(network, policy, scheme);
  const rounded = roundedLayers(network, { policy: withFloatInputs(policy), scheme, ranges: new Map() });
  const values = new Map<string, Float32Array | Uint8Array>();
  for (const layer of packedLayers(network, policy, scheme)) {
    const { node } = layer;
    const whole = rounded.get(node.id) as RoundedLayer;
    if (whole.bias) values.set(`${node.id}.bias`, whole.bias);
    const parts = whole.encoded ? packKernel(whole.encoded, layer, whole.factor) : [['kernel', whole.values] as const];
    for (const [part, packed] of parts) values.set(`${node.id}.${part}`, packed);
    const grid = inputs.get(node.id);
    const [kept] = layout.tensors.get(`${node.id}.input`)?.shape ?? [];
    if (grid && kept) values.set(`${node.id}.input`, Float32Array.of(grid.scale, grid.offset).subarray(0, kept));
  }
  for (const node of network.nodes)
    if (node.op === 'batchNorm' && layout.tensors.has(`${node.id}.line`)) {
      const { multiplier, shift } = batchNormLine(network, node);
      values.set(`${node.id}.line`, Float32Array.of(...multiplier, ...shift));
    }
  const tensors = new Map(
    [...layout.tensors].map(([name, entry]) => {
      const found = values.get(name);
      if (found === undefined)
        throw new Error(`The packed file needs "${name}", which is missing; calibrate activations first.`);
      return [name, { ...entry, values: found }];
    }),
  );
  return serializeSafetensors({ tensors, metadata: layout.metadata });
}

/** The same widths of weights, with float inputs, whose grids are passed separately. */
function withFloatInputs(policy: BitPolicy): BitPolicy {
  return Object.fromEntries(Object.entries(policy).map(([id, { weights }]) => [id, { weights, activations: FLOAT }]));
}

function packKernel(
  { codes, numbers }: EncodedKernel,
  { bits, half, layout, groups, rows }: PackedLayer,
  factor: Float32Array | undefined,
): Map<string, Float32Array | Uint8Array> {
  const packed = new Map<string, Float32Array | Uint8Array>([['codes', packBits(codes, codes.length, bits)]]);
  const kept = (i: number) => numbers[numbers.length === 1 ? 0 : i % groups][Math.floor(i / groups)];
  if (half) {
    const halves = Uint16Array.from({ length: rows * groups }, (_, i) => float16Bits(kept(i)));
    packed.set(
      'numbers',
      Uint8Array.from({ length: 2 * halves.length }, (_, i) => halves[i >> 1] >> (8 * (i & 1))),
    );
    if (factor) packed.set('factor', factor);
  } else {
    const values = { length: rows * groups };
    packed.set(
      'numbers',
      Float32Array.from(values, (_, i) => kept(i) * (factor?.[(i % groups) % layout.channels] ?? 1)),
    );
  }
  return packed;
}
