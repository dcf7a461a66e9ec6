// Genetic search over vectors of choices under hard limits, by ask and tell: the caller asks for a vector, measures it and
// tells its score. The state in between is JSON. No vector is proposed twice, and all meet the limits.
// Reference: Z. Liu et al., "MetaPruning", 2019 (arXiv 1903.10258), whose code MetaQuantNet (arXiv 2004.11506) follows. Here
// vectors beyond the limits are repaired; there they are drawn again.
import { createRng, type Rng } from '../math/rng';
import { type FeasibleSet, keyOf, repair, unseenFeasible } from './feasible';

export interface GeneticOptions {
  /** Vectors per generation; default 50. */
  readonly population?: number;
  /** Default 20. */
  readonly generations?: number;
  /** Number of the best vectors so far from which the next are bred; default a fifth of the population. */
  readonly parents?: number;
  /** Vectors per generation that are mutated parents; default half the population. */
  readonly mutants?: number;
  /** Vectors per generation that mix two parents; default half the population. The rest are random. */
  readonly children?: number;
  /** Probability per layer of a mutant; default 0.1. */
  readonly mutationProbability?: number;
}

/** How a vector was created. */
export type Origin = 'random' | 'mutation' | 'crossover' | 'seed';

interface Proposed {
  readonly vector: readonly number[];
  readonly origin: Origin;
}

/** A vector and its score; higher is better. */
export interface Scored extends Proposed {
  readonly score: number;
}

/** The complete state of a search; plain JSON. */
export interface GeneticState {
  readonly settings: Required<GeneticOptions>;
  readonly seed: number;
  /** Counted from 0. */
  readonly generation: number;
  /** The current generation; score null means not measured yet. Empty when the search has ended. */
  readonly candidates: readonly (Proposed & { readonly score: number | null })[];
  /** Earlier generations, in the order in which they were proposed. */
  readonly archive: readonly Scored[];
  /** True if no feasible vector is left to propose. */
  readonly exhausted: boolean;
}

/** Draws per mutant or child: many have been seen already. */
const TRIES = 10;

function settle(options: GeneticOptions): Required<GeneticOptions> {
  const { population = 50, generations = 20, mutationProbability = 0.1 } = options;
  const {
    parents = Math.max(1, Math.round(population / 5)),
    mutants = population >> 1,
    children = population >> 1,
  } = options;
  const counts = { population, generations, parents, mutants, children };
  for (const [name, count] of Object.entries(counts)) {
    const least = name === 'mutants' || name === 'children' ? 0 : 1;
    if (!Number.isInteger(count) || count < least)
      throw new RangeError(`The ${name} of a genetic search must be a whole number from ${least}; got ${count}.`);
  }
  if (mutants + children > population)
    throw new RangeError(`${mutants} mutants and ${children} children are more than a population of ${population}.`);
  if (!(mutationProbability >= 0 && mutationProbability <= 1))
    throw new RangeError(`The mutation probability is ${mutationProbability}; it must be in [0, 1].`);
  return { ...counts, mutationProbability };
}

/**
 * Starts a search with `seeds`, repaired, and random vectors. Seeds beyond the population are ignored.
 * @throws RangeError for options out of range, or seeds that are not vectors of the set.
 */
export function startGenetic(
  set: FeasibleSet,
  options: GeneticOptions,
  seed: number,
  seeds: readonly (readonly number[])[] = [],
): GeneticState {
  const settings = settle(options);
  const rng = rngOf(seed, 0);
  const brood = new Brood(set, settings.population, [], rng);
  for (const vector of seeds) brood.add(vector, 'seed');
  return { settings, seed, generation: 0, archive: [], ...brood.filled() };
}

/** Every generation has its own random stream, so that the state need not contain one. */
const rngOf = (seed: number, generation: number): Rng => createRng(seed).fork(generation);

