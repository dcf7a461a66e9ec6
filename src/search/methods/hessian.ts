// Bits by curvature, as in HAWQ-V2 and V3: rounding a layer's weights raises the loss by about `1/2 Tr(H)/n ||Q(W) -
// W||^2`, and rounding its input by about `1/2 sum (g (Q(x) - x))^2` per image; the policy of least sum within the limits
// is found exactly, by branch and bound for several limits, and as a whole front for one. The traces are charged as
// images forward and backward.
// References: HAWQ-V2, arXiv 1911.03852; HAWQ-V3, arXiv 2011.10680; activations as in NVIDIA's AutoQuantize. HAWQ-V2
// excludes policies in which a layer of larger trace has fewer bits, to reduce their number; here no policy needs
// excluding.
import { layersOf } from '../../graph/network';
import { type BitWidth, FLOAT, uniformPolicy } from '../../graph/policy';
import { spread, summed, summedCosts } from '../../optim/groups';
import { budgetFront } from '../../optim/knapsack';
import { solveWithinLimits } from '../../optim/knapsackLimits';
import { Curvature, type TraceEstimator } from '../../train/curvature';
import { harmTable } from '../allocation/byTable';
import { type Program, programOf } from '../allocation/program';
import { squaredRoundingError } from '../allocation/roundingError';
import { settledTrace } from '../allocation/settledTrace';
import { POINTS, type Tightening, tighten } from '../allocation/tightening';
import type { TableInside } from '../insides';
import type { OptionValues, SearchEvent, SearchMethod, SearchProblem, SearchResult } from '../method';
import { needsRoom } from '../training/trainingBudget';

interface State {
  readonly probes: number;
  /** Sums of each layer's trace over the probes, and of its square. */
  readonly sums: readonly number[];
  readonly squares: readonly number[];
  /** Sums of the harms of activations, [width][layer], and their number of probes. */
  readonly inputs: readonly (readonly number[])[];
  readonly inputProbes: number;
  /** Present once the traces are complete. */
  readonly front?: Tightening;
}

/** Share of the budget after which no further probes are taken. */
const SHARE = 0.5;
/** Probes of activations: their harms, unlike traces, are sums over thousands of positions and settle soon. */
const INPUT_PROBES = 4;

const LABEL = 'second-order increase of cross-entropy (nats)';

/** Estimated rise of the loss for each choice, in nats. */
class Harms {
  /** Squared rounding errors, by layer index and width. */
  private readonly errors: readonly ReadonlyMap<BitWidth, number>[];

  constructor(
    private readonly problem: SearchProblem,
    private readonly widths: readonly BitWidth[],
  ) {
    const { network, scheme } = problem.training;
    this.errors = layersOf(network).map((layer, l) => {
      const bits = new Set(problem.space.layers[l].choices.map(({ weights }) => weights));
      return new Map([...bits].map((b) => [b, squaredRoundingError(network, layer, scheme, b)]));
    });
  }

  /** Of the weights only. */
  ofWeights(state: State, layer: number, bits: BitWidth): number {
    const { weights } = this.problem.space.layers[layer];
    const trace = settledTrace(state.probes, state.sums[layer], state.squares[layer]);
    return ((trace / weights) * (this.errors[layer].get(bits) as number)) / 2;
  }

  /** [layer][choice]. */
  all(state: State): number[][] {
    return this.problem.space.layers.map(({ choices }, l) =>
      choices.map(({ weights, activations }) => {
        const width = this.widths.indexOf(activations);
        const ofInput = width < 0 || state.inputProbes === 0 ? 0 : state.inputs[width][l] / state.inputProbes;
        return this.ofWeights(state, l, weights) + ofInput;
      }),
    );
  }

  inside(state: State): TableInside {
    const layers = this.problem.space.layers.map(({ id, choices }, l) => {
      const bits = [...new Set(choices.map(({ weights }) => weights))].sort((a, b) => a - b);
      return { id, bits, values: bits.map((b) => this.ofWeights(state, l, b)) };
    });
    return { kind: 'table', label: LABEL, layers };
  }
}

/** The best vector within a room. */
function solver(program: Program, harms: readonly (readonly number[])[]): (room: readonly number[]) => number[] {
  const { groups } = program;
  const penalties = summed(groups, harms);
  const choices = summedCosts(groups, program.costs).map((row, g) =>
    row.map((costs, c) => ({ costs, penalty: penalties[g][c] })),
  );
  if (program.room.length > 1) return (room) => spread(groups, solveWithinLimits(choices, room).choices);
  const front = budgetFront(
    choices.map((row) => row.map(({ costs: [cost], penalty }) => ({ cost, penalty }))),
    program.room[0],
  );
  return ([room]) => spread(groups, front.best(room).choices);
}

