// Genetic search over vectors of choices under hard limits. Nothing here measures: a caller asks for a vector, measures it
// and tells its score; the state between is JSON. No vector is asked twice, and all keep to the limits.
// Reference: Z. Liu et al., "MetaPruning", 2019 (arXiv 1903.10258), whose authors' code MetaQuantNet (arXiv 2004.11506)
// follows; ours repairs vectors beyond the limits where theirs are drawn again.
import { createRng, type Rng } from '../math/rng';
import { type FeasibleSet, keyOf, repair, unseenFeasible } from './feasible';

export interface GeneticOptions {
  /** Vectors of a generation; 50 unless told. */
  readonly population?: number;
  /** 20 unless told. */
  readonly generations?: number;
  /** The best of all so far from which the next are made; a fifth of the population unless told. */
  readonly parents?: number;
  /** Vectors of a generation that are changed parents; half the population unless told. */
  readonly mutants?: number;
  /** Vectors of a generation that mix two parents; half the population unless told. What is left over is random. */
  readonly children?: number;
  /** Of each layer of a mutant; 0.1 unless told. */
  readonly mutationProbability?: number;
}

/** How a vector came to be proposed. */
export type Origin = 'random' | 'mutation' | 'crossover' | 'seed';

interface Proposed {
  readonly vector: readonly number[];
  readonly origin: Origin;
}

/** A vector and its score, of which more is better. */
export interface Scored extends Proposed {
  readonly score: number;
}

/** All that a search is; plain JSON. */
export interface GeneticState {
  readonly settings: Required<GeneticOptions>;
  readonly seed: number;
  /** From 0. */
  readonly generation: number;
  /** This generation; null: not measured yet. Empty when the search has ended. */
  readonly candidates: readonly (Proposed & { readonly score: number | null })[];
  /** The generations before, in the order in which they were proposed. */
  readonly archive: readonly Scored[];
  /** True when no feasible vector is left to propose. */
  readonly exhausted: boolean;
}

/** Draws for each mutant or child that is wanted: many have been seen already. */
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
 * The beginning of a search: `seeds`, repaired, and random vectors. Seeds beyond the population are left out.
 * @throws RangeError for settings out of range and seeds that are not vectors of the set.
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

/** Every generation has a stream of its own, so that the state needs no stream. */
const rngOf = (seed: number, generation: number): Rng => createRng(seed).fork(generation);

/** The vectors of this generation that wait for a score, to be measured in any order; empty when the search has ended. */
export const askGenetic = ({ candidates }: GeneticState): (readonly number[])[] =>
  candidates.filter(({ score }) => score === null).map(({ vector }) => vector);

/**
 * The state after a measurement; the generation's last one breeds the next generation.
 * @throws RangeError for a vector that does not wait for a score, and for one that is not finite.
 */
export function tellGenetic(
  set: FeasibleSet,
  state: GeneticState,
  vector: readonly number[],
  score: number,
): GeneticState {
  if (!Number.isFinite(score))
    throw new RangeError(`The score of ${keyOf(vector)} is ${score}: give what failed the worst score there is.`);
  const at = state.candidates.findIndex((c) => c.score === null && keyOf(c.vector) === keyOf(vector));
  if (at < 0) throw new RangeError(`${keyOf(vector)} was not asked for, or has its score already.`);
  const candidates = state.candidates.with(at, { ...state.candidates[at], score });
  if (candidates.some((candidate) => candidate.score === null)) return { ...state, candidates };

  const archive = [...state.archive, ...(candidates as readonly Scored[])];
  const next = { ...state, archive, generation: state.generation + 1 };
  if (next.generation === state.settings.generations || state.exhausted) return { ...next, candidates: [] };
  return { ...next, ...breed(set, next) };
}

/** All measured vectors from the best; of equals the earlier first. */
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
  // Of two equal parents the child is known already, and drawn again.
  brood.addSome(children, 'crossover', () => {
    const [a, b] = [parent(), parent()];
    return a.map((choice, l) => (rng.uniform() < 0.5 ? choice : b[l]));
  });
  return brood.filled();
}

/** A generation in the making: feasible vectors, all new. */
class Brood {
  private readonly members: Proposed[] = [];
  private readonly seen: Set<string>;

  constructor(
    private readonly set: FeasibleSet,
    private readonly size: number,
    known: readonly Scored[],
    private readonly rng: Rng,
  ) {
    this.seen = new Set(known.map(({ vector }) => keyOf(vector)));
  }

  /** True when the repaired vector is new and there was room. */
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
