// How the layers of a file round what they read: bits and ranges, from QuantizeLinear, DequantizeLinear and Quant.
import { layersOf, type Network } from '../../../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, isBitWidth } from '../../../graph/policy';
import { type ActivationRange, rangeOfGrid } from '../../../quant/activationRounding';
import type { Inspection } from '../importer';
import type { ActivationCodes, LayerRounding } from './activation';

/** Bits of evenly spaced codes with zero among them; undefined for others. */
export function bitsOf({ low, high, zero, scale }: ActivationCodes): BitWidth | undefined {
  const bits = Math.log2(high - low + 1);
  const usual = Number.isInteger(zero) && zero >= low && zero <= high && scale > 0;
  return usual && bits <= 8 && isBitWidth(bits, 'activations') ? bits : undefined;
}

/** Bits and ranges of activations for the card of a file that others wrote; undefined where no layer has any. */
export function readRoundings(
  network: Network,
  roundings: ReadonlyMap<string, LayerRounding>,
): Required<Pick<Inspection, 'setting' | 'notes'>> | undefined {
  const ranges = new Map<string, ActivationRange>();
  const policy: BitPolicy = Object.fromEntries(
    layersOf(network).map(({ id }) => {
      const input = roundings.get(id)?.input;
      const bits = input === undefined || input === 'fixed' ? undefined : bitsOf(input);
      if (input === undefined || input === 'fixed' || bits === undefined)
        return [id, { weights: FLOAT, activations: FLOAT }];
      ranges.set(id, rangeOfGrid(input.scale, input.zero - input.low, bits));
      return [id, { weights: FLOAT, activations: bits }];
    }),
  );
  if (ranges.size === 0) return undefined;
  return {
    setting: { policy, scheme: { quantizer: 'symmetric', granularity: 'channel' }, ranges },
    notes: [
      `Bits and ranges of the activations that ${ranges.size} layer${ranges.size === 1 ? ' reads' : 's read'} are those of the file; weights are 32-bit numbers.`,
    ],
  };
}
