// Runs of training in this browser's storage: one entry each, so that what was cut off is offered at the next visit. What
// they go on from is the engine's (engine/trainingKeeping.ts).
import { datasets } from '../../data/registry';
import type { TrainOptions } from '../../engine/protocol/training';
import {
  hasFields,
  isAbsentOr,
  isAnyNumber,
  isFlag,
  isKeyOf,
  isNumber,
  isOneOf,
  isText,
  isWhole,
} from '../../formats/shape';
import { keysOf, removeEntry, textOf, writeEntry } from '../state/entries';
import { isNetworkId, isPolicy, isScheme } from '../state/runShape';
import type { TrainingRun } from '../state/trainingRun';
import { setAside, takeUpEntry } from '../state/unreadable';

const KEY = 'fewbits.training.';

const isRun = hasFields<TrainingRun & { readonly version: 1 }>({
  version: isOneOf(1),
  id: isText,
  networkId: isNetworkId,
  datasetId: isKeyOf(datasets),
  fingerprint: isText,
  options: hasFields<TrainOptions>({
    epochs: isNumber(0),
    batchSize: isWhole(1),
    learningRate: isNumber(0),
    schedule: isOneOf('cosine', 'one-cycle'),
    momentum: isAnyNumber,
    weightDecay: isAnyNumber,
    labelSmoothing: isAnyNumber,
    augment: isFlag,
    imagesPerEpoch: isWhole(1),
    seed: isWhole(),
    fromScratch: isFlag,
    policy: isAbsentOr(isPolicy),
    scheme: isAbsentOr(isScheme),
    learnFrom: isAbsentOr(isOneOf('labels', 'float')),
    progressive: isAbsentOr(isFlag),
    temperature: isAbsentOr(isNumber(0)),
  }),
  step: isWhole(),
  steps: isWhole(),
});

/** Whether an entry of the storage is a run of training. */
export function isTrainingKey(key: string): boolean {
  return key.startsWith(KEY);
}

/** Keeps what is known of a run. False where there is no room, or no storage. */
export function storeTraining(run: TrainingRun): boolean {
  return writeEntry(KEY + run.id, JSON.stringify({ version: 1, ...run }));
}

/** Takes a run out of this browser. */
export function unstoreTraining(id: string): void {
  removeEntry(KEY + id);
}

/** The runs stored, the latest first; what is damaged is set aside. */
export function storedTrainings(): TrainingRun[] {
  const runs = keysOf(KEY).flatMap((key) => takeTraining(key) ?? []);
  return runs.sort((a, b) => (a.id < b.id ? 1 : -1));
}

function takeTraining(key: string): TrainingRun | undefined {
  const run = readTraining(textOf(key));
  if (run && KEY + run.id === key) {
    takeUpEntry(key);
    return run;
  }
  setAside('training', key);
  return undefined;
}

function readTraining(text: string | null): TrainingRun | undefined {
  try {
    const { version, ...run } = JSON.parse(text ?? '') as TrainingRun & { version: 1 };
    return isRun({ version, ...run }) ? run : undefined;
  } catch {
    return undefined;
  }
}
