// Reads packed files (packed.ts): codes, policy and scheme unchanged, and the network they represent, dequantized and
// with its batch norms folded. The file does not contain the architecture; the caller finds it by name.
import { foldableBatchNorms, foldBatchNorms } from '../graph/folding';
import { type Architecture, type Network, type NetworkNode, type Parameter, parameterName } from '../graph/network';
import { type BitPolicy, checkPolicy, FLOAT, isRounded } from '../graph/policy';
import { checkNetwork, parameterShapes } from '../graph/shapes';
import { fromFloat16Bits } from '../quant/floats';
import { checkSpec, groupCount, joinGroups, splitGroups } from '../quant/granularity';
import { parseScheme } from '../quant/parseScheme';
import { type QuantScheme, quantizerOf, specOf } from '../quant/registry';
import { centeredCodes, codedKernel, hasOneScale } from '../rounding/codedKernel';
import type { KeptKernel } from './import/keepCodes';
import { PACKED_VERSION, type PackedLayer, packedLayers, packedLayout, unpackBits } from './packed';
import { FormatError, parseSafetensors, type SafetensorsTensor } from './safetensors';

/** The metadata of a packed file. */
export interface PackedCard {
  /** Name of the network, e.g. `ResNet-20`. */
  readonly network: string;
  readonly scheme: QuantScheme;
  /** Widths and kernel shape by layer, in execution order; not yet checked against a network. */
  readonly layers: ReadonlyMap<
    string,
    { readonly weights: unknown; readonly activations: unknown; readonly shape: readonly number[] }
  >;
}

export interface Unpacked {
  /**
   * The network that computes in float what the packed one does: batch norms folded, kernels dequantized, skipped
   * branches zero.
   */
  readonly network: Network;
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  /** Codes of each layer below 32 bits, in the order of its kernel. */
  readonly codes: ReadonlyMap<string, Uint8Array>;
  /** Their kernels without the batch norm's factor, where it can be separated. */
  readonly kernels: ReadonlyMap<string, KeptKernel>;
  /** The parameters that round layer inputs: [scale, offset] or [scale], as in packed.ts. */
  readonly inputs: ReadonlyMap<string, Float32Array>;
}

/** True if a safetensors file's metadata belong to a packed file of any version. */
export function isPacked(metadata: ReadonlyMap<string, string>): boolean {
  return metadata.has('fewbits') && metadata.has('layers');
}

/** @throws FormatError when the metadata are not of this version, or damaged. */
export function packedCard(metadata: ReadonlyMap<string, string>): PackedCard {
  const version = metadata.get('fewbits');
  if (version !== PACKED_VERSION)
    throw new FormatError(
      `This is a packed file of version ${version}, and only ${PACKED_VERSION} is read; export it again.`,
    );
  const layers = new Map<string, { weights: unknown; activations: unknown; shape: readonly number[] }>();
  for (const [id, described] of Object.entries(parseObject(metadata.get('layers')))) {
    const [weights, activations, shape] = Array.isArray(described) ? described : [];
    if (!Array.isArray(shape) || !shape.every((d) => Number.isInteger(d) && d >= 1))
      throw new FormatError(`The packed file describes the layer "${id}" without a shape; it is damaged.`);
    layers.set(id, { weights, activations, shape });
  }
  return { network: metadata.get('network') ?? '', scheme: parseScheme(metadata.get('scheme') ?? ''), layers };
}

function parseObject(text = ''): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw new FormatError('The packed file does not list its layers; it is damaged.');
}

/**
 * Reads a packed file of an architecture.
 * @throws FormatError, NetworkError, PolicyError or QuantSpecError when it is damaged or belongs to another network.
 */
export function unpackNetwork(architecture: Architecture, bytes: Uint8Array): Unpacked {
  const { tensors, metadata } = parseSafetensors(bytes);
  const { scheme, layers } = packedCard(metadata);
  const quantizer = quantizerOf(scheme.quantizer);
  const widths = [...layers].map(([id, { weights, activations }]) => [id, { weights, activations }] as const);
  const policy = checkPolicy(architecture, Object.fromEntries(widths));
  for (const { weights } of Object.values(policy))
    if (isRounded(weights)) checkSpec(quantizer, scheme.granularity, weights);
  checkLayout(tensors, packedLayout(architecture, policy, scheme).tensors);

  const values = (name: string) => tensors.get(name)?.values;
  const folded = foldableBatchNorms(architecture);
  const nodes = foldedNodes(architecture, new Set(tensors.keys()));
  const parameters = new Map<string, Parameter>();
  const codes = new Map<string, Uint8Array>();
  const kernels = new Map<string, KeptKernel>();
  const inputs = new Map<string, Float32Array>();
  for (const layer of packedLayers(architecture, policy, scheme)) {
    const { node, shape, bits, count } = layer;
    const { id } = node;
    let kernel = values(`${id}.kernel`) as Float32Array;
    if (bits !== FLOAT) {
      const own = unpackBits(values(`${id}.codes`) as Uint8Array, count, bits);
      codes.set(id, own);
      const numbers = keptNumbers(tensors.get(`${id}.numbers`) as SafetensorsTensor);
      kernel = decodeKernel(own, numbers, layer, scheme);
      const factor = values(`${id}.factor`) as Float32Array | undefined;
      const kept = keptKernel(own, numbers, layer, scheme, factor);
      if (kept !== undefined) kernels.set(id, kept);
      if (factor !== undefined) kernel = kernel.map((v, i) => v * factor[i % layer.layout.channels]);
    }
    parameters.set(parameterName(id, 'kernel'), { shape, values: kernel });
    if (node.bias || folded.has(id))
      parameters.set(parameterName(id, 'bias'), {
        shape: [layer.layout.channels],
        values: values(`${id}.bias`) as Float32Array,
      });
    const input = values(`${id}.input`);
    if (input !== undefined) inputs.set(id, input as Float32Array);
  }
  for (const node of nodes) {
    if (node.op !== 'batchNorm') continue;
    const line = values(`${node.id}.line`) as Float32Array | undefined;
    if (line === undefined) continue;
    const c = line.length / 2;
    const put = (part: string, numbers: Float32Array) =>
      parameters.set(parameterName(node.id, part), { shape: [c], values: numbers });
    put('gamma', line.slice(0, c));
    put('beta', line.slice(c));
    put('mean', new Float32Array(c));
    put('variance', new Float32Array(c).fill(1));
  }
  // Skipped layers are in the network as zeros.
  for (const [name, shape] of parameterShapes({ name: architecture.name, nodes }))
    if (!parameters.has(name)) parameters.set(name, { shape, values: new Float32Array(sizeOf(shape)) });
  const network = { name: architecture.name, nodes, parameters };
  checkNetwork(network);
  return { network, policy, scheme, codes, kernels, inputs };
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, d) => product * d, 1);

