// Training that was cut off, by the page's closing or by a fault of the engine: offered where its network and images are in
// use, to go on from the step that is kept, or to be discarded.
import { announce } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import { engine } from '../state/engine';
import type { InterruptedRun } from '../state/trainingRun';
import { isTrainingKey, storedTrainings, unstoreTraining } from './storage';

/** Runs that this page has lost with its engine. */
const lostHere = new Set<string>();

/** Looks for runs that were cut off, whenever a network comes into use, and whenever another tab stores or removes one. */
export function watchInterrupted(): void {
  desk.subscribe((now, before) => {
    if (now.network !== before.network || now.run !== before.run) lookForInterrupted();
  });
  // What another tab says over its channel may come before what it has removed is gone from here.
  window.addEventListener('storage', ({ key }) => {
    if (key === null || isTrainingKey(key)) lookForInterrupted();
  });
}

/** Takes note that a run was lost with the engine. */
export function lostWithEngine(id: string): void {
  lostHere.add(id);
}

/** Finds the runs of the network and images in use that were cut off. */
export function lookForInterrupted(): void {
  const { network, networkId, datasetId, run, trainedElsewhere } = desk.getState();
  const underWay = [run, ...trainedElsewhere].map((each) => each?.id);
  const here = storedTrainings().filter(
    (stored) => stored.networkId === networkId && stored.datasetId === datasetId && !underWay.includes(stored.id),
  );
  const interrupted = network === null ? [] : here.map((stored) => ({ ...stored, by: byOf(stored.id) }));
  if (JSON.stringify(interrupted) !== JSON.stringify(desk.getState().interrupted)) desk.setState({ interrupted });
}

const byOf = (id: string): InterruptedRun['by'] => (lostHere.has(id) ? 'engine' : 'page');

/** Throws a run away that was cut off. */
export function discardTraining(id: string): void {
  forgetRun(id);
  lookForInterrupted();
  announce('The training that was cut off is discarded.');
}

/** Frees all room of a run. */
export function forgetRun(id: string): void {
  unstoreTraining(id);
  void engine()
    ?.call('forgetTraining', { run: id })
    .result.catch(() => undefined);
}

/** A run that was cut off, by its name. */
export function interruptedRun({ interrupted }: Desk, id: string): InterruptedRun | undefined {
  return interrupted.find((run) => run.id === id);
}
