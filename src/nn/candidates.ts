// The widths available to the layers of a network of several widths, and the initial learned values for each width.
import { layersOf, type Network, type Parameter } from '../graph/network';
import { type BitWidth, type LayerBits, PolicyError, SKIPPED } from '../graph/policy';
import type { QuantScheme } from '../quant/registry';
import type { ActivationRounding } from '../rounding/activationRounding';
import { inputRoundings } from '../rounding/layers';
import type { ActivationRanges } from '../rounding/rounding';
import { learnedInputs, learnedKernels } from './learned';

/** Candidates of each layer, by layer id; a single entry locks the layer. */
export type Candidates = Readonly<Record<string, readonly LayerBits[]>>;

/** Widths of the weights of each layer, by layer id. @throws PolicyError for a layer without candidates. */
export function widthsOf(network: Network, candidates: Candidates): Map<string, BitWidth[]> {
  return new Map(
    layersOf(network).map(({ id }) => {
      const own = Object.hasOwn(candidates, id) ? candidates[id] : [];
      if (own.length === 0)
        throw new PolicyError(`Layer "${id}" of ${network.name} has no widths to train: give it at least one.`);
      return [id, [...new Set(own.map(({ weights }) => weights))]];
    }),
  );
}

/** Index of a layer's candidate. @throws PolicyError if there is none. */
export function candidateIndex(candidates: Candidates, layer: string, { weights, activations }: LayerBits): number {
  const all = candidates[layer];
  const index = all.findIndex(
    (bits) => bits.weights === weights && (weights === SKIPPED || bits.activations === activations),
  );
  if (index < 0)
    throw new PolicyError(
      `Layer "${layer}" was not trained with ${weights}-bit weights and ${activations}-bit activations; it was with ${all.map((bits) => `${bits.weights}/${bits.activations}`).join(', ')}.`,
    );
  return index;
}

/**
 * Roundings of each layer's input, by `<layer>/<width>`, and the initial learned values for all widths, by the names of
 * graph/learned.ts: the network's stored values, or else the published initialization.
 * @throws CalibrationError for a layer without a range.
 */
export function learnedStarts(network: Network, candidates: Candidates, scheme: QuantScheme, ranges: ActivationRanges) {
  const roundings = new Map<string, ActivationRounding>();
  const starts = new Map<string, Parameter>();
  const layers = layersOf(network);
  const rows = Math.max(...layers.map(({ id }) => candidates[id].length));
  for (let row = 0; row < rows; row++) {
    const policy = Object.fromEntries(
      layers.map(({ id }) => [id, candidates[id][Math.min(row, candidates[id].length - 1)]]),
    );
    const inputs = inputRoundings(network, { policy, scheme, ranges });
    for (const [id, rounding] of inputs) roundings.set(`${id}/${policy[id].activations}`, rounding);
    for (const [name, start] of [...learnedKernels(network, policy, scheme), ...learnedInputs(inputs, policy)])
      starts.set(name, start);
  }
  return { roundings, starts };
}