function checkLayout(
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  wanted: ReadonlyMap<string, Pick<SafetensorsTensor, 'dtype' | 'shape'>>,
): void {
  const text = (tensor: Pick<SafetensorsTensor, 'dtype' | 'shape'> | undefined) =>
    tensor === undefined ? 'missing' : `${tensor.dtype} [${tensor.shape.join(', ')}]`;
  for (const name of new Set([...wanted.keys(), ...tensors.keys()]))
    if (text(tensors.get(name)) !== text(wanted.get(name)))
      throw new FormatError(
        `The packed file's "${name}" is ${text(tensors.get(name))}, where ${text(wanted.get(name))} is expected; it is damaged or of another network.`,
      );
}

/** Nodes with batch norms folded where possible; the remaining ones become their line, `multiplier x + shift`. */
function foldedNodes(architecture: Architecture, names: ReadonlySet<string>): NetworkNode[] {
  const blank = [...parameterShapes(architecture)].map(([name, shape]): [string, Parameter] => [
    name,
    { shape, values: new Float32Array(sizeOf(shape)) },
  ]);
  return foldBatchNorms({ ...architecture, parameters: new Map(blank) }).nodes.map((node) =>
    node.op === 'batchNorm' && names.has(`${node.id}.line`) ? { ...node, epsilon: 0 } : node,
  );
}

/** Stored numbers, float32 or float16 as pairs of bytes. */
function keptNumbers({ dtype, values }: SafetensorsTensor): Float32Array {
  if (dtype === 'F32') return values as Float32Array;
  return Float32Array.from({ length: values.length / 2 }, (_, i) =>
    fromFloat16Bits(values[2 * i] | (values[2 * i + 1] << 8)),
  );
}

/** A kernel without its batch norm's factor; undefined if every channel has its own groups, which absorbed it. */
function keptKernel(
  codes: Uint8Array,
  numbers: Float32Array,
  layer: PackedLayer,
  scheme: QuantScheme,
  factor: Float32Array | undefined,
): KeptKernel | undefined {
  const { layout, groups, rows, bits } = layer;
  if (hasOneScale(scheme)) {
    const encoded = { codes, numbers: Array.from(numbers, (number) => [number]) };
    return centeredCodes(codedKernel(encoded, layout, scheme, bits, factor), layout);
  }
  if (factor !== undefined) return { values: decodeKernel(codes, numbers, layer, scheme), gamma: factor };
  if (scheme.granularity !== 'tensor' || groups === 1) return undefined;
  // One group whose numbers were multiplied by each channel's factor: those of the largest represent all.
  const magnitudes = numbers.map(Math.abs);
  const largest = magnitudes.indexOf(magnitudes.reduce((max, v) => Math.max(max, v), 0));
  const [row, most] = [Math.floor(largest / groups), largest % groups];
  const own = Float32Array.from({ length: rows }, (_, i) => numbers[i * groups + most]);
  const gamma = Float32Array.from({ length: groups }, (_, g) => numbers[row * groups + g] / numbers[largest] || 0);
  return { values: decodeKernel(codes, own, { ...layer, groups: 1 }, scheme), gamma };
}

function decodeKernel(codes: Uint8Array, numbers: Float32Array, layer: PackedLayer, scheme: QuantScheme): Float32Array {
  const { layout, count, groups, rows, bits } = layer;
  const quantizer = quantizerOf(scheme.quantizer);
  // Per-tensor numbers become per-channel under a folded batch norm: then decode channel by channel.
  const granularity = groups > groupCount(count, layout, scheme.granularity) ? 'channel' : scheme.granularity;
  const places = splitGroups(Float32Array.from(codes), granularity, layout);
  const parts = places.map((part, g) =>
    quantizer.decode(
      Uint8Array.from(part),
      Array.from({ length: rows }, (_, row) => numbers[row * groups + g]),
      specOf(scheme, bits),
    ),
  );
  return joinGroups(parts, granularity === 'tensor' ? 1 : layout.channels);
}
