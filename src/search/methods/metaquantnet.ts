// MetaQuantNet: a network whose kernels are generated from the bits of their layers is trained under a new vector of bits
// for every batch. A genetic search measures vectors with these shared weights, batch norms re-estimated for each, and
// the evaluator then measures the best ones.
//
// Reference: MetaQuantNet, arXiv 2004.11506; its genetic search is that of MetaPruning, arXiv 1903.10258. Differences:
// - kernels come from the published blocks (nn/hypernetKernels.ts), and for networks whose blocks would take too much memory from
// `W0 + sum_r c_r(q) U_r` with a gain per width (nn/kernelSource.ts);
// - weights are rounded by the problem's scheme, if it can be trained; the paper's rounding, between the least and the
// largest weight of a layer, is the scheme "affine per tensor";
// - training starts from the network, not from random weights, and takes hundreds of steps, not 200 epochs;
// - vectors are compared by their loss, which tells more than right answers do of the few images that a budget has room for;
// - population and generations shrink with the budget, so that generations follow the first;
// - the paper narrows the bits by hand to the wanted compression; here vectors are drawn within the limits.
// The third stage, in which the trained network goes on at the policy found, is `goOnAt` of training/hypernetwork.ts.
import type { Supernet } from '../../nn/supernet';
import { type FeasibleSet, keyOf } from '../../optim/feasible';
import { askGenetic, type GeneticState, ranked, startGenetic, tellGenetic } from '../../optim/genetic';
import type { PopulationInside } from '../insides';
import {
  measurePoints,
  nothingMeasured,
  type OptionFields,
  type OptionValues,
  RULES_OPTION,
  type Score,
  type SearchEvent,
  type SearchMethod,
  type SearchProblem,
  type SearchResult,
} from '../method';
import { feasibleSetOf, policyOf, vectorOf } from '../space';
import { drawnPasses, openHypernetwork } from '../training/hypernetwork';
import { measureShared, sharedCost, trainShared } from '../training/sharedWeights';

const OPTIONS = {
  rules: RULES_OPTION,
  steps: { kind: 'number', label: 'Training steps', initial: 300, min: 1, max: 100_000, integer: true },
  batch: { kind: 'number', label: 'Images per batch', initial: 32, min: 2, max: 512, integer: true },
  rate: { kind: 'number', label: 'Learning rate', initial: 0.02, min: 1e-5, max: 1, integer: false },
  passes: {
    kind: 'choice',
    label: 'Configs per training step',
    initial: 'sandwich',
    published: 'one',
    choices: ['sandwich', 'one'],
    words: { sandwich: 'four: widest, narrowest, two drawn', one: 'one' },
  },
  kernels: {
    kind: 'choice',
    label: 'Kernels',
    initial: 'automatic',
    published: 'blocks',
    choices: ['automatic', 'blocks', 'modulated'],
  },
  rank: { kind: 'number', label: 'Modulation rank', initial: 1, min: 0, max: 7, integer: true },
  hidden: { kind: 'number', label: 'Hidden width of the blocks', initial: 8, min: 1, max: 64, integer: true },
  gamma: { kind: 'choice', label: 'Gain per width (gamma)', initial: 'yes', choices: ['yes', 'no'] },
  norms: {
    kind: 'choice',
    label: 'Batch norms',
    initial: 'per width',
    published: 'shared',
    choices: ['per width', 'shared'],
  },
  drawn: {
    kind: 'choice',
    label: 'Bits sampled in training',
    initial: 'within limits',
    published: 'all',
    choices: ['within limits', 'all'],
  },
  population: { kind: 'number', label: 'Maximum population size', initial: 50, min: 2, max: 200, integer: true },
  generations: { kind: 'number', label: 'Generations', initial: 20, min: 1, max: 200, integer: true },
  mutation: { kind: 'number', label: 'Mutation rate', initial: 0.1, min: 0, max: 1, integer: false },
  finals: {
    kind: 'number',
    label: 'Best configs measured at the end',
    initial: 3,
    published: 1,
    min: 1,
    max: 50,
    integer: true,
  },
} as const satisfies OptionFields;

