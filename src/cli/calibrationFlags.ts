// Reads the calibration from the flags.

import { UsageError } from '../node/usageError';
import { CALIBRATION } from '../options/calibration';
import { type Calibration, PLAIN_CALIBRATION } from '../quant/calibration';
import { flags, optionFlag } from './flags';
import { flagWord } from './flagTable';

export type Correction = Calibration['correction'];

/** A correction as spelled in `--correct`. */
export const correctionWord = (correction: Correction): string => flagWord(CALIBRATION.correction, correction);

/** The correction chosen by the flags. */
export function readCorrection(): Correction {
  const correction = optionFlag(CALIBRATION.correction, 'none');
  if (correction === 'batchNorm' && flags['batch-norm'] === 'fold')
    throw new UsageError('--correct batch-norm needs batch norms; leave out --batch-norm fold, or correct biases.');
  return correction;
}

/** Number of training images for calibration, taken from the start. */
export function calibrationImages(): number {
  return optionFlag(CALIBRATION.images, PLAIN_CALIBRATION.images);
}

/** The parts of a calibration set by flags. */
export function readCalibration(): Partial<Calibration> {
  readCorrection();
  const given = Object.entries(CALIBRATION).filter(([, { flag }]) => flags[flag.name] !== undefined);
  return Object.fromEntries(given.map(([part, field]) => [part, optionFlag(field, field.initial)]));
}
