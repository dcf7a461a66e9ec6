// Converts the rounding in foreign files, from QuantizeLinear, DequantizeLinear and Quant, to a policy, a scheme and
// ranges of the page. Weights come as codes and scales; the first of the page's quantizers whose rounding reproduces all
// of them is used. LSQ fits any codes around zero, because its steps are stored.
import { learnedKernelName } from '../../graph/learned';
import { layersOf, type Network, type Parameter, parameterName } from '../../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, isBitWidth, isRounded } from '../../graph/policy';
import { kernelLayout } from '../../quant/granularity';
import { type QuantScheme, quantizerOf } from '../../quant/registry';
import { type ActivationRange, rangeOfGrid } from '../../rounding/activationRounding';
import type { Inspection } from './importer';
import { keepCodes } from './keepCodes';
import type { ActivationCodes, LayerRounding, WeightCodes } from './layerRounding';

/** Bits of evenly spaced codes that include zero; undefined for others. */
export function bitsOf({ low, high, zero, scale }: ActivationCodes): BitWidth | undefined {
  const bits = Math.log2(high - low + 1);
  const usual = Number.isInteger(zero) && zero >= low && zero <= high && scale > 0;
  return usual && bits <= 8 && isBitWidth(bits, 'activations') ? bits : undefined;
}

/** Codes including the lowest one, which a narrow range (-127 ... 127) omits and the page's grids have. */
function whole(codes: ActivationCodes): ActivationCodes {
  const size = codes.high - codes.low + 1;
  return Number.isInteger(Math.log2(size + 1)) ? { ...codes, low: codes.low - 1 } : codes;
}

/** The file's rounding of activations: bits and ranges that the page supports, and a sentence about the rest. */
function readActivations(network: Network, roundings: ReadonlyMap<string, LayerRounding>) {
  const ranges = new Map<string, ActivationRange>();
  const bits = new Map<string, BitWidth>();
  const others = new Map<number, number>();
  for (const { id } of layersOf(network)) {
    const input = roundings.get(id)?.input;
    if (input === undefined || input === 'fixed') continue;
    const codes = whole(input);
    const width = bitsOf(codes);
    if (width === undefined) {
      const asked = Math.ceil(Math.log2(input.high - input.low + 1));
      others.set(asked, (others.get(asked) ?? 0) + 1);
      continue;
    }
    bits.set(id, width);
    ranges.set(id, rangeOfGrid(codes.scale, codes.zero - codes.low, width));
  }
  const notes = [...others].map(
    ([asked, count]) =>
      `What ${layers(count, 'reads', 'read')} is rounded to ${asked} bits in the file, in a way that the page does not have (2-8 bits, evenly spaced around zero): it stays 32-bit numbers.`,
  );
  if (bits.size > 0)
    notes.push(
      `What ${layers(bits.size, 'reads', 'read')} is rounded to ${listed(bits.values())} bits, with the ranges of the file.`,
    );
  return { ranges, bits, notes };
}

const layers = (count: number, one: string, many: string): string =>
  count === 1 ? `1 layer ${one}` : `${count} layers ${many}`;

