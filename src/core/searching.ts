// Searches on a network in use, step by step, and the conclusion of a stopped run.
import { InfeasibleError } from '../optim/knapsack';
import type { Chosen } from '../search/chosen';
import type { Crew } from '../search/crew';
import { checkLoss } from '../search/lossProof';
import type { OptionValues } from '../search/method';
import { createProblem, type Earlier, type ProblemOptions } from '../search/problem';
import { type SearchId, searches } from '../search/registry';
import { concludeRun, type RunReport, type RunResult, readOptions, runSearch } from '../search/run';
import { SettingsError } from '../search/settingsError';
import type { Evaluate } from '../train/evaluate';
import { DivergenceError } from '../train/train';
import type { LoadedModel } from './loadedModel';
import { alone, type Clock, type Turn } from './turn';

/** All settings that determine a search. */
export interface SearchSettings extends Omit<ProblemOptions, 'cacheBytes'> {
  readonly method: SearchId;
  readonly options: OptionValues;
  /** In place of a size: the largest loss of accuracy against the float network, as a share of the images (losingAtMost.ts). */
  readonly lose?: number;
}

/** The state of a run, for resuming. */
export interface SearchSoFar extends Earlier {
  readonly state: RunReport['state'];
}

/** One step of a run: a piece of work, or none at the start or on resuming. `used` is the spent share of the budget. */
export interface SearchStep {
  readonly report?: RunReport;
  readonly used: number;
}

/** The environment of a search. */
export interface SearchContext {
  readonly now: Clock;
  /** Memory limit of the prefix cache in bytes. */
  readonly cacheBytes: number;
  /** Those who measure beside the session; the search is the same with any crew and with none. */
  readonly crew?: Crew | undefined;
  /** How the session itself evaluates; by default as elsewhere. */
  readonly evaluate?: Evaluate | undefined;
}

/** True for errors that the same settings reproduce; other errors (a lost device, no memory) may pass. */
export function isOfSettings(error: unknown): error is Error {
  return error instanceof SettingsError || error instanceof InfeasibleError || error instanceof DivergenceError;
}

/** The problem of a search on a network in use. Dispose after the search. */
export function problemOf(
  { calibrated, dataset, evaluate: evaluateModel }: LoadedModel,
  settings: SearchSettings,
  { now, cacheBytes, crew, evaluate = evaluateModel }: SearchContext,
  yieldTurn: Turn,
  from?: SearchSoFar,
) {
  return createProblem(
    calibrated,
    dataset,
    { ...settings, cacheBytes },
    { now, yieldTurn, evaluate, ...(crew && { crew }) },
    from,
  );
}

/** Runs a search from the start or from a state. Yields before the first piece of work and after each one. */
export async function* search(
  model: LoadedModel,
  settings: SearchSettings,
  context: SearchContext,
  turn: Turn,
  from?: SearchSoFar,
): AsyncGenerator<SearchStep, RunResult, void> {
  const { method, options } = settings;
  if (settings.lose !== undefined) checkLoss(settings, model.dataset.validation.length);
  const values = readOptions(searches[method].options, options);
  const problem = problemOf(model, settings, context, turn, from);
  const run = runSearch(method, problem, values, from);
  try {
    yield { used: problem.ledger.used };
    for (;;) {
      const { value, done } = await run.next();
      if (done) return value;
      yield { report: value, used: problem.ledger.used };
    }
  } finally {
    await run.return(undefined as never);
    problem.dispose();
  }
}

/** The conclusion of a run stopped here, without further work; undefined if nothing names a policy yet. */
export async function concludeSearch(
  model: LoadedModel,
  settings: SearchSettings,
  context: SearchContext,
  soFar: SearchSoFar,
): Promise<Chosen | undefined> {
  const { method, options } = settings;
  let problem: ReturnType<typeof problemOf> | undefined;
  try {
    problem = problemOf(model, settings, context, alone, soFar);
    const values = readOptions(searches[method].options, options);
    const { spent: _, ...chosen } = await concludeRun(method, problem, values, soFar);
    return chosen;
  } catch (error) {
    if (isOfSettings(error)) return undefined;
    throw error;
  } finally {
    problem?.dispose();
  }
}
