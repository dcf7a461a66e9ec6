// The network of several widths that a method trains: every choice of every layer of a space.
import { type BitPolicy, FLOAT } from '../../graph/policy';
import { Supernet } from '../../nn/supernet';
import type { SupernetOptions } from '../../nn/supernetOptions';
import { QuantSpecError } from '../../quant/quantizer';
import type { QuantScheme } from '../../quant/registry';
import type { SearchProblem } from '../method';

/** In the problem's scheme if all its widths can be trained, otherwise in `fallback` per tensor. Dispose when done. */
export async function supernetOf(
  { space, training }: SearchProblem,
  fallback: 'affine' | 'dorefa',
  options: Pick<SupernetOptions, 'switchable' | 'kernels'>,
): Promise<Supernet> {
  const { network, calibrated } = training;
  const candidates = Object.fromEntries(space.layers.map(({ id, choices }) => [id, choices]));
  const rounding: BitPolicy = Object.fromEntries(
    space.layers.map(({ id, choices }) => [id, choices.find(({ activations }) => activations !== FLOAT) ?? choices[0]]),
  );
  const make = async (scheme: QuantScheme) => {
    const ranges = await calibrated.rangesFor(rounding, scheme);
    return new Supernet(network, { candidates, scheme, ranges, ...options });
  };
  try {
    return await make(training.scheme);
  } catch (error) {
    if (!(error instanceof QuantSpecError)) throw error;
    return make({ ...training.scheme, quantizer: fallback, granularity: 'tensor' });
  }
}
