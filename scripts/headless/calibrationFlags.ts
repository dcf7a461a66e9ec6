// The calibration that the flags ask for.
import { CALIBRATION } from '../../src/options/calibration';
import { type Calibration, PLAIN_CALIBRATION } from '../../src/quant/calibration';
import { flags, optionFlag, UsageError } from './flags';
import { flagWord } from './flagTable';

export type Correction = Calibration['correction'];

/** A correction as `--correct` has it. */
export const correctionWord = (correction: Correction): string => flagWord(CALIBRATION.correction, correction);

/** Which correction the flags ask for. */
export function readCorrection(): Correction {
  const correction = optionFlag(CALIBRATION.correction, 'none');
  if (correction === 'batchNorm' && flags['batch-norm'] === 'fold')
    throw new UsageError('--correct batch-norm needs batch norms; leave out --batch-norm fold, or correct biases.');
  return correction;
}

/** Training images, the first ones, that calibration looks at. */
export function calibrationImages(): number {
  return optionFlag(CALIBRATION.images, PLAIN_CALIBRATION.images);
}

/** The parts of a calibration that the flags name. */
export function readCalibration(): Partial<Calibration> {
  readCorrection();
  const given = Object.entries(CALIBRATION).filter(([, { flag }]) => flags[flag.name] !== undefined);
  return Object.fromEntries(given.map(([part, field]) => [part, optionFlag(field, field.initial)]));
}
