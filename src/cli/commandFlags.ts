// The flags that each command takes. A flag that a command would not use is refused instead of ignored.

import { UsageError } from '../node/usageError';
import { CALIBRATION, WEIGHT_RANGE } from '../options/calibration';
import { EXPORTING } from '../options/exporting';
import { GRANULARITY, SCHEME } from '../options/scheme';
import { SEARCHING } from '../options/searching';
import { TRAINING } from '../options/training';
import { flags } from './flags';
import type { flagTable } from './flagTable';

type FlagName = keyof typeof flagTable;

const always = ['request', 'json', 'force', 'help', 'version'] as const;
const images = ['dataset', 'data', 'seed', 'backend'] as const;
const zoo = ['network', 'weights', 'workers', 'quiet', ...images, ...always] as const;
const opening = ['model', 'normalize', ...zoo] as const;

const { rounding: codes, correction, ...seen } = CALIBRATION;
/** The parts of a calibration that do not change weights for a policy. */
const ranges = Object.values(seen).map(({ flag }) => flag.name);
const calibration = [...ranges, codes.flag.name, correction.flag.name];
const quantizer = [...Object.values(SCHEME), GRANULARITY, WEIGHT_RANGE].map(({ flag }) => flag.name);
const policy = ['policy', 'weights-only'] as const;
const rounding = [...quantizer, ...calibration, ...policy];

const step = [TRAINING.batchSize, TRAINING.learningRate].map(({ flag }) => flag.name);
const descent = [...step, ...[TRAINING.schedule, TRAINING.weightDecay, TRAINING.augment].map(({ flag }) => flag.name)];
const epochs = [TRAINING.epochs, TRAINING.imagesPerEpoch, TRAINING.shards].map(({ flag }) => flag.name);
const learning = [...descent, ...epochs, 'out' as const];
const labels = ['qat', 'progressive', TRAINING.labelSmoothing.flag.name] as const;
const aware = [TRAINING.learnFrom, TRAINING.temperature, TRAINING.damping].map(({ flag }) => flag.name);

const measuring = [SEARCHING.images.flag.name, SEARCHING.steps.flag.name, ...step];
const space = ['bits', 'activation-bits', 'pairs', 'lock', 'tie'] as const;
const kept = ['option', 'budget', 'events', 'resume'] as const;
const finishing = [...descent, ...(['finish-images', 'test-images'] as const)];

/** Flags by command. Training takes those of rounding only under a policy. */
const TAKEN = {
  evaluate: [...opening, ...rounding, 'images', 'as', 'cost-table', EXPORTING.int16.flag.name],
  sensitivity: [...opening, ...quantizer, ...ranges, 'weights-only', 'images'],
  calibrate: [...opening, ...rounding, 'images', 'out'],
  train: [...opening, ...learning, ...labels],
  'train --qat': [...opening, ...rounding, ...learning, ...labels, ...aware],
  distil: [...opening, ...rounding, ...learning, TRAINING.temperature.flag.name],
  export: [
    ...opening,
    ...rounding,
    'images',
    'format',
    'out',
    ...Object.values(EXPORTING).map(({ flag }) => flag.name),
  ],
  search: [
    ...[...opening, ...rounding, ...measuring, ...space, ...kept, ...finishing, TRAINING.learnFrom.flag.name],
    ...(['method', 'limit', 'limits', 'cost-table', 'lose', 'rescore', 'finish', 'queue'] as const),
  ],
  race: [
    ...[...zoo, ...quantizer, ...calibration, ...measuring, ...space, ...finishing, TRAINING.learnFrom.flag.name],
    ...(['method', 'option', 'budget', 'limits', 'cost-table', 'seeds', 'results', 'finish'] as const),
  ].filter((flag) => flag !== 'seed'),
  proxies: [...opening, ...rounding, ...measuring, ...space, 'limit', 'cost-table', 'policies'],
  reproduce: [
    ...[...zoo, ...calibration, ...policy, ...measuring, ...space, ...kept, ...finishing],
    ...(['table', 'rows', 'method', 'epochs', 'results'] as const),
    ...[GRANULARITY, WEIGHT_RANGE].map(({ flag }) => flag.name),
  ],
  inspect: always,
  room: ['request', 'host', 'port', 'https', 'isolate', 'pin', 'key', 'keep', 'help', 'version'],
  serve: ['request', 'host', 'port', 'https', 'embed', 'isolate', 'help', 'version'],
  worker: ['request', 'queue', 'name', 'patience', 'quiet', ...images, 'help', 'version'],
  predict: [
    ...[...images, ...always, ...quantizer, ...policy],
    ...[CALIBRATION.batchNorm, CALIBRATION.range, CALIBRATION.images].map(({ flag }) => flag.name),
    ...(['model', 'normalize', 'images', 'images-json'] as const),
  ],
} as const satisfies Readonly<Record<string, readonly FlagName[]>>;

/** The commands that take a flag; `train --qat` stands for itself only if plain `train` does not take it. */
export function takersOf(flag: string): string[] {
  const takers = Object.entries<readonly string[]>(TAKEN).filter(([, taken]) => taken.includes(flag));
  const names = takers.map(([name]) => name);
  return names.filter((name) => name !== 'train --qat' || !names.includes('train'));
}

/** True for a flag that a command takes, in one of its modes. */
export const isTaken = (flag: string, command: string): boolean =>
  takersOf(flag).some((taker) => taker.split(' ')[0] === command);

/** @throws UsageError for a flag that the command in use does not take. */
export function refuseUntaken(command: string): void {
  for (const flag of Object.keys(flags)) {
    const takers = takersOf(flag);
    if (takers.includes(command) || (command === 'train' && flags.qat && takers.includes('train --qat'))) continue;
    throw new UsageError(
      `${command} does not take --${flag}; it is for ${takers.join(', ').replace(/, (?=[^,]*$)/, ' and ')}.`,
    );
  }
}
