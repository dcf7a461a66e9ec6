// The calibration that the flags ask for.
import { type Calibration, PLAIN_CALIBRATION, type WeightRounding } from '../../src/quant/calibration';
import type { RangeChoice } from '../../src/quant/quantizer';
import { choice, flags, number, UsageError } from './flags';

/** What is done to a network for a policy, without training, by the words of `--correct`. */
export const CORRECTIONS = { none: 'none', bias: 'bias', 'batch-norm': 'batchNorm' } as const satisfies Record<
  string,
  Calibration['correction']
>;
export type Correction = keyof typeof CORRECTIONS;

/** The values of `--rounding`. */
const ROUNDINGS: Readonly<Record<WeightRounding, 1>> = { nearest: 1, gptq: 1 };

/** Which correction the flags ask for. */
export function readCorrection(): Correction {
  const correction = choice<Correction>('correct', CORRECTIONS, 'none');
  if (correction === 'batch-norm' && flags['batch-norm'] === 'fold')
    throw new UsageError('--correct batch-norm needs batch norms; leave out --batch-norm fold, or correct biases.');
  return correction;
}

/** Training images, the first ones, that calibration looks at. */
export function calibrationImages(): number {
  return number('calibration-images', PLAIN_CALIBRATION.images);
}

/** The parts of a calibration that the flags name. */
export function readCalibration(): Partial<Calibration> {
  return {
    ...(flags['activation-range'] !== undefined && {
      range: choice<RangeChoice>('activation-range', { minMax: 1, percentile: 1, mse: 1 }),
    }),
    ...(flags.correct !== undefined && { correction: CORRECTIONS[readCorrection()] }),
    ...(flags['batch-norm'] !== undefined && {
      batchNorm: choice<'keep' | 'fold'>('batch-norm', { keep: 1, fold: 1 }),
    }),
    ...(flags.rounding !== undefined && { rounding: choice<WeightRounding>('rounding', ROUNDINGS) }),
    ...(flags.equalize && { equalize: true }),
    ...(flags.synthesize && { synthesize: true }),
    ...(flags['calibration-images'] !== undefined && { images: calibrationImages() }),
  };
}