/** Plain data: numbers by name. */
type Tensors = Readonly<Record<string, Float32Array>>;

interface Training {
  readonly part: 'training';
  readonly step: number;
  readonly steps: number;
  readonly tensors: Tensors;
}

interface Breeding {
  readonly part: 'breeding';
  /** The trained weights shared by all vectors. */
  readonly tensors: Tensors;
  readonly genetic: GeneticState;
}

interface Finals {
  readonly part: 'finals';
  /** The trained weights shared by all vectors, for the third stage. */
  readonly tensors: Tensors;
  /** The user's own vectors, then the best, best first. */
  readonly vectors: readonly (readonly number[])[];
  readonly measured: number;
}

type State = Training | Breeding | Finals;

/** Higher is better. */
const rankOf = ({ loss }: Score): number => -Math.min(loss, 1e4);

async function* train(
  problem: SearchProblem,
  options: OptionValues,
  model: Supernet,
  set: FeasibleSet,
  from: Training | undefined,
): AsyncGenerator<SearchEvent, void, void> {
  const training = {
    steps: Number(options.steps),
    batchSize: Number(options.batch),
    learningRate: Number(options.rate),
    ...drawnPasses(problem, options, set),
  };
  for await (const { step, steps, loss } of trainShared(problem, model, training, from)) {
    if (loss === undefined) continue;
    const state: State = { part: 'training', step, steps, tensors: Object.fromEntries(await model.state()) };
    const inside: PopulationInside = { kind: 'population', size: 0, origins: '', loss };
    yield { phase: 'training weights that all bits share', done: step / steps, inside, state };
  }
}

/** The user's own policies, which are also measured at the end. */
const ownVectors = ({ space, startPolicies }: SearchProblem) =>
  startPolicies.map((policy) => vectorOf(space, policy) as number[]);

/** True if the budget has room for another measurement and for those at the end. */
function mayBreed(problem: SearchProblem, options: OptionValues, { archive, candidates }: GeneticState): boolean {
  const { ledger, evaluator, startPolicies } = problem;
  // A small population has no more final measurements than members.
  const bred = archive.length + candidates.filter(({ score }) => score !== null).length;
  const finals = Math.min(Number(options.finals), bred + 1) + startPolicies.length;
  const images = sharedCost(problem) + finals * evaluator.cost(evaluator.steps);
  return ledger.affords(images, 1 + finals) && (bred === 0 || ledger.imagesExpected >= images);
}

function insideOf({ archive, candidates, settings }: GeneticState): PopulationInside {
  const measured = [...archive, ...candidates.filter(({ score }) => score !== null)];
  return { kind: 'population', size: settings.population, origins: measured.map(({ origin }) => origin[0]).join('') };
}

/** Breeds vectors until the generations or the budget end; returns the user's own and the best of the others. */
async function* breed(
  problem: SearchProblem,
  options: OptionValues,
  model: Supernet,
  set: FeasibleSet,
  from: Breeding,
): AsyncGenerator<SearchEvent, (readonly number[])[], void> {
  let { genetic } = from;
  const { population, generations } = genetic.settings;
  for (
    let [vector] = askGenetic(genetic);
    vector && mayBreed(problem, options, genetic);
    [vector] = askGenetic(genetic)
  ) {
    const point = await measureShared(problem, model, vector);
    genetic = tellGenetic(set, genetic, vector, rankOf(point));
    const inside = insideOf(genetic);
    const done = inside.origins.length / (population * generations);
    const state: Breeding = { ...from, genetic };
    yield { phase: 'breeding configs on shared weights', done, point, inside, state };
  }
  const best = ranked(genetic).map(({ vector }) => vector);
  const own = ownVectors(problem);
  const others = best.filter((vector) => !own.some((other) => keyOf(other) === keyOf(vector)));
  return [...own, ...others.slice(0, Number(options.finals))];
}

