// Cumulative search, after the automatic mixed precision of Qualcomm's AIMET: the best uniform width is the base, every
// layer is measured alone at each of its other choices, the changes are sorted by the remaining accuracy, and the
// policies are the base with the first one, two, three ... changes applied.
//
// AIMET takes the longest such prefix whose accuracy has not dropped too far. Here a limit replaces the drop. The cost of
// a prefix is known without measuring, so the shortest prefix within the limits is found by counting, and the budget goes
// into measuring that prefix and longer ones, evenly spaced: AIMET's brute force, which gives its Pareto curve. A change
// that costs more than the layer's current choice is skipped, so that costs fall along the prefixes.
//
// Refining a prefix is an addition of this project: the last change may save far more than needed (one layer may hold
// half of all weights), so the changes are visited from the most harmful on, and undone where the limits have room.
// Reference: AIMET's documentation, "Automatic mixed precision"; N. Siddegowda et al., arXiv 2201.08442.
import { FLOAT, uniformPolicy } from '../../graph/policy';
import { summed, summedCosts } from '../../optim/groups';
import { harmTable } from '../allocation/byTable';
import { CellTable } from '../allocation/cells';
import {
  type Measured,
  mayMeasureCells,
  measureCells,
  measureRounded,
  NO_CELLS,
  SHARE,
} from '../allocation/measuringCells';
import { type Program, programOf, staysWithin } from '../allocation/program';
import { POINTS, type Tightening, tighten } from '../allocation/tightening';
import {
  better,
  type OptionValues,
  type Score,
  type SearchEvent,
  type SearchMethod,
  type SearchProblem,
  type SearchResult,
} from '../method';
import { SettingsError } from '../settingsError';
import { policyOf, type Space } from '../space';
import { uniformVectors } from './uniform';

interface State {
  /** Accuracy of the uniform widths, from the widest to the first that does not improve. */
  readonly uniform: readonly number[];
  readonly table: Measured;
  /** Present once the table is complete. */
  readonly front?: Tightening;
}

/**
 * The base and then every prefix of the changes, each of a layer with its group: the least harmful first; among equals those that leave most bits, then
 * those that save most. A change that costs more than the layer's current choice is skipped. `harms` are [layer][choice].
 */
export function prefixesOf(
  { layers }: Space,
  { costs: single, groups, room }: Program,
  base: readonly number[],
  harms: readonly (readonly number[])[],
): number[][] {
  const costs = summedCosts(groups, single);
  const flips = summed(groups, harms).flatMap((row, group) =>
    row.map((harm, choice) => {
      const { weights, activations } = layers[groups[group][0]].choices[choice];
      const from = costs[group][base[groups[group][0]]];
      const saving = costs[group][choice].reduce((sum, cost, k) => sum + (from[k] - cost) / room[k], 0);
      return { group, choice, harm, bits: weights + activations, saving };
    }),
  );
  flips.sort((a, b) => a.harm - b.harm || b.bits - a.bits || b.saving - a.saving);
  const prefixes = [[...base]];
  for (const { group, choice } of flips) {
    const vector = prefixes[prefixes.length - 1];
    const before = vector[groups[group][0]];
    if (choice !== before && costs[group][choice].every((cost, k) => cost <= costs[group][before][k]))
      prefixes.push(changed(vector, groups[group], choice));
  }
  return prefixes;
}

const changed = (vector: readonly number[], group: readonly number[], choice: number): number[] =>
  vector.map((own, l) => (group.includes(l) ? choice : own));

/**
 * The shortest prefix within `room`, without its dispensable changes: from the most harmful on, each change is undone if
 * the result still fits the room. A layer's earlier change is undone only after its later one.
 * @throws SettingsError if not even the longest prefix fits the room.
 */
export function prefixWithin(program: Program, room: readonly number[], prefixes: readonly number[][]): number[] {
  const shortest = prefixes.findIndex((vector) => staysWithin(program, room, vector));
  if (shortest < 0) throw new SettingsError(`No prefix keeps to ${room.join(', ')}.`);
  let vector = prefixes[shortest];
  for (let i = shortest; i > 0; i--) {
    const [before, after] = [prefixes[i - 1], prefixes[i]];
    const group = program.groups.find(([l]) => after[l] !== before[l]) as readonly number[];
    const undone = changed(vector, group, before[group[0]]);
    if (vector[group[0]] === after[group[0]] && staysWithin(program, room, undone)) vector = undone;
  }
  return vector;
}

/** Measures uniform widths, rounded, from the widest on while accuracy rises; float needs no measurement. */
async function* findBase(
  problem: SearchProblem,
  vectors: readonly (readonly number[])[],
  share: number,
  from: State,
): AsyncGenerator<SearchEvent, State, void> {
  let state = from;
  const [widest] = vectors.map((vector) => policyOf(problem.space, vector));
  if (Object.values(widest).every(({ weights, activations }) => weights === FLOAT && activations === FLOAT))
    return state;
  const rising = ({ uniform }: State) =>
    uniform.length < 2 || uniform[uniform.length - 1] > uniform[uniform.length - 2];
  while (state.uniform.length < vectors.length && rising(state) && mayMeasureCells(problem, share)) {
    const { score, point } = await measureRounded(problem, policyOf(problem.space, vectors[state.uniform.length]));
    const { table } = state;
    state = {
      uniform: [...state.uniform, score.accuracy.value],
      table: point === undefined ? table : { ...table, best: better(table.best, point) },
    };
    yield { phase: 'looking for the best uniform width', state, ...(point && { point }) };
  }
  return state;
}

const LABEL = 'loss of accuracy';

async function* search(
  problem: SearchProblem,
  { share, points }: OptionValues,
  from: unknown = { uniform: [], table: NO_CELLS },
): AsyncGenerator<SearchEvent, SearchResult, void> {
  const { space, training } = problem;
  const vectors = uniformVectors(space);
  const cells = new CellTable(problem);
  let { uniform, table, front } = from as State;
  if (front === undefined) {
    if (table.reference === undefined)
      ({ uniform, table } = yield* findBase(problem, vectors, Number(share), { uniform, table }));
    const measure = {
      label: LABEL,
      rest: uniformPolicy(training.network, FLOAT, FLOAT),
      value: ({ accuracy }: Score) => -accuracy.value,
      share: Number(share),
    };
    table = yield* measureCells(problem, cells, measure, table, (state): State => ({ uniform, table: state }));
    front = { next: 0, measured: [], ...(table.best && { best: table.best }) };
  }
  const program = programOf(space);
  const base = vectors[Math.max(0, uniform.indexOf(Math.max(...uniform)))];
  const harms = cells.harms(table.cells);
  const prefixes = prefixesOf(space, program, base, harms);
  const choose = (room: readonly number[]) => prefixWithin(program, room, prefixes);
  const keep = (state: Tightening): State => ({ uniform, table, front: state });
  const result = yield* tighten(problem, program, choose, Number(points), front, keep);
  return { ...result, table: harmTable(LABEL, space, harms) };
}

export const amp: SearchMethod = {
  label: 'Cumulative',
  explanation:
    'Sorts all single-layer changes by accuracy, applies them one after another, and returns the bits that the limit leaves free.',
  source: 'AIMET, automatic mixed precision (arXiv 2201.08442)',
  options: { share: SHARE, points: POINTS },
  search,
};