/** Widths in words, e.g. `4 and 8`. */
function listed(widths: Iterable<number>): string {
  const all = [...new Set(widths)].sort((a, b) => a - b);
  return all.length === 1 ? `${all[0]}` : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

/** Schemes that may produce the codes of a file, the likeliest first. */
function schemesFor(codes: Iterable<WeightCodes>): QuantScheme[] {
  const all = [...codes];
  const tensor = all.length > 0 && all.every(({ scales }) => scales.length === 1);
  return (['symmetric', 'lsq', 'affine'] as const).flatMap((quantizer) =>
    (tensor ? (['tensor', 'channel'] as const) : (['channel'] as const)).map((granularity) => ({
      quantizer,
      granularity,
    })),
  );
}

/**
 * Whether a scheme can have the levels of a layer's codes, judged by their ends: a cheap check that avoids rounding whole
 * networks in vain. Groups of zeros fit any scheme.
 */
function mayKeep({ codes, bits }: WeightCodes, { quantizer, granularity }: QuantScheme, channels: number): boolean {
  if (quantizer === 'lsq' || bits === 1) return true;
  const groups = granularity === 'tensor' ? 1 : channels;
  const [low, high] = [new Float32Array(groups), new Float32Array(groups)];
  codes.forEach((code, i) => {
    const group = (i % channels) % groups;
    low[group] = Math.min(low[group], code);
    high[group] = Math.max(high[group], code);
  });
  // A symmetric grid ends at the largest magnitude; an affine grid runs from the smallest number to the largest.
  return low.every((least, group) => {
    const most = high[group];
    if (least === 0 && most === 0) return true;
    return quantizer === 'symmetric' ? Math.max(-least, most) === 2 ** (bits - 1) - 1 : most - least === 2 ** bits - 1;
  });
}

/** The network with LSQ steps set from the codes of its kernels. */
function withSteps(
  network: Network,
  scheme: QuantScheme,
  policy: BitPolicy,
  codes: ReadonlyMap<string, WeightCodes>,
): Network {
  if (scheme.quantizer !== 'lsq') return network;
  const parameters = new Map(network.parameters);
  for (const { id, op } of layersOf(network)) {
    const scales = codes.get(id)?.scales;
    if (scales === undefined || !isRounded(policy[id].weights)) continue;
    const { shape } = network.parameters.get(parameterName(id, 'kernel')) as Parameter;
    const groups = scheme.granularity === 'tensor' ? 1 : kernelLayout(shape, op === 'depthwiseConv2d').channels;
    const values = Float32Array.from({ length: groups }, (_, c) => scales[scales.length === 1 ? 0 : c]);
    parameters.set(learnedKernelName(id, scheme, policy[id].weights), { shape: [1, groups], values });
  }
  return { ...network, parameters };
}

/** The network with its weight bits, in the scheme that reproduces most of them. */
function readWeights(
  network: Network,
  activations: ReadonlyMap<string, BitWidth>,
  codes: ReadonlyMap<string, WeightCodes>,
): { readonly network: Network; readonly policy: BitPolicy; readonly scheme: QuantScheme } {
  const policyFor = (scheme: QuantScheme): BitPolicy => {
    const [least, most] = quantizerOf(scheme.quantizer).bits;
    return Object.fromEntries(
      layersOf(network).map(({ id, op }) => {
        const coded = codes.get(id);
        const bits = coded?.bits ?? FLOAT;
        const { shape } = network.parameters.get(parameterName(id, 'kernel')) as Parameter;
        const { channels } = kernelLayout(shape, op === 'depthwiseConv2d');
        const fits = coded !== undefined && bits >= least && bits <= most && mayKeep(coded, scheme, channels);
        const has = fits && isBitWidth(bits, 'weights');
        return [id, { weights: has ? bits : FLOAT, activations: activations.get(id) ?? FLOAT }];
      }),
    );
  };
  let best: { network: Network; policy: BitPolicy; scheme: QuantScheme; kept: number } | undefined;
  for (const scheme of schemesFor(codes.values())) {
    const asked = policyFor(scheme);
    const possible = Object.values(asked).filter(({ weights }) => isRounded(weights)).length;
    if (best !== undefined && possible <= best.kept) continue;
    const read = keepCodes(withSteps(network, scheme, asked, codes), asked, scheme, new Map());
    const kept = Object.values(read.policy).filter(({ weights }) => isRounded(weights)).length;
    if (best === undefined || kept > best.kept) best = { network: read.network, policy: read.policy, scheme, kept };
    if (kept === codes.size) break;
  }
  return best as NonNullable<typeof best>;
}

/**
 * Network, policy, scheme and ranges of a foreign file, with notes for its card; undefined if no layer is rounded. The
 * network contains the steps that its scheme rounds by.
 */
export function readRoundings(
  network: Network,
  roundings: ReadonlyMap<string, LayerRounding>,
): Required<Pick<Inspection, 'network' | 'setting' | 'notes'>> | undefined {
  const { ranges, bits, notes } = readActivations(network, roundings);
  const codes = new Map(
    [...roundings].flatMap(([id, { kernel }]) => (kernel === undefined ? [] : [[id, kernel] as const])),
  );
  const some = [...roundings.values()].some(({ blockBits }) => blockBits !== undefined);
  if (bits.size === 0 && codes.size === 0 && notes.length === 0 && !some) return undefined;
  const read = readWeights(network, bits, codes);
  const { policy, scheme } = read;
  const rounded = Object.values(policy).filter(({ weights }) => isRounded(weights));
  const float = [...codes].filter(([id]) => !isRounded(policy[id].weights));
  if (rounded.length > 0)
    notes.push(
      `Weights of ${layers(rounded.length, 'are', 'are')} codes of ${listed(rounded.map(({ weights }) => weights))} bits in the file, and are rounded so here (${quantizerOf(scheme.quantizer).label}, per ${scheme.granularity}).`,
    );
  const blocks = [...roundings.values()].flatMap(({ blockBits }) => (blockBits === undefined ? [] : [blockBits]));
  if (blocks.length > 0)
    notes.push(
      `Weights of ${layers(blocks.length, 'are', 'are')} codes of ${listed(blocks)} bits with several scales a channel in the file: they stay 32-bit numbers.`,
    );
  if (float.length > 0)
    notes.push(
      `Weights of ${layers(float.length, 'are', 'are')} codes of ${listed(float.map(([, { bits: width }]) => width))} bits in the file, whose levels this scheme does not have: they stay 32-bit numbers.`,
    );
  return { network: read.network, setting: { policy, scheme, ranges }, notes };
}
