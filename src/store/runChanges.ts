// One run of a search among the desk's: found, changed, named, compared.
import { desk } from './desk';
import type { SearchRun } from './searchRuns';
import { storeRun } from './storedRuns';

/** The run of this name, discarded or not. */
export const runOf = (id: string) => desk.getState().runs.find((run) => run.id === id);

/** Changes what is known of a run, here and for the next visit. */
export function changeRun(id: string, changes: Partial<SearchRun>): void {
  const before = desk.getState();
  const runs = before.runs.map((run) => (run.id === id ? { ...run, ...changes } : run));
  desk.setState({ runs });
  const changed = runs.find((run) => run.id === id);
  if (changed) storeRun(changed);
}

/** Names a run; an empty name changes nothing. */
export function renameRun(id: string, name: string): void {
  const clean = name.replace(/\s+/g, ' ').trim().slice(0, 60);
  if (clean !== '') changeRun(id, { name: clean });
}

/** Puts a run on the plot and among those compared, or takes it away. */
export function compareRun(id: string, on: boolean): void {
  const others = desk.getState().compared.filter((other) => other !== id);
  desk.setState({ compared: on ? [id, ...others] : others });
}
