// Passes of a network of several widths: the same width for all layers, or a random one per layer.
import { FLOAT, isRounded } from '../graph/policy';
import type { Rng } from '../math/rng';
import type { Candidates } from '../nn/candidates';
import type { Choose } from '../nn/supernetOptions';

/**
 * One pass per width that any layer has, from the widest: every layer takes the candidate whose weights, then
 * activations, are nearest. Passes that select the same candidates for all layers are merged.
 */
export function uniformPasses(candidates: Candidates): Choose[] {
  const layers = Object.keys(candidates);
  const all = layers.flatMap((layer) =>
    candidates[layer].flatMap(({ weights, activations }) => [weights, activations]),
  );
  const rounded = new Set(all.filter(isRounded));
  const vectors = [...(rounded.size > 0 ? rounded : [FLOAT])]
    .sort((a, b) => b - a)
    .map((width) =>
      layers.map((layer) => {
        const far = candidates[layer].map(
          ({ weights, activations }) => Math.abs(weights - width) * 64 + Math.abs(activations - width),
        );
        return far.indexOf(Math.min(...far));
      }),
    );
  const distinct = new Map(vectors.map((vector) => [vector.join(), vector]));
  return [...distinct.values()].map((vector) => passOf(layers, vector));
}

/** A pass with a candidate drawn uniformly for each layer. */
export function randomPass(candidates: Candidates, rng: Rng): Choose {
  const layers = Object.keys(candidates);
  return passOf(
    layers,
    layers.map((layer) => rng.integer(candidates[layer].length)),
  );
}

function passOf(layers: readonly string[], vector: readonly number[]): Choose {
  const indices = new Map(layers.map((layer, i) => [layer, vector[i]]));
  return (layer) => indices.get(layer) as number;
}
