// Bits by what rounding does to each layer's output, without a label: E|(Q(W) - W) * x|^2 / E|W * x|^2 on a few training
// images, as the scheme rounds, so improved rounding counts. An exact integer program takes the least sum within the limits.
// It knows nothing of activations, which get the most bits allowed.
// Baseline of this project, after the layer errors of GPTQ (arXiv 2210.17323): see docs/searches.md.
import { layersOf, type Network } from '../../graph/network';
import type { BitWidth } from '../../graph/policy';
import { relativeOutputErrors } from '../../train/outputError';
import { harmTable } from '../allocation/byTable';
import { exactlyWithin, programOf } from '../allocation/program';
import { roundingDifference } from '../allocation/roundingError';
import { type Tightening, tighten } from '../allocation/tightening';
import type { TableInside } from '../insides';
import {
  keepingLayers,
  type OptionFields,
  type OptionValues,
  type SearchEvent,
  type SearchMethod,
  type SearchProblem,
  type SearchResult,
} from '../method';
import { policyOf, type Space } from '../space';

interface State {
  /** Relative errors of the outputs, [layer][width], of the widths in ascending order. */
  readonly errors: readonly (readonly number[])[];
  readonly front: Tightening;
}

const LABEL = 'relative error of the output';

const OPTIONS = {
  images: {
    kind: 'number',
    label: 'Training images for the errors, without labels',
    initial: 256,
    min: 1,
    max: 65_536,
    integer: true,
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

/** The problem with one choice per width of the weights: that of the most activation bits. */
function weightsOnly(problem: SearchProblem): SearchProblem {
  const layers = problem.space.layers.map((layer) => {
    const isWidest = (c: number) =>
      !layer.choices.some(
        ({ weights, activations }) =>
          weights === layer.choices[c].weights && activations > layer.choices[c].activations,
      );
    const kept = layer.choices.flatMap((_, c) => (isWidest(c) ? [c] : []));
    return { ...layer, choices: kept.map((c) => layer.choices[c]), costs: kept.map((c) => layer.costs[c]) };
  });
  return { ...problem, space: { ...problem.space, layers } };
}

const widthsOf = ({ choices }: Space['layers'][number]): BitWidth[] =>
  [...new Set(choices.map(({ weights }) => weights))].sort((a, b) => a - b);

/** The errors of every layer at its widths, as the scheme rounds. */
async function errorsOf({ space, training, ledger, yieldTurn }: SearchProblem, images: number): Promise<number[][]> {
  const { dataset, scheme } = training;
  const widths = space.layers.map(widthsOf);
  const network: Network = training.network;
  const nodes = layersOf(network);
  const changes = (layer: (typeof nodes)[number]) =>
    widths[nodes.indexOf(layer)].map((bits) => roundingDifference(network, layer, scheme, bits));
  const worked = async (count: number) => {
    ledger.add({ forward: count });
    await yieldTurn();
  };
  const errors = await relativeOutputErrors(network, dataset, changes, { images, worked });
  return nodes.map(({ id }) => errors.get(id) as number[]);
}

async function* search(
  asked: SearchProblem,
  { images, points }: OptionValues,
  from?: unknown,
): AsyncGenerator<SearchEvent, SearchResult, void> {
  const problem = weightsOnly(keepingLayers(asked));
  const { space } = problem;
  let state = from as State | undefined;
  const inside = (errors: State['errors']): TableInside => ({
    kind: 'table',
    label: LABEL,
    layers: space.layers.map((layer, l) => ({ id: layer.id, bits: widthsOf(layer), values: errors[l] })),
  });
  if (state === undefined) {
    state = { errors: await errorsOf(problem, Number(images)), front: { next: 0, measured: [] } };
    yield { phase: 'measuring the error of each output', done: 1, inside: inside(state.errors), state };
  }
  const { errors, front } = state;
  const program = programOf(space);
  const harms = space.layers.map((layer, l) =>
    layer.choices.map(({ weights }) => errors[l][widthsOf(layer).indexOf(weights)]),
  );
  const choose = (room: readonly number[]) => exactlyWithin(program, harms, room).choices;
  const keep = (next: Tightening): State => ({ errors, front: next });
  yield* tighten(problem, program, choose, Number(points), front, keep);
  return {
    policy: policyOf(space, choose(program.room)),
    because: 'It has the least sum of relative output errors within the limits; no label chose it.',
    table: harmTable(LABEL, space, harms),
  };
}

export const outputError: SearchMethod = {
  label: 'Output error',
  explanation:
    'Measures without labels how far rounding moves the output of each layer, and picks the bits by an exact integer program.',
  source: 'baseline',
  options: OPTIONS,
  search,
};
