// The common baseline: the same bits for all layers, as many as the limits allow.
import { type LayerBits, SKIPPED } from '../../graph/policy';
import type { SearchEvent, SearchMethod, SearchPoint, SearchProblem, SearchResult } from '../method';
import { better, measurePoints, nothingMeasured } from '../method';
import { SettingsError } from '../settingsError';
import { fits, policyOf, type Space } from '../space';

/**
 * For every weight width, widest first, each layer's nearest choice; among equally near ones, the most activation bits.
 */
export function uniformVectors(space: Space): number[][] {
  const widths = new Set(space.layers.flatMap(({ choices }) => choices.map(({ weights }) => weights)));
  const nearest = (choices: readonly LayerBits[], width: number): number => {
    const distances = choices.map(({ weights, activations }) => Math.abs(weights - width) * 64 - activations);
    return distances.indexOf(Math.min(...distances));
  };
  const vectors = [...widths]
    .filter((width) => width !== SKIPPED)
    .sort((a, b) => b - a)
    .map((width) => space.layers.map(({ choices }) => nearest(choices, width)));
  return [...new Map(vectors.map((vector) => [vector.join(), vector])).values()];
}

interface State {
  readonly next: number;
  readonly best?: SearchPoint;
}

async function* search(
  problem: SearchProblem,
  _: unknown,
  from: unknown = { next: 0 },
): AsyncGenerator<SearchEvent, SearchResult, void> {
  const { space } = problem;
  const vectors = uniformVectors(space).filter((vector) => fits(space, vector));
  let { next, best } = from as State;
  let asked = next;
  const ask = () => (asked < vectors.length ? { policy: policyOf(space, vectors[asked++]) } : undefined);
  for await (const [, point] of measurePoints(problem, ask)) {
    best = better(best, point);
    next++;
    yield { phase: 'measuring uniform widths', done: next / vectors.length, point, state: { next, best } };
  }
  if (best === undefined && vectors.length > 0) throw nothingMeasured(problem);
  if (best === undefined)
    throw new SettingsError('No uniform width fits the limits and locks; the other methods mix widths.');
  return { policy: best.policy, because: 'It measured best among the uniform widths that keep to the limits.' };
}

export const uniform: SearchMethod = {
  label: 'Uniform',
  explanation: 'The same bits for every layer: measures every width within the limit.',
  source: 'baseline',
  options: {},
  search,
};