/** The vectors of this generation without a score, to be measured in any order; empty when the search has ended. */
export const askGenetic = ({ candidates }: GeneticState): (readonly number[])[] =>
  candidates.filter(({ score }) => score === null).map(({ vector }) => vector);

/**
 * The state after a measurement; the last one of a generation breeds the next generation.
 * @throws RangeError for a vector that does not await a score, or a non-finite score.
 */
export function tellGenetic(
  set: FeasibleSet,
  state: GeneticState,
  vector: readonly number[],
  score: number,
): GeneticState {
  if (!Number.isFinite(score))
    throw new RangeError(`The score of ${keyOf(vector)} is ${score}: give failures the worst score there is.`);
  const at = state.candidates.findIndex((c) => c.score === null && keyOf(c.vector) === keyOf(vector));
  if (at < 0) throw new RangeError(`${keyOf(vector)} was not asked for, or has its score already.`);
  const candidates = state.candidates.with(at, { ...state.candidates[at], score });
  if (candidates.some((candidate) => candidate.score === null)) return { ...state, candidates };

  const archive = [...state.archive, ...(candidates as readonly Scored[])];
  const next = { ...state, archive, generation: state.generation + 1 };
  if (next.generation === state.settings.generations || state.exhausted) return { ...next, candidates: [] };
  return { ...next, ...breed(set, next) };
}

/** All measured vectors, best first; equals in the order of their proposal. */
export const ranked = ({ archive, candidates }: GeneticState): Scored[] =>
  [...archive, ...candidates.filter((candidate): candidate is Scored => candidate.score !== null)].sort(
    (a, b) => b.score - a.score,
  );

function breed(set: FeasibleSet, state: GeneticState): Pick<GeneticState, 'candidates' | 'exhausted'> {
  const { population, parents, mutants, children, mutationProbability } = state.settings;
  const rng = rngOf(state.seed, state.generation);
  const brood = new Brood(set, population, state.archive, rng);
  const best = [...state.archive].sort((a, b) => b.score - a.score).slice(0, parents);
  const parent = () => best[rng.integer(best.length)].vector;
  brood.addSome(mutants, 'mutation', () =>
    parent().map((choice, l) => {
      const count = set.costs[l].length;
      if (count === 1 || rng.uniform() >= mutationProbability) return choice;
      return (choice + 1 + rng.integer(count - 1)) % count;
    }),
  );
  // The child of two equal parents has been seen already, and is drawn again.
  brood.addSome(children, 'crossover', () => {
    const [a, b] = [parent(), parent()];
    return a.map((choice, l) => (rng.uniform() < 0.5 ? choice : b[l]));
  });
  return brood.filled();
}

/** A generation under construction: feasible vectors, all new. */
class Brood {
  private readonly members: Proposed[] = [];
  private readonly seen: Set<string>;

  constructor(
    private readonly set: FeasibleSet,
    private readonly size: number,
    measured: readonly Scored[],
    private readonly rng: Rng,
  ) {
    this.seen = new Set(measured.map(({ vector }) => keyOf(vector)));
  }

  /** Adds the repaired vector; false if it is not new or there is no room. */
  add(vector: readonly number[], origin: Origin): boolean {
    const feasible = repair(this.set, vector, this.rng);
    if (this.members.length === this.size || this.seen.has(keyOf(feasible))) return false;
    this.seen.add(keyOf(feasible));
    this.members.push({ vector: feasible, origin });
    return true;
  }

  addSome(count: number, origin: Origin, make: () => number[]): void {
    for (let added = 0, tries = TRIES * count; added < count && tries > 0; tries--)
      if (this.add(make(), origin)) added++;
  }

  filled(): Pick<GeneticState, 'candidates' | 'exhausted'> {
    let exhausted = false;
    while (this.members.length < this.size && !exhausted) {
      const vector = unseenFeasible(this.set, this.seen, this.rng);
      if (vector === undefined) exhausted = true;
      else this.add(vector, 'random');
    }
    return { candidates: this.members.map((member) => ({ ...member, score: null })), exhausted };
  }
}
