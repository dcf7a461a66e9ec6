// Assembles the inputs of a search: the network as its scheme calibrates it, the candidate policies, the evaluator and
// the ledger. The engine and the headless runner build their problems here, so that both search alike.
import type { Dataset } from '../data/dataset';
import type { BitPolicy } from '../graph/policy';
import type { QuantScheme } from '../quant/registry';
import type { Calibrated } from '../train/calibrated';
import type { Evaluate } from '../train/evaluate';
import { type BenchOptions, priceOf } from './bench';
import type { Crew } from './crew';
import { type Budget, BudgetSpentError, Ledger, NOTHING_SPENT, type Spent } from './ledger';
import type { SearchProblem } from './method';
import { PolicyEvaluator } from './policyEvaluator';
import type { RunPoint } from './run';
import { type Allowed, createSpace, fits, policyOf, type SearchLimit, vectorOf } from './space';

export interface ProblemOptions extends BenchOptions {
  readonly scheme: QuantScheme;
  readonly allowed: Allowed;
  readonly limits: readonly SearchLimit[];
  readonly budget: Budget;
  /** The user's own policies; duplicates and those outside of the space are dropped. */
  readonly seeds: readonly BitPolicy[];
}

/** The environment of a problem. */
export interface RunContext {
  /** Milliseconds. */
  now(): number;
  /** Awaited before every batch; throws to end the search. */
  yieldTurn(): Promise<void>;
  /** Those who measure beside the engine. */
  readonly crew?: Crew;
  /** How policies are evaluated, e.g. by a pool; by default here. */
  readonly evaluate?: Evaluate;
}

/** The work of a run when interrupted. */
export interface Earlier {
  readonly points: readonly RunPoint[];
  readonly spent: Spent;
}

/** A budget in policies limits training too: it also caps images at those of so many measurements. */
function inImages(budget: Budget, price: number): Budget {
  if (budget.evaluations === undefined) return budget;
  return { ...budget, images: Math.min(budget.images ?? Number.POSITIVE_INFINITY, budget.evaluations * price) };
}

/**
 * A search problem on a network. `earlier` is the earlier part of a resumed run. Dispose after the search.
 * @throws LimitError if no policy keeps the limits.
 */
export function createProblem(
  calibrated: Calibrated,
  dataset: Dataset,
  options: ProblemOptions,
  context: RunContext,
  earlier: Earlier = { points: [], spent: NOTHING_SPENT },
): SearchProblem & { dispose(): void } {
  const { scheme, allowed, limits, budget, seed } = options;
  const network = calibrated.base(scheme);
  const space = createSpace(network, scheme, allowed, limits, dataset);
  const { evaluate } = context;
  const training = { network, dataset, scheme, calibrated, ...(evaluate && { evaluate }) };
  const ledger = new Ledger(inImages(budget, priceOf(training, options)), context.now, earlier.spent);
  const checkBudget = () => {
    if (ledger.exhausted) throw new BudgetSpentError('The budget is spent.');
  };
  const besideCrew = async () => {
    checkBudget();
    await context.yieldTurn();
  };
  const yieldTurn = async () => {
    checkBudget();
    // Waiting for more urgent jobs is not counted as the search's work.
    await ledger.clocked(false, () => context.yieldTurn());
  };
  const evaluator = new PolicyEvaluator(training, options, ledger, { yieldTurn, besideCrew }, context.crew);
  evaluator.recall(earlier.points);
  const own = options.seeds.map((policy) => vectorOf(space, policy));
  const inside = own.filter((vector) => vector !== undefined && fits(space, vector)) as number[][];
  const startPolicies = [...new Map(inside.map((vector) => [vector.join(), policyOf(space, vector)])).values()];
  return { space, evaluator, training, ledger, seed, startPolicies, yieldTurn, dispose: () => evaluator.dispose() };
}
