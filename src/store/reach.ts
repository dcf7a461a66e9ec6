// Which widths a scheme has, and what becomes of policies that ask for others: its quantizers of weights and activations
// each have a smallest and a largest width, and everything may stay float, or be left out where the network allows it.
import { BIT_WIDTHS, type BitPolicy, type BitWidth, isRounded, type LayerBits } from '../graph/policy';
import { activationQuantizerOf } from '../quant/activationRegistry';
import { activationsOf, type QuantScheme, quantizerOf } from '../quant/registry';

type Tensor = keyof LayerBits;

/** Smallest and largest width besides float. */
export type Reach = readonly [min: BitWidth, max: BitWidth];

/** The widths of a scheme for weights or activations. */
export function reachOf(scheme: QuantScheme, tensor: Tensor): Reach {
  const { bits } = tensor === 'weights' ? quantizerOf(scheme.quantizer) : activationQuantizerOf(activationsOf(scheme));
  return bits as readonly [number, number] as Reach;
}

/** True for float, for nothing at all, and for widths in reach. */
export function isInReach(bits: BitWidth, [min, max]: Reach): boolean {
  return !isRounded(bits) || (bits >= min && bits <= max);
}

/** The nearest width in reach; float and 0 stay. */
export function nearestInReach(bits: BitWidth, [min, max]: Reach): BitWidth {
  if (!isRounded(bits)) return bits;
  return bits < min ? min : bits > max ? max : bits;
}

/** The widths besides float. */
export function widthsInReach([min, max]: Reach): readonly BitWidth[] {
  return BIT_WIDTHS.filter((bits) => isRounded(bits) && bits >= min && bits <= max);
}

/** The policy with every width moved to the nearest in reach; the very same object when all are. */
export function policyInReach(policy: BitPolicy, scheme: QuantScheme): BitPolicy {
  const [weights, activations] = [reachOf(scheme, 'weights'), reachOf(scheme, 'activations')];
  let next: Record<string, LayerBits> | undefined;
  for (const [id, bits] of Object.entries(policy)) {
    if (isInReach(bits.weights, weights) && isInReach(bits.activations, activations)) continue;
    next ??= { ...policy };
    next[id] = {
      weights: nearestInReach(bits.weights, weights),
      activations: nearestInReach(bits.activations, activations),
    };
  }
  return next ?? policy;
}

/** A reach in words, e.g. "2 bits", "2 to 8 bits". */
export function reachInWords([min, max]: Reach): string {
  return min === max ? `${min} bit${min === 1 ? '' : 's'}` : `${min} to ${max} bits`;
}
