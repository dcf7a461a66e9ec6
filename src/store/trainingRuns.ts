// Runs of training as the page knows them, under way or cut off: one entry each in this browser's storage, so that what was
// cut off is offered at the next visit. What they go on from is the engine's (engine/trainingKeeping.ts).
import type { DatasetId } from '../data/registry';
import type { TrainOptions } from '../engine/protocol/training';
import type { AnyNetworkId } from '../zoo/registry';

/** One run, and how far it is kept. */
export interface TrainingRun {
  readonly id: string;
  readonly networkId: AnyNetworkId;
  readonly datasetId: DatasetId;
  /** Of the weights in use when it began. */
  readonly fingerprint: string;
  readonly options: TrainOptions;
  /** The step it can go on from, of `steps`; 0 before it is kept first. */
  readonly step: number;
  readonly steps: number;
}

/** A run that was cut off, and what by. */
export interface InterruptedRun extends TrainingRun {
  readonly by: 'page' | 'engine';
}

/** A run that another tab is at. */
export type RunElsewhere = Pick<TrainingRun, 'id' | 'networkId' | 'datasetId'>;

const KEY = 'fewbits.training.';

/** Keeps what is known of a run. False where there is no room, or no storage. */
export function storeTraining(run: TrainingRun): boolean {
  try {
    localStorage.setItem(KEY + run.id, JSON.stringify({ version: 1, ...run }));
    return true;
  } catch {
    return false;
  }
}

/** Takes a run out of this browser. */
export function unstoreTraining(id: string): void {
  try {
    localStorage.removeItem(KEY + id);
  } catch {
    // Nothing was kept.
  }
}

/** A run as it was stored; undefined for what is none. */
export function readTraining(text: string | null): TrainingRun | undefined {
  try {
    const { version, ...run } = JSON.parse(text as string) as TrainingRun & { version: number };
    const words = [run.id, run.networkId, run.datasetId, run.fingerprint].every((word) => typeof word === 'string');
    const numbers = [run.step, run.steps, run.options.learningRate].every((number) => Number.isFinite(number));
    return version === 1 && words && numbers ? run : undefined;
  } catch {
    return undefined;
  }
}

/** The runs stored, the latest first; what is damaged is none. */
export function storedTrainings(): TrainingRun[] {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(KEY));
    const runs = keys.flatMap((key) => readTraining(localStorage.getItem(key)) ?? []);
    return runs.sort((a, b) => (a.id < b.id ? 1 : -1));
  } catch {
    return [];
  }
}
