// Bits by what rounding does to each layer's output, without a label: E|(Q(W) - W) * x|^2 / E|W * x|^2 on a few training
// images, as the scheme rounds: under improved rounding, with the codes kept for each layer and width, on the images that chose
// them. An exact integer program takes the least sum within the limits. It knows nothing of activations, which get the most
// bits allowed.
// Baseline of this project, after the layer errors of GPTQ (arXiv 2210.17323): see docs/searches.md.
import { type LayerNode, layersOf } from '../../graph/network';
import type { BitWidth } from '../../graph/policy';
import { calibrationOf, choosesCodes } from '../../quant/registry';
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
import { policyOf, reduced, type Space } from '../space';

interface State {
  /** Relative errors of the outputs, [layer][width], of the widths in ascending order; of the first layers until all are known. */
  readonly errors: readonly (readonly number[])[];
  readonly front: Tightening;
}

const LABEL = 'relative error of the output';

const OPTIONS = {
  images: {
    kind: 'number',
    label: 'Training images for the errors, without labels',
    underCodes: 'No effect under improved rounding: the errors are measured on the images that chose the codes.',
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
  const isWidest = ({ choices }: Space['layers'][number], c: number) =>
    !choices.some(({ weights, activations }) => weights === choices[c].weights && activations > choices[c].activations);
  return { ...problem, space: reduced(problem.space, isWidest) };
}

const widthsOf = ({ choices }: Space['layers'][number]): BitWidth[] =>
  [...new Set(choices.map(({ weights }) => weights))].sort((a, b) => a - b);

/** The errors of every layer at its widths as the scheme rounds, without improved rounding. */
async function measuredErrors(
  { space, training, ledger, yieldTurn }: SearchProblem,
  images: number,
): Promise<number[][]> {
  const { dataset, scheme, network } = training;
  const widths = space.layers.map(widthsOf);
  const nodes = layersOf(network);
  const changes = (layer: LayerNode) =>
    widths[nodes.indexOf(layer)].map((bits) => roundingDifference(network, layer, scheme, bits));
  const worked = async (count: number) => {
    ledger.add({ forward: count });
    await yieldTurn();
  };
  const errors = await relativeOutputErrors(network, dataset, changes, { images, worked });
  return nodes.map(({ id }) => errors.get(id) as number[]);
}

/** The errors under improved rounding, after those of the first layers; yields after each layer. */
async function* keptErrors(
  { space, training, ledger, yieldTurn }: SearchProblem,
  from: State['errors'],
): AsyncGenerator<State['errors'], void, void> {
  const { dataset, scheme, network, calibrated } = training;
  const kept = calibrated.keptCodes(scheme);
  let errors = from;
  for (const [l, node] of layersOf(network).entries()) {
    if (l < from.length) continue;
    const own = await kept.relativeErrors(node, widthsOf(space.layers[l]), yieldTurn);
    if (l === 0) ledger.add({ forward: Math.min(calibrationOf(scheme).images, dataset.train.length) });
    errors = [...errors, own];
    yield errors;
  }
}

async function* search(
  asked: SearchProblem,
  { images, points }: OptionValues,
  from?: unknown,
): AsyncGenerator<SearchEvent, SearchResult, void> {
  const problem = weightsOnly(keepingLayers(asked));
  const { space } = problem;
  const nothing = { next: 0, measured: [] };
  let state: State = (from as State | undefined) ?? { errors: [], front: nothing };
  const inside = (errors: State['errors']): TableInside => ({
    kind: 'table',
    label: LABEL,
    layers: space.layers.map((layer, l) => ({
      id: layer.id,
      bits: widthsOf(layer),
      values: errors[l] ?? unknown(layer),
    })),
  });
  const unknown = (layer: Space['layers'][number]) => widthsOf(layer).map(() => Number.NaN);
  if (state.errors.length < space.layers.length) {
    const steps = choosesCodes(problem.training.scheme)
      ? keptErrors(problem, state.errors)
      : [await measuredErrors(problem, Number(images))];
    for await (const errors of steps) {
      state = { errors, front: nothing };
      const done = errors.length / space.layers.length;
      yield { phase: 'measuring the error of each output', done, inside: inside(errors), state };
    }
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
