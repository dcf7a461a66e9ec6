// Finds, changes, names and compares the search runs of the desk.
import { searching } from '../../words/en/searching';
import { desk } from '../state/desk';
import { sayNotKept } from '../state/notKept';
import { isAtWork, type SearchRun } from '../state/searchRun';
import { leaveRun } from './locks';
import { storeRun } from './storage';

/** The run with this id, discarded or not. */
export const runOf = (id: string) => desk.getState().runs.find((run) => run.id === id);

/** Changes a run on the desk and in storage. */
export function changeRun(id: string, changes: Partial<SearchRun>): void {
  const before = desk.getState();
  const runs = before.runs.map((run) => (run.id === id ? { ...run, ...changes } : run));
  desk.setState({ runs });
  const changed = runs.find((run) => run.id === id);
  if (changed) keepRun(changed);
  settleRun(id);
}

const saidNotKept = new Set<string>();

/** Stores a run for the next visit; reports once if it cannot be stored. */
export function keepRun(run: SearchRun): void {
  if (storeRun(run)) saidNotKept.delete(run.id);
  else if (!saidNotKept.has(run.id)) {
    saidNotKept.add(run.id);
    sayNotKept('run', run.name, searching.because.listFull);
  }
}

/** Releases the run's lock unless the run is active or queued here. */
export function settleRun(id: string): void {
  const run = runOf(id);
  if (run === undefined || !isAtWork(run)) leaveRun(id);
}

/** Inserts a stored run into the desk's list, newest first. */
export function putRun(run: SearchRun): void {
  const others = desk.getState().runs.filter(({ id }) => id !== run.id);
  desk.setState({ runs: [...others, run].sort((a, b) => (a.id < b.id ? 1 : -1)) });
}

/** Removes a run from the desk. */
export function dropRun(id: string): void {
  const { runs, compared, shownRun } = desk.getState();
  desk.setState({
    runs: runs.filter((run) => run.id !== id),
    compared: compared.filter((other) => other !== id),
    shownRun: shownRun === id ? null : shownRun,
  });
  leaveRun(id);
}

/** Names a run; an empty name changes nothing. */
export function renameRun(id: string, name: string): void {
  const clean = name.replace(/\s+/g, ' ').trim().slice(0, 60);
  if (clean !== '') changeRun(id, { name: clean });
}

/** Adds a run to those compared on the plot, or removes it. */
export function compareRun(id: string, on: boolean): void {
  const others = desk.getState().compared.filter((other) => other !== id);
  desk.setState({ compared: on ? [id, ...others] : others });
}
