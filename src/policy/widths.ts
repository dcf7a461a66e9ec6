// The bit widths that a scheme supports, and clamping policies to them. Its quantizers of weights and activations each have
// a smallest and a largest width; everything may also stay float, or be skipped where the network allows it.
import { BIT_WIDTHS, type BitPolicy, type BitWidth, isRounded, type LayerBits } from '../graph/policy';
import { activationQuantizerOf } from '../quant/activationRegistry';
import { activationsOf, type QuantScheme, quantizerOf } from '../quant/registry';

type RoundedPart = keyof LayerBits;

/** Smallest and largest bit width, float aside. */
export type WidthRange = readonly [min: BitWidth, max: BitWidth];

/** The bit widths that a scheme supports for weights or activations. */
export function widthRangeOf(scheme: QuantScheme, tensor: RoundedPart): WidthRange {
  const { bits } = tensor === 'weights' ? quantizerOf(scheme.quantizer) : activationQuantizerOf(activationsOf(scheme));
  return bits as readonly [number, number] as WidthRange;
}

/** True for float, for skipped (0 bits) and for widths in range. */
export function isInRange(bits: BitWidth, [min, max]: WidthRange): boolean {
  return !isRounded(bits) || (bits >= min && bits <= max);
}

/** The nearest width in range; float and 0 are returned as they are. */
export function nearestInRange(bits: BitWidth, [min, max]: WidthRange): BitWidth {
  if (!isRounded(bits)) return bits;
  return bits < min ? min : bits > max ? max : bits;
}

/** The widths in range, without float. */
export function widthsInReach([min, max]: WidthRange): readonly BitWidth[] {
  return BIT_WIDTHS.filter((bits) => isRounded(bits) && bits >= min && bits <= max);
}

/** The policy with every width moved to the nearest in range; the same object when all are in range. */
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
