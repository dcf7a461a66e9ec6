// Training interrupted by closing the page or by an engine fault. When its network and images are in use, the page offers to
// resume it from the stored step or to discard it.
import { training } from '../../words/en/training';
import { announce } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import { engine } from '../state/engine';
import type { InterruptedRun } from '../state/trainingRun';
import { isTrainingKey, storedTrainings, unstoreTraining } from './storage';

/** Runs interrupted by an engine fault on this page. */
const lostHere = new Set<string>();

/** Looks for interrupted runs, and again whenever the network changes or another tab stores or removes a run. */
export function watchInterrupted(): void {
  lookForInterrupted();
  desk.subscribe((now, before) => {
    if (now.network !== before.network || now.run !== before.run) lookForInterrupted();
  });
  // A message from another tab may arrive before its changes to the storage are visible here.
  window.addEventListener('storage', ({ key }) => {
    if (key === null || isTrainingKey(key)) lookForInterrupted();
  });
}

/** Records that a run was interrupted by an engine fault. */
export function lostWithEngine(id: string): void {
  lostHere.add(id);
}

/** Finds the interrupted runs of the network and images in use. */
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

/** Discards an interrupted run. */
export function discardTraining(id: string): void {
  forgetRun(id);
  lookForInterrupted();
  announce(training.discarded);
}

/** Deletes everything stored for a run. */
export function forgetRun(id: string): void {
  unstoreTraining(id);
  void engine()
    ?.call('forgetTraining', { run: id })
    .result.catch(() => undefined);
}

/** An interrupted run by id. */
export function interruptedRun({ interrupted }: Desk, id: string): InterruptedRun | undefined {
  return interrupted.find((run) => run.id === id);
}
