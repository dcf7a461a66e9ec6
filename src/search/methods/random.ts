// The baseline that every search has to beat: the user's own policies, then distinct policies drawn at random and
// repaired to the limits (optim/feasible.ts), until the budget is spent.
import { createRng, mixSeed } from '../../math/rng';
import { keyOf, unseenFeasible } from '../../optim/feasible';
import type { SearchEvent, SearchMethod, SearchPoint, SearchProblem, SearchResult } from '../method';
import { better, measurePoints, nothingMeasured } from '../method';
import { feasibleSetOf, policyOf, vectorOf } from '../space';

interface State {
  /** In measuring order. */
  readonly seen: readonly string[];
  readonly best?: SearchPoint;
}

async function* search(
  problem: SearchProblem,
  _: unknown,
  from: unknown = { seen: [] },
): AsyncGenerator<SearchEvent, SearchResult, void> {
  const { space, seed } = problem;
  const set = feasibleSetOf(space);
  let { seen, best } = from as State;
  const own = new Map(
    problem.startPolicies.map((policy) => vectorOf(space, policy) as number[]).map((vector) => [keyOf(vector), vector]),
  );
  const drawn = new Set(seen);
  const ask = () => {
    // Every draw has its own random stream, so the state needs no generator.
    const vector =
      [...own].find(([key]) => !drawn.has(key))?.[1] ??
      unseenFeasible(set, drawn, createRng(mixSeed(seed, drawn.size)));
    if (vector === undefined) return undefined;
    drawn.add(keyOf(vector));
    return { policy: policyOf(space, vector), vector };
  };
  for await (const [{ vector }, point] of measurePoints(problem, ask)) {
    best = better(best, point);
    seen = [...seen, keyOf(vector)];
    const phase = seen.length <= own.size ? 'measuring your own configs' : 'measuring random configs';
    yield { phase, point, state: { seen, best } satisfies State };
  }
  if (best === undefined) throw nothingMeasured(problem);
  return { policy: best.policy, because: `It measured best of ${seen.length} configs drawn at random.` };
}

export const random: SearchMethod = {
  label: 'Random',
  explanation: 'Samples random bit widths that fit the limit.',
  source: 'baseline',
  options: {},
  search,
};
