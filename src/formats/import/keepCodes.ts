// Turns quantized kernels of a file into a network that the page can requantize. The file stores codes and scales, and
// rounding `code * scale` again may give other codes: quotients of float32 numbers are rounded, and a folded batch norm
// splits a tensor's one scale into many. So such kernels become `code * 2^k`, which every quantizer with one scale per
// channel reproduces exactly, and the rest of the scale becomes a batch norm after the layer, where the page folds it in.
//
// Other levels (affine, blocks, TTQ) keep their numbers. If rounding would change them (DoReFa), the policy leaves the
// layer's weights float.
import { learnedKernelName } from '../../graph/learned';
import {
  isLayer,
  type LayerNode,
  layersOf,
  type Network,
  type NetworkNode,
  type Parameter,
  parameterName,
} from '../../graph/network';
import { type BitPolicy, FLOAT, isRounded } from '../../graph/policy';
import { groupCount, type KernelLayout, kernelLayout } from '../../quant/granularity';
import { type QuantScheme, quantizerOf, withCalibration } from '../../quant/registry';
import { roundedKernel } from '../../rounding/layers';

/** A kernel and one factor per channel; their product is not rounded. */
export interface ScaledKernel {
  readonly values: Float32Array;
  /** [channels]. */
  readonly gamma: Float32Array;
}

/** A stored kernel whose levels are integers times one scale per channel. */
export interface CenteredKernel {
  /** Signed integers in the kernel's order. */
  readonly codes: Float32Array;
  /** [channels], positive: the product of all scales. */
  readonly scales: Float32Array;
  /** The batch norm that already represents them in the network, if any. */
  readonly norm?: string;
}

/** A stored kernel. */
export type KeptKernel = CenteredKernel | ScaledKernel;

/** Powers of two extracted from scales; half precision represents them too. */
const MAX_EXPONENT = 14;

/** Differences up to this share of the largest weight count as float32 rounding. */
const TOLERANCE = 1e-5;

const exponentOf = (scale: number) =>
  Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, Math.floor(Math.log2(scale) + 0.5)));

/** The scheme for requantizing: ranges that hold all codes, and no correction. */
export function requantizationScheme(scheme: QuantScheme): QuantScheme {
  const { range: _, ...rest } = withCalibration(scheme, {
    correction: 'none',
    batchNorm: 'keep',
    rounding: 'nearest',
    independent: false,
    equalize: false,
    synthesize: false,
  });
  return rest;
}

/** A kernel [channels last] and its factor per channel: their product is `codes * scales`. */
function split({ codes, scales }: CenteredKernel, { channels }: KernelLayout, scheme: QuantScheme, bits: number) {
  const whole = scheme.granularity === 'tensor' ? exponentOf(Math.max(...scales)) : undefined;
  const steps = scales.map((scale) => 2 ** (whole ?? exponentOf(scale)));
  const gamma = scales.map((scale, c) => scale / steps[c]);
  // Two levels have no code for zero: channels without a scale get one of the two, times 0.
  const [{ zero }] = quantizerOf(scheme.quantizer).lines(bits, [1]);
  const twoLevels = !Number.isInteger(zero);
  // Signed codes may reach one further below zero than above, unless a negative batch norm mirrored them.
  const last = 2 ** bits - 1 - zero;
  codes.forEach((code, i) => {
    const c = i % channels;
    if (twoLevels && code === 0) gamma[c] = 0;
    else if (code > last) gamma[c] = -Math.abs(gamma[c]);
  });
  const values = codes.map((code, i) => {
    const c = i % channels;
    return (twoLevels && code === 0 ? 1 : gamma[c] < 0 ? -code : code) * steps[c];
  });
  return { values, gamma, steps: whole === undefined ? steps : steps.subarray(0, 1) };
}

/** True if rounding a kernel moves no number by more than a share of the largest. */
function isFixedPoint(network: Network, layer: LayerNode, scheme: QuantScheme, bits: number, share: number) {
  const { values } = network.parameters.get(parameterName(layer.id, 'kernel')) as Parameter;
  const again = roundedKernel(network, layer, scheme, bits);
  const most = share * values.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
  return values.every((v, i) => Math.abs(again[i] - v) <= most);
}

