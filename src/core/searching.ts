// Searches on a network in use, step by step, and what a run comes to that is stopped.
import { InfeasibleError } from '../optim/knapsack';
import type { Chosen } from '../search/chosen';
import type { OptionValues } from '../search/method';
import { createProblem, type Earlier, type ProblemOptions } from '../search/problem';
import { type SearchId, searches } from '../search/registry';
import { concludeRun, type RunReport, type RunResult, readOptions, runSearch } from '../search/run';
import { SettingsError } from '../search/settingsError';
import { DivergenceError } from '../train/train';
import type { LoadedModel } from './loadedModel';
import { alone, type Clock, type Turn } from './turn';

/** Everything that decides what a search does. */
export interface SearchSettings extends Omit<ProblemOptions, 'cacheBytes'> {
  readonly method: SearchId;
  readonly options: OptionValues;
}

/** A run as far as it has come, to go on from. */
export interface SearchSoFar extends Earlier {
  readonly state: RunReport['state'];
}

/** One step of a run: a piece of work, or none where it begins or goes on. `used` is the share of the budget that is gone. */
export interface SearchStep {
  readonly report?: RunReport;
  readonly used: number;
}

/** What a search needs of the place it runs in. */
export interface SearchContext {
  readonly now: Clock;
  /** Bytes that its prefix cache may take. */
  readonly cacheBytes: number;
}

/** True for what the same settings bring about again; other errors (a lost device, no memory) may pass. */
export function isOfSettings(error: unknown): error is Error {
  return error instanceof SettingsError || error instanceof InfeasibleError || error instanceof DivergenceError;
}

function problemOf(
  { calibrated, dataset }: LoadedModel,
  settings: SearchSettings,
  { now, cacheBytes }: SearchContext,
  yieldTurn: Turn,
  from?: SearchSoFar,
) {
  return createProblem(calibrated, dataset, { ...settings, cacheBytes }, { now, yieldTurn }, from);
}

/** Runs a search from its beginning, or from where it was. Yields before it works, and after each piece of work. */
export async function* search(
  model: LoadedModel,
  settings: SearchSettings,
  context: SearchContext,
  turn: Turn,
  from?: SearchSoFar,
): AsyncGenerator<SearchStep, RunResult, void> {
  const { method, options } = settings;
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

/** What a run comes to that is stopped where it is, without more work; undefined where nothing of it names a policy yet. */
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
