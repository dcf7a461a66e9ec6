// Which widths a scheme has, and what becomes of policies that ask for others: its quantizers of weights and activations
// each have a smallest and a largest width, and everything may stay float, or be left out where the network allows it.
import { BIT_WIDTHS, type BitPolicy, type BitWidth, isRounded, type LayerBits } from '../graph/policy';
import { activationQuantizerOf } from '../quant/activationRegistry';
import { activationsOf, type QuantScheme, quantizerOf } from '../quant/registry';

type RoundedPart = keyof LayerBits;

/** Smallest and largest width besides float. */
export type WidthRange = readonly [min: BitWidth, max: BitWidth];

/** The widths of a scheme for weights or activations. */
export function widthRangeOf(scheme: QuantScheme, tensor: RoundedPart): WidthRange {
  const { bits } = tensor === 'weights' ? quantizerOf(scheme.quantizer) : activationQuantizerOf(activationsOf(scheme));
  return bits as readonly [number, number] as WidthRange;
}

/** True for float, for nothing at all, and for widths in reach. */
export function isInRange(bits: BitWidth, [min, max]: WidthRange): boolean {
  return !isRounded(bits) || (bits >= min && bits <= max);
}

/** The nearest width in reach; float and 0 stay. */
export function nearestInRange(bits: BitWidth, [min, max]: WidthRange): BitWidth {
  if (!isRounded(bits)) return bits;
  return bits < min ? min : bits > max ? max : bits;
}

/** The widths besides float. */
export function widthsInReach([min, max]: WidthRange): readonly BitWidth[] {
  return BIT_WIDTHS.filter((bits) => isRounded(bits) && bits >= min && bits <= max);
}

/** The policy with every width moved to the nearest in reach; the very same object when all are. */
export function clampPolicy(policy: BitPolicy, scheme: QuantScheme): BitPolicy {
  const [weights, activations] = [widthRangeOf(scheme, 'weights'), widthRangeOf(scheme, 'activations')];
  let next: Record<string, LayerBits> | undefined;
  for (const [id, bits] of Object.entries(policy)) {
    if (isInRange(bits.weights, weights) && isInRange(bits.activations, activations)) continue;
    next ??= { ...policy };
    next[id] = {
      weights: nearestInRange(bits.weights, weights),
      activations: nearestInRange(bits.activations, activations),
    };
  }
  return next ?? policy;
}

/** A reach in words, e.g. "2 bits", "2 to 8 bits". */
export function rangeInWords([min, max]: WidthRange): string {
  return min === max ? `${min} bit${min === 1 ? '' : 's'}` : `${min} to ${max} bits`;
}
