// Stores training runs in this browser, one entry each, so that the next visit can offer interrupted ones. The engine stores
// the states from which they resume (engine/trainingKeeping.ts).
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
    damping: isAbsentOr(isNumber(0)),
    shards: isAbsentOr(isWhole(1)),
  }),
  step: isWhole(),
  steps: isWhole(),
});

/** True for the storage key of a training run. */
export function isTrainingKey(key: string): boolean {
  return key.startsWith(KEY);
}

/** Stores a run. False if the storage is full or unavailable. */
export function storeTraining(run: TrainingRun): boolean {
  return writeEntry(KEY + run.id, JSON.stringify({ version: 1, ...run }));
}

/** Removes a run from this browser. */
export function unstoreTraining(id: string): void {
  removeEntry(KEY + id);
}

/** The stored runs, latest first; damaged entries are set aside. */
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