async function* findTraces(
  problem: SearchProblem,
  { estimator, batches, images }: OptionValues,
  widths: readonly BitWidth[],
  harms: Harms,
  from: State,
): AsyncGenerator<SearchEvent, State, void> {
  const { ledger, seed, yieldTurn, training, evaluator } = problem;
  const { network, dataset, scheme, calibrated } = training;
  const worked = async (count: number) => {
    ledger.add({ forward: count, backward: count });
    await yieldTurn();
  };
  const curvature = new Curvature(network, dataset, { images: Number(images), seed, worked });
  const policies = widths.map((width) => uniformPolicy(network, FLOAT, width));
  const ranges = (policy: (typeof policies)[number]) => calibrated.rangesFor(policy, scheme);
  let state = from;
  // Images forward and backward per probe: Hutchinson's differences have two ends.
  const [ofInputs, ofTraces] = [2, estimator === 'hutchinson' ? 4 : 2].map((times) => times * Number(images));
  const price = evaluator.cost(evaluator.steps);
  const mayProbe = (probe: number) => ledger.used < SHARE && ledger.affords(probe + price, 1);
  if (from.probes + from.inputProbes === 0) needsRoom(problem, 'one probe', ofTraces, price);
  try {
    const inputProbes = policies.length > 0 ? Math.min(INPUT_PROBES, Number(batches)) : 0;
    while (state.inputProbes < inputProbes && mayProbe(ofInputs + ofTraces)) {
      const rows = await curvature.inputHarms(policies, scheme, ranges, state.inputProbes);
      const inputs = rows.map((row, w) => row.map((harm, l) => harm + (state.inputs[w]?.[l] ?? 0)));
      state = { ...state, inputs, inputProbes: state.inputProbes + 1 };
      yield { phase: 'rounding activations', done: state.inputProbes / inputProbes, state };
    }
    while (state.probes < Number(batches) && mayProbe(ofTraces)) {
      const traces = await curvature.traces(estimator as TraceEstimator, state.probes);
      const added = (sums: readonly number[], terms: readonly number[]) => sums.map((sum, l) => sum + terms[l]);
      state = {
        ...state,
        probes: state.probes + 1,
        sums: added(state.sums, traces),
        squares: added(
          state.squares,
          traces.map((trace) => trace * trace),
        ),
      };
      const done = state.probes / Number(batches);
      yield { phase: 'estimating how curved the loss is', done, inside: harms.inside(state), state };
    }
  } finally {
    curvature.dispose();
  }
  return state;
}

async function* search(
  problem: SearchProblem,
  options: OptionValues,
  from?: unknown,
): AsyncGenerator<SearchEvent, SearchResult, void> {
  const { layers } = problem.space;
  const zeros = layers.map(() => 0);
  let state = (from ?? { probes: 0, sums: zeros, squares: zeros, inputs: [], inputProbes: 0 }) as State;
  const widths = [...new Set(layers.flatMap(({ choices }) => choices.map(({ activations }) => activations)))].filter(
    (bits) => bits !== FLOAT,
  );
  const harms = new Harms(problem, widths);
  if (state.front === undefined) {
    state = yield* findTraces(problem, options, widths, harms, state);
    state = { ...state, front: { next: 0, measured: [] } };
  }
  const program = programOf(problem.space);
  const choose = solver(program, harms.all(state));
  const keep = (front: Tightening): State => ({ ...state, front });
  const front = state.front as Tightening;
  const result = yield* tighten(problem, program, choose, Number(options.points), front, keep);
  return { ...result, table: harmTable(LABEL, problem.space, harms.all(state)) };
}

export const hessian: SearchMethod = {
  label: 'Hessian',
  explanation: 'Estimates the curvature of the loss in each layer, and gives bits where rounding would raise it most.',
  source: 'HAWQ-V2 and V3 (arXiv 1911.03852, 2011.10680)',
  options: {
    estimator: { kind: 'choice', label: 'Trace', initial: 'hutchinson', choices: ['hutchinson', 'fisher'] },
    batches: { kind: 'number', label: 'Batches', initial: 16, min: 1, max: 500, integer: true },
    images: { kind: 'number', label: 'Images per batch', initial: 64, min: 1, max: 512, integer: true },
    points: POINTS,
  },
  gradients: 0.5,
  search,
};
