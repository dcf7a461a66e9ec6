// The schemes compared on a finished network: each quantizer as in its paper, at 4 bits or its nearest width, and also
// with its paper's activations. Shared by the page and by the script that precomputes the shipped results.
import type { Granularity } from './quantizer';
import { type QuantizerId, type QuantScheme, quantizerOf, quantizers } from './registry';

/** A quantizer of weights with the activation quantizer that its paper pairs it with. */
export function pairedScheme(quantizer: QuantizerId, granularity: Granularity): QuantScheme {
  const { activations } = quantizerOf(quantizer);
  return { quantizer, granularity, ...(activations !== 'uniform' && { activations }) };
}

/** Bits at which weights are compared; a quantizer without them is compared at its nearest width. */
export const COMPARED_BITS = 4;
/** Block size of DSConv's main results. */
const BLOCK: Granularity = 'block:32';

export interface ComparedScheme {
  readonly scheme: QuantScheme;
  /** Bits of the weights; activations stay float. */
  readonly bits: number;
}

/** One scheme per quantizer, per channel if it can, and the evenly spaced ones also with the range of least error. */
export const COMPARED: readonly ComparedScheme[] = (Object.keys(quantizers) as QuantizerId[]).flatMap((id) => {
  const { granularities, bits, hasRange } = quantizerOf(id);
  const [first] = granularities;
  const granularity = granularities.includes('channel') && first !== 'block' ? 'channel' : first;
  const scheme = pairedScheme(id, granularity === 'block' ? BLOCK : granularity);
  const compared = { scheme, bits: Math.max(bits[0], Math.min(bits[1], COMPARED_BITS)) };
  return hasRange ? [compared, { ...compared, scheme: { ...scheme, range: 'mse' as const } }] : [compared];
});