/**
 * The first generation: the user's own policies and random ones. A budget with room for N measurements has as many generations as
 * members, or as many as asked for: with a large population it would end among the random ones.
 */
function firstGeneration(problem: SearchProblem, options: OptionValues, set: FeasibleSet): GeneticState {
  const { seed, ledger, evaluator, startPolicies } = problem;
  const { finals, population: most, generations, mutation } = options;
  const last = Number(finals) + startPolicies.length;
  const images = ledger.imagesExpected - last * evaluator.cost(evaluator.steps);
  const measurements = (ledger.budget.evaluations ?? Number.POSITIVE_INFINITY) - ledger.spent.evaluations - last;
  const room = Math.max(0, Math.min(measurements, images / sharedCost(problem)));
  const fitted = Math.round(Math.max(Math.sqrt(room), room / Number(generations)));
  const population = Math.max(2, Math.min(Number(most), fitted));
  const settings = {
    population,
    generations: Number(generations),
    // A fifth as in MetaPruning, but two: one parent has no one to mix with.
    parents: Math.max(2, Math.round(population / 5)),
    mutationProbability: Number(mutation),
  };
  return startGenetic(set, settings, seed, ownVectors(problem));
}

async function* findVectors(
  problem: SearchProblem,
  options: OptionValues,
  set: FeasibleSet,
  from: Training | Breeding | undefined,
): AsyncGenerator<SearchEvent, Finals, void> {
  const model = await openHypernetwork(problem, options, from?.tensors);
  try {
    let state = from;
    if (state?.part !== 'breeding') {
      yield* train(problem, options, model, set, state);
      const genetic = firstGeneration(problem, options, set);
      state = { part: 'breeding', tensors: Object.fromEntries(await model.state()), genetic };
    }
    const vectors = yield* breed(problem, options, model, set, state);
    if (vectors.length === 0) throw nothingMeasured(problem);
    return { part: 'finals', tensors: state.tensors, vectors, measured: 0 };
  } finally {
    model.dispose();
  }
}

async function* search(
  problem: SearchProblem,
  options: OptionValues,
  from?: unknown,
): AsyncGenerator<SearchEvent, SearchResult, void> {
  const { space } = problem;
  const set = feasibleSetOf(space);
  let state = from as State | undefined;
  if (state?.part !== 'finals') state = yield* findVectors(problem, options, set, state);
  const { vectors } = state;
  let { measured } = state;
  let asked = measured;
  const ask = () => (asked < vectors.length ? { policy: policyOf(space, vectors[asked++]) } : undefined);
  for await (const [, point] of measurePoints(problem, ask)) {
    measured++;
    const next: State = { ...state, measured };
    yield { phase: 'measuring the best configs', done: measured / vectors.length, point, state: next };
  }
  // The user's own come first; after them the best with shared weights.
  const bred = vectors[problem.startPolicies.length] ?? vectors[0];
  return { policy: policyOf(space, bred), because: 'It has the least loss with the weights that all bits share.' };
}

/** The trained weights in a state of this method, for the third stage; undefined before they are trained. */
export function trainedWeights(state: unknown): Tensors | undefined {
  const known = state as State | undefined;
  return known === undefined || known.part === 'training' ? undefined : known.tensors;
}

export const metaquantnet: SearchMethod = {
  label: 'MetaQuantNet',
  explanation: 'Trains one network for all bit widths at once, then evolves configs on its shared weights.',
  source: 'MetaQuantNet, arXiv 2004.11506',
  differs:
    'The paper does not say how wide its blocks are or how batch norms are handled: here blocks have 8 hidden units, and batch norms are estimated on 64 images for each config. Training starts from the trained weights and takes a few hundred steps instead of 200 epochs, population and generations shrink with the budget, and configs are compared by their loss. The third stage, which trains the hypernetwork further at the chosen config, is part of the command “reproduce”. To match the paper, choose affine rounding per tensor and widths of 1 to 8 bits at 10x, 1 to 5 at 16x, or 1 to 3 at 25x.',
  options: OPTIONS,
  gradients: 0.5,
  search,
};
