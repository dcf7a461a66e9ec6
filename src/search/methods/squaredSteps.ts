// The instant baseline: LIMPQ's integer program on the squares of its untrained steps. Before training, a step is three
// standard deviations of the layer's weights divided by the levels of a width, and the squared rounding error grows with the
// square of the step. Choosing the policy reads no image; the policy is then measured like any other.
// Baseline of this project, after LIMPQ (arXiv 2203.08368): see docs/searches.md.
import { harmTable } from '../allocation/byTable';
import { importancePenalties } from '../allocation/importance';
import { exactlyWithin, programOf } from '../allocation/program';
import { type Tightening, tighten } from '../allocation/tightening';
import {
  keepingLayers,
  type OptionFields,
  type OptionValues,
  type SearchEvent,
  type SearchMethod,
  type SearchProblem,
  type SearchResult,
} from '../method';
import { policyOf } from '../space';
import { insideOf, type LearnedSteps, startingSteps, tableOf } from '../training/learnedSteps';

interface State {
  readonly rows: readonly LearnedSteps[];
  readonly front: Tightening;
}

const OPTIONS = {
  alpha: {
    kind: 'number',
    label: 'Emphasis on weights over activations (alpha)',
    initial: 2,
    min: 0,
    max: 100,
    integer: false,
  },
  points: {
    kind: 'number',
    label: 'Configs measured, from the limit down',
    initial: 1,
    min: 1,
    max: 256,
    integer: true,
  },
} as const satisfies OptionFields;

async function* search(
  asked: SearchProblem,
  { alpha, points }: OptionValues,
  from?: unknown,
): AsyncGenerator<SearchEvent, SearchResult, void> {
  const problem = keepingLayers(asked);
  const { space } = problem;
  const program = programOf(space);
  const isNew = from === undefined;
  const rows = isNew ? await startingSteps(problem) : (from as State).rows;
  const front: Tightening = isNew ? { next: 0, measured: [] } : (from as State).front;
  const penalties = importancePenalties(space, tableOf(rows), Number(alpha), 2);
  const { choices, penalty, bound, optimal, nodes } = exactlyWithin(program, penalties, program.room);
  const keep = (next: Tightening): State => ({ rows, front: next });
  if (isNew) {
    const inside = { ...insideOf(rows, 2), program: { penalty, bound, optimal, nodes } };
    yield { phase: 'choosing the bits by an integer program', done: 1, inside, state: keep(front) };
  }
  const choose = (room: readonly number[]) => exactlyWithin(program, penalties, room).choices;
  yield* tighten(problem, program, choose, Number(points), front, keep);
  const least = optimal ? 'has the least sum' : 'has the least sum found';
  return {
    policy: policyOf(space, choices),
    because: `It ${least} of squared steps within the limits; no image chose it.`,
    table: harmTable('squared step', space, penalties),
  };
}

export const squaredSteps: SearchMethod = {
  label: 'Squared steps',
  explanation:
    'Needs no images: an exact integer program on squared step sizes gives bits to the layers with the widest weights.',
  source: 'baseline',
  options: OPTIONS,
  search,
};
