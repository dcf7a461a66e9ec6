// Reads ONNX files exported by the page exactly: policy and scheme as stated in the file, kernels as their stored codes,
// and the activation grids from the nodes. With this setting the network predicts the same as before the export.
//
// Layers that add integers have their scales beside them (export/nchw.ts): `codes = round(x * inverse)`, and `multiplier`
// holds the product of the input and kernel scales. The input scale is one whose reciprocal is `inverse`, and the kernel
// scale one whose product with it is `multiplier`, both bit-exact.
import { foldableBatchNorms } from '../../../graph/folding';
import { type Architecture, layersOf, type Network, type Parameter, parameterName } from '../../../graph/network';
import { type BitPolicy, checkPolicy, FLOAT, SKIPPED } from '../../../graph/policy';
import { signedInputs } from '../../../graph/signs';
import { checkSpec, kernelLayout } from '../../../quant/granularity';
import { parseScheme } from '../../../quant/parseScheme';
import { type QuantScheme, quantizerOf } from '../../../quant/registry';
import { inverseScale, zeroPoint } from '../../../quant/uniformGrid';
import { type ActivationRange, activationRounding, rangeOfGrid } from '../../../rounding/activationRounding';
import { hasOneScale, NO_SCALE } from '../../../rounding/codedKernel';
import { normalizationOf, rangesOf } from '../../project';
import type { Inspection } from '../importer';
import { type KeptKernel, keepCodes, keptNotes, requantizationScheme } from '../keepCodes';
import type { LayerRounding } from '../layerRounding';
import { bitsOf } from '../statedRounding';

/** The outcome for a graph: a network, the file's stated rounding, or the obstacles. */
export type Converted = Pick<Inspection, 'network' | 'setting' | 'classes' | 'notes' | 'unsupported'>;

/** True if a file states that the page exported it. */
export function isOwn(metadata: ReadonlyMap<string, string>): boolean {
  return metadata.has('fewbits.version') && metadata.has('policy');
}

/** The note for an exported file that was edited since. */
export const CHANGED =
  'The file was exported here, but its nodes are not what it says of them; it was read as any other file.';

interface Facts {
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  readonly ranges: ReadonlyMap<string, ActivationRange>;
  readonly normalization: {
    readonly mean: readonly number[];
    readonly std: readonly number[];
    /** True if each image is then standardized by itself. */
    readonly perImage?: boolean;
  };
  readonly classes: readonly string[];
}

/** The file's statements (export/context.ts); undefined if unreadable or for another network. */
function factsOf(metadata: ReadonlyMap<string, string>, architecture: Architecture): Facts | undefined {
  const parsed = (name: string): unknown => JSON.parse(metadata.get(name) ?? '');
  try {
    const policy = checkPolicy(architecture, withoutZeros(parsed('policy')));
    const scheme = parseScheme(metadata.get('scheme') ?? '');
    for (const { weights } of Object.values(policy))
      if (weights !== FLOAT) checkSpec(quantizerOf(scheme.quantizer), scheme.granularity, weights);
    const ranges = rangesOf(Object.entries(parsed('activation_ranges') as object), architecture);
    const classes = parsed('classes');
    if (!Array.isArray(classes) || !classes.every((name) => typeof name === 'string')) return undefined;
    return { policy, scheme, ranges, normalization: normalizationOf(parsed('input_normalization')), classes };
  } catch {
    return undefined;
  }
}

/** A stated policy without its skipped layers, which are not in the file. */
function withoutZeros(policy: unknown): unknown {
  if (typeof policy !== 'object' || policy === null) return policy;
  return Object.fromEntries(Object.entries(policy).filter(([, bits]) => bits?.weights !== SKIPPED));
}

/** The float32 so many steps above a positive one. */
function stepped(value: number, steps: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  bits[0] += steps;
  return new Float32Array(bits.buffer)[0];
}

const NEAR = [0, -1, 1, -2, 2];

/** Possible scales of activations: the stated one, or those with the given reciprocal. */
function inputScales({ input, factor }: LayerRounding): readonly number[] {
  if (input === undefined) return [];
  if (input === 'fixed') return factor === undefined ? [1] : [1 / factor];
  if (factor === undefined) return [input.scale === NO_SCALE ? 0 : input.scale];
  if (input.scale !== 1) return [];
  if (factor === 0) return [0];
  return NEAR.map((steps) => stepped(Math.fround(1 / factor), steps)).filter((scale) => inverseScale(scale) === factor);
}

