// MetaQuantNet: a network whose kernels are generated from the bits of their layers is trained under a new vector of bits
// for every batch. A genetic search measures vectors with these shared weights, batch norms re-estimated for each, and
// the evaluator then measures the best ones.
//
// Reference: MetaQuantNet, arXiv 2004.11506; its genetic search is that of MetaPruning, arXiv 1903.10258. Differences:
// - kernels are `W0 + sum_r c_r(q) U_r` with a gain per width, which covers what the published blocks can express with a
// small part of their parameters; the blocks themselves are an option (nn/hypernetKernels.ts);
// - weights are rounded by the problem's scheme, if it can be trained; the paper's rounding, between the least and the
// largest weight of a layer, is the scheme "affine per tensor";
// - training starts from the network, not from random weights, and takes hundreds of steps, not 200 epochs;
// - the paper narrows the bits by hand to the wanted compression; here vectors are drawn within the limits.
import { createRng } from '../../math/rng';
import { hypernetKernels } from '../../nn/hypernetKernels';
import { type KernelSource, modulatedKernels } from '../../nn/kernelSource';
import type { Supernet } from '../../nn/supernet';
import { type FeasibleSet, keyOf, randomFeasible } from '../../optim/feasible';
import { askGenetic, type GeneticState, ranked, startGenetic, tellGenetic } from '../../optim/genetic';
import type { PopulationInside } from '../insides';
import {
  better,
  measurePoints,
  nothingMeasured,
  type OptionFields,
  type OptionValues,
  type Score,
  type SearchEvent,
  type SearchMethod,
  type SearchPoint,
  type SearchProblem,
  type SearchResult,
} from '../method';
import { feasibleSetOf, policyOf, vectorOf } from '../space';
import { measureShared, type SharedTraining, sharedCost, trainShared } from '../training/sharedWeights';
import { supernetOf } from '../training/supernetOf';

const OPTIONS = {
  steps: { kind: 'number', label: 'Training steps', initial: 300, min: 1, max: 100_000, integer: true },
  batch: { kind: 'number', label: 'Images per batch', initial: 32, min: 2, max: 512, integer: true },
  rate: { kind: 'number', label: 'Learning rate', initial: 0.02, min: 1e-5, max: 1, integer: false },
  kernels: { kind: 'choice', label: 'Kernels', initial: 'modulated', choices: ['modulated', 'blocks'] },
  rank: { kind: 'number', label: 'Rank of the modulation', initial: 1, min: 0, max: 7, integer: true },
  hidden: { kind: 'number', label: 'Hidden width of the blocks', initial: 8, min: 1, max: 64, integer: true },
  gamma: { kind: 'choice', label: 'Gain for each width (gamma)', initial: 'yes', choices: ['yes', 'no'] },
  norms: { kind: 'choice', label: 'Batch norms', initial: 'per width', choices: ['per width', 'shared'] },
  drawn: {
    kind: 'choice',
    label: 'Bits drawn in training',
    initial: 'within limits',
    choices: ['within limits', 'all'],
  },
  population: { kind: 'number', label: 'Population size', initial: 20, min: 2, max: 200, integer: true },
  generations: { kind: 'number', label: 'Generations', initial: 10, min: 1, max: 200, integer: true },
  mutation: { kind: 'number', label: 'Mutation rate', initial: 0.1, min: 0, max: 1, integer: false },
  finals: { kind: 'number', label: 'Best configs measured at the end', initial: 3, min: 1, max: 50, integer: true },
} as const satisfies OptionFields;

/** Generations that a small budget must have room for. */
const LEAST_GENERATIONS = 3;

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
  /** The user's own vectors, then the best, best first. */
  readonly vectors: readonly (readonly number[])[];
  readonly measured: number;
  readonly best?: SearchPoint;
}

type State = Training | Breeding | Finals;

/** Higher is better: right predictions; at a tie, the smaller loss. */
const rankOf = ({ accuracy, loss }: Score): number => accuracy.value - 1e-9 * Math.min(loss, 1e4);

/** The generator of the kernels, by the options. */
function kernelsOf(options: OptionValues, seed: number): KernelSource {
  if (options.kernels === 'blocks') return hypernetKernels({ hidden: Number(options.hidden), rng: createRng(seed) });
  return modulatedKernels({ rank: Number(options.rank), gains: options.gamma === 'yes' });
}

async function* train(
  problem: SearchProblem,
  options: OptionValues,
  model: Supernet,
  set: FeasibleSet,
  from: Training | undefined,
): AsyncGenerator<SearchEvent, void, void> {
  const { layers } = problem.space;
  const training: SharedTraining = {
    steps: Number(options.steps),
    batchSize: Number(options.batch),
    learningRate: Number(options.rate),
    draw: (rng) =>
      options.drawn === 'all' ? layers.map(({ choices }) => rng.integer(choices.length)) : randomFeasible(set, rng),
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

/** The first generation: the user's own policies and random ones; smaller for a small budget. */
function firstGeneration(problem: SearchProblem, options: OptionValues, set: FeasibleSet): GeneticState {
  const { seed, ledger } = problem;
  const left =
    (ledger.budget.evaluations ?? Number.POSITIVE_INFINITY) - ledger.spent.evaluations - Number(options.finals);
  const population = Math.max(2, Math.min(Number(options.population), Math.floor(left / LEAST_GENERATIONS)));
  const settings = {
    population,
    generations: Number(options.generations),
    mutationProbability: Number(options.mutation),
  };
  return startGenetic(set, settings, seed, ownVectors(problem));
}

async function* findVectors(
  problem: SearchProblem,
  options: OptionValues,
  set: FeasibleSet,
  from: Training | Breeding | undefined,
): AsyncGenerator<SearchEvent, (readonly number[])[], void> {
  const kernels = kernelsOf(options, problem.seed);
  const model = await supernetOf(problem, 'affine', { kernels, switchable: options.norms === 'per width' });
  try {
    if (from) model.restore(new Map(Object.entries(from.tensors)));
    let state = from;
    if (state?.part !== 'breeding') {
      yield* train(problem, options, model, set, state);
      const genetic = firstGeneration(problem, options, set);
      state = { part: 'breeding', tensors: Object.fromEntries(await model.state()), genetic };
    }
    const vectors = yield* breed(problem, options, model, set, state);
    if (vectors.length === 0) throw nothingMeasured(problem);
    return vectors;
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
  if (state?.part !== 'finals')
    state = { part: 'finals', vectors: yield* findVectors(problem, options, set, state), measured: 0 };
  const { vectors } = state;
  let { measured, best } = state;
  let asked = measured;
  const ask = () => (asked < vectors.length ? { policy: policyOf(space, vectors[asked++]) } : undefined);
  for await (const [, point] of measurePoints(problem, ask)) {
    best = better(best, point);
    measured++;
    const next: State = { part: 'finals', vectors, measured, best };
    yield { phase: 'measuring the best configs', done: measured / vectors.length, point, state: next };
  }
  if (best === undefined)
    return { policy: policyOf(space, vectors[0]), because: 'It measured best with the weights that all bits share.' };
  const own = problem.startPolicies.length > 0 ? ' and your own' : '';
  const because = `It measured best of ${measured}: those that were best with shared weights${own}.`;
  return { policy: best.policy, because };
}

export const metaquantnet: SearchMethod = {
  label: 'MetaQuantNet',
  explanation: 'Trains one network for all bit widths at once, then evolves configs on its shared weights.',
  source: 'MetaQuantNet, arXiv 2004.11506',
  options: OPTIONS,
  gradients: 0.5,
  search,
};
