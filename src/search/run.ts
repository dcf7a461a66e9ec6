// Drives a method over a problem: keeps its points, watches the budget, and turns each event into a report from which the
// run can resume. Used by the page's engine and the headless runner.
import type { BitPolicy } from '../graph/policy';
import { paretoFront } from '../optim/pareto';
import { isWithin, unsetValue } from '../options/fields';
import { type Chosen, choose } from './chosen';
import type { Inside } from './insides';
import { BudgetSpentError, type Spent } from './ledger';
import type {
  OptionField,
  OptionFields,
  OptionValues,
  SearchEvent,
  SearchPoint,
  SearchProblem,
  SearchResult,
} from './method';
import { type SearchId, searches } from './registry';
import { SettingsError } from './settingsError';

/** A point with the work spent by then. */
export interface RunPoint extends SearchPoint {
  readonly spent: Spent;
}

/** Made after each piece of work. */
export interface RunReport extends Omit<SearchEvent, 'point'> {
  readonly point?: RunPoint;
  readonly inside?: Inside;
  readonly spent: Spent;
}

/** The outcome of a run. */
export interface RunResult extends Chosen {
  readonly spent: Spent;
}

/** The state of a run. */
export interface RunSoFar {
  readonly points: readonly RunPoint[];
  readonly state: RunReport['state'];
}

/** Thrown for an option that a method does not have, or a value that it does not allow. */
export class OptionError extends SettingsError {
  override readonly name = 'OptionError';
}

function readOption(name: string, field: OptionField, values: OptionValues): number | string {
  const given = values[name];
  if (given === undefined) return unsetValue(field, values);
  if (field.kind === 'choice') {
    if (field.choices.includes(String(given))) return String(given);
    throw new OptionError(`Option ${name} has no "${given}"; choose one of: ${field.choices.join(', ')}.`);
  }
  const value = Number(given);
  if (isWithin(field, value)) return value;
  throw new OptionError(
    `Option ${name} is ${given}; it takes ${field.integer ? 'whole numbers' : 'numbers'} from ${field.min} to ${field.max}.`,
  );
}

/**
 * A method's options with the given values, and initial values for the rest, or those of the published rules where these are given.
 * @throws OptionError for names and values that the method does not have.
 */
export function readOptions(fields: OptionFields, given: Readonly<Record<string, number | string>>): OptionValues {
  const stranger = Object.keys(given).find((name) => !Object.hasOwn(fields, name));
  if (stranger !== undefined)
    throw new OptionError(
      `There is no option "${stranger}" here; there are: ${Object.keys(fields).join(', ') || 'none'}.`,
    );
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, readOption(name, field, given)]));
}

/**
 * Runs a search, or resumes one. The clock runs only during work. If the budget runs out within a piece of work, that
 * piece is dropped, and the method concludes from its last state.
 */
export async function* runSearch(
  method: SearchId,
  problem: SearchProblem,
  options: OptionValues,
  from?: RunSoFar,
): AsyncGenerator<RunReport, RunResult, void> {
  const { ledger } = problem;
  const points: RunPoint[] = [...(from?.points ?? [])];
  let state = from?.state;
  const begin = () => searches[method].search(problem, options, state);
  let run = begin();
  let isConcluding = false;
  const goOn = async (): Promise<IteratorResult<SearchEvent, SearchResult>> => {
    try {
      return await run.next();
    } catch (error) {
      if (!(error instanceof BudgetSpentError) || isConcluding) throw error;
      isConcluding = true;
      run = begin();
      return run.next();
    }
  };
  try {
    for (;;) {
      const next = await ledger.clocked(true, goOn);
      const { spent } = ledger;
      if (next.done) return { ...choose(points, next.value), spent };
      const { point: measured, ...event } = next.value;
      const point = measured && { ...measured, spent };
      state = event.state;
      if (point) points.push(point);
      yield { ...event, spent, ...(point && { point }) };
    }
  } finally {
    await run.return(undefined as never);
  }
}

/**
 * The conclusion of a stopped run, without further work: its best measured policy, or the method's choice from its
 * findings so far. Ends the budget of the problem.
 * @throws SettingsError if nothing has been measured or learned yet.
 */
export async function concludeRun(
  method: SearchId,
  problem: SearchProblem,
  options: OptionValues,
  from: RunSoFar | undefined,
): Promise<RunResult> {
  problem.ledger.close();
  const run = runSearch(method, problem, options, from);
  let next = await run.next();
  while (!next.done) next = await run.next();
  return next.value;
}

/** Candidates that no other candidate beats in accuracy and cost, cheapest first. */
export function frontOf<P extends SearchPoint>(points: readonly P[], cost: (policy: BitPolicy) => number): P[] {
  const candidates = points.filter(({ role }) => role === 'candidate');
  const tradeOffs = candidates.map((point) => ({ cost: cost(point.policy), value: point.accuracy.value, point }));
  return paretoFront(tradeOffs).map(({ point }) => point);
}