/** Scales [channels] of a kernel that give a multiplier together with the input scale; undefined if there are none. */
function kernelScales(multiplier: Float32Array, input: number): Float32Array | undefined {
  const scales = multiplier.map((product) =>
    input === 0
      ? product === 0
        ? 1
        : Number.NaN
      : (NEAR.map((steps) => stepped(Math.fround(product / input), steps)).find(
          (scale) => Math.fround(input * scale) === product,
        ) ?? Number.NaN),
  );
  return scales.some(Number.isNaN) ? undefined : scales;
}

/** The scale of a layer's input, and the scales [channels] of its kernel; undefined if nothing fits the nodes. */
function scalesOf(rounding: LayerRounding, stated: number | undefined, channels: number) {
  const { kernel, multiplier } = rounding;
  // The stated scale is tried first: among several scales with the same reciprocal, it is the original.
  const inputs = [...inputScales(rounding)].sort((a, b) => Number(b === stated) - Number(a === stated));
  if (multiplier === undefined) {
    const scales = kernel?.scales.length === 1 ? new Float32Array(channels).fill(kernel.scales[0]) : kernel?.scales;
    return { input: inputs[0] as number | undefined, scales };
  }
  for (const input of inputs) {
    const scales = kernelScales(multiplier, input);
    if (scales && kernel?.scales.every((one) => one === 1)) return { input, scales };
  }
  return undefined;
}

/**
 * The network of a file with its setting; undefined if the nodes do not match the file's statements. `network` has
 * kernels as numbers, and a batch norm where the file multiplies sums.
 */
export function restoreOwn(
  network: Network,
  roundings: ReadonlyMap<string, LayerRounding>,
  metadata: ReadonlyMap<string, string>,
): Converted | undefined {
  const facts = factsOf(metadata, network);
  if (facts === undefined) return undefined;
  const { policy: stated, classes, normalization } = facts;
  const scheme = requantizationScheme(facts.scheme);
  const signed = signedInputs(network);
  const norms = foldableBatchNorms(network);
  const ranges = new Map(facts.ranges);
  const kernels = new Map<string, KeptKernel>();
  for (const { id, op } of layersOf(network)) {
    const rounding = roundings.get(id) ?? {};
    const { kernel, multiplier } = rounding;
    const { weights, activations } = stated[id];
    const codes = rounding.input === 'fixed' ? undefined : rounding.input;
    if ((codes && bitsOf(codes)) !== (activations === FLOAT ? undefined : activations)) return undefined;

    const { shape } = network.parameters.get(parameterName(id, 'kernel')) as Parameter;
    const { channels } = kernelLayout(shape, op === 'depthwiseConv2d');
    const range = facts.ranges.get(id);
    const grid = codes && range ? gridOf(id, scheme, activations, signed.has(id), range) : undefined;
    const found = scalesOf(rounding, grid?.scale, channels);
    if (found === undefined || (codes && found.input === undefined)) return undefined;
    if (codes && found.input !== undefined) {
      const zero = codes.zero - codes.low;
      const same = grid?.scale === found.input && zeroPoint(grid) === zero;
      if (!same) ranges.set(id, rangeOfGrid(found.input, zero, activations));
    }
    const integers = weights !== FLOAT && hasOneScale(scheme);
    const norm = multiplier && norms.get(id)?.id;
    if (multiplier && (norm === undefined || !integers)) return undefined;
    const { scales } = found;
    if (kernel === undefined || scales === undefined || !integers) continue;
    if (scales.length !== channels || !scales.every((scale) => scale > 0 && Number.isFinite(scale))) return undefined;
    kernels.set(id, { codes: kernel.codes, scales, ...(norm && { norm }) });
  }
  const { float, ...kept } = keepCodes(network, stated, scheme, kernels);
  const setting = { policy: kept.policy, scheme, ranges, normalization, classes };
  const notes = Object.values(stated).some(({ weights }) => weights !== FLOAT) ? keptNotes(scheme, float) : [];
  return { network: kept.network, setting, classes, notes, unsupported: [] };
}

function gridOf(layer: string, scheme: QuantScheme, bits: number, signed: boolean, range: ActivationRange) {
  const rounding = activationRounding(layer, scheme, bits, signed, range);
  return rounding.quantizer === 'bfp' ? undefined : rounding.grid;
}