/** The network with kernels on their grids, each followed by a batch norm with its factors. */
function withKernels(
  network: Network,
  policy: BitPolicy,
  scheme: QuantScheme,
  kernels: ReadonlyMap<string, KeptKernel>,
): Network {
  const parameters = new Map(network.parameters);
  const ids = new Set(network.nodes.map(({ id }) => id));
  /** Ids of inserted batch norms, by the layers before them. */
  const behind = new Map<string, string>();
  const put = (id: string, part: string, values: Float32Array, shape: readonly number[] = [values.length]) =>
    parameters.set(parameterName(id, part), { shape, values });
  const nodes = network.nodes.flatMap((node): NetworkNode[] => {
    const moved = { ...node, inputs: node.inputs.map((id) => behind.get(id) ?? id) };
    const kept = kernels.get(node.id);
    if (kept === undefined || !isLayer(moved)) return [moved];
    const { id } = node;
    const { shape } = parameters.get(parameterName(id, 'kernel')) as Parameter;
    const layout = kernelLayout(shape, node.op === 'depthwiseConv2d');
    const bits = policy[id].weights;
    const coded = 'codes' in kept ? split(kept, layout, scheme, bits) : undefined;
    const { values, gamma } = coded ?? (kept as ScaledKernel);
    put(id, 'kernel', values, shape);
    if (coded && quantizerOf(scheme.quantizer).learned?.[0] === 'step') {
      const groups = groupCount(values.length, layout, scheme.granularity);
      parameters.set(learnedKernelName(id, scheme, bits), { shape: [1, groups], values: coded.steps });
    }
    const bias = parameters.get(parameterName(id, 'bias'))?.values;
    parameters.delete(parameterName(id, 'bias'));
    const layer = { ...moved, bias: false };
    if ('norm' in kept && kept.norm !== undefined) {
      put(kept.norm, 'gamma', gamma);
      return [layer];
    }
    const norm = uniqueName(`${id}.bn`, ids);
    behind.set(id, norm);
    put(norm, 'gamma', gamma);
    put(norm, 'beta', bias ?? new Float32Array(layout.channels));
    put(norm, 'mean', new Float32Array(layout.channels));
    put(norm, 'variance', new Float32Array(layout.channels).fill(1));
    return [layer, { id: norm, op: 'batchNorm', inputs: [id], epsilon: 0 }];
  });
  return { ...network, nodes, parameters };
}

/**
 * The network with the kernels that a file keeps as codes, and its policy with 32 bits for weights that the scheme (that of
 * `againScheme`) would round anew; `float` are the ids of their layers.
 */
export function keepCodes(
  network: Network,
  asked: BitPolicy,
  scheme: QuantScheme,
  kernels: ReadonlyMap<string, KeptKernel>,
): { readonly network: Network; readonly policy: BitPolicy; readonly float: readonly string[] } {
  const made = withKernels(network, asked, scheme, kernels);
  const float = layersOf(made).filter((layer) => {
    const { weights } = asked[layer.id];
    const kept = kernels.get(layer.id);
    return isRounded(weights) && !isFixedPoint(made, layer, scheme, weights, kept && 'codes' in kept ? 0 : TOLERANCE);
  });
  const parameters = new Map(made.parameters);
  const policy = { ...asked };
  for (const { id } of float) {
    parameters.delete(learnedKernelName(id, scheme, asked[id].weights));
    policy[id] = { ...asked[id], weights: FLOAT };
  }
  return { network: { ...made, parameters }, policy, float: float.map(({ id }) => id) };
}

function uniqueName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`;
  taken.add(name);
  return name;
}

/** Notes about kernels stored as codes. */
export function keptNotes(scheme: QuantScheme, float: readonly string[]): string[] {
  const names = float.slice(0, 3).map((id) => `"${id}"`);
  const more = float.length > 3 ? ` and ${float.length - 3} more` : '';
  return [
    'The kernels are the numbers that the file’s codes stand for; the float weights before them are not in it.',
    ...(float.length === 0
      ? []
      : [
          `Weights of ${names.join(', ')}${more} came in as 32-bit numbers: ${quantizerOf(scheme.quantizer).label} would round the rounded weights once more.`,
        ]),
  ];
}
