// How a finished network is made ready for rounding without training: what its scheme says besides the quantizers. The
// work itself is train/'s (calibrate.ts, biasCorrection.ts, batchNorm.ts).
import type { RangeChoice } from './quantizer';

export interface Calibration {
  /** How the ranges of activations are chosen. */
  readonly range: RangeChoice;
  /** What is done about the shift that rounding causes. */
  readonly correction: 'none' | 'bias' | 'batchNorm';
  /** Batch norms stay behind the rounded kernels, or are multiplied into them before. */
  readonly batchNorm: 'keep' | 'fold';
  /** Training images looked at, the first ones, without their labels. */
  readonly images: number;
}

/** What is meant where a scheme says nothing. */
export const PLAIN_CALIBRATION: Calibration = { range: 'minMax', correction: 'none', batchNorm: 'keep', images: 256 };

const PREFIX = 'calibrated:';

/** Names a calibration, e.g. `calibrated:mse+bias+fold+512`; empty for the plain one. */
export function calibrationName({ range, correction, batchNorm, images }: Calibration): string {
  const parts = [
    range === PLAIN_CALIBRATION.range ? [] : [range],
    correction === 'none' ? [] : [correction],
    batchNorm === 'keep' ? [] : [batchNorm],
    images === PLAIN_CALIBRATION.images ? [] : [images],
  ];
  const name = parts.flat().join('+');
  return name === '' ? '' : `${PREFIX}${name}`;
}

/** Inverse of `calibrationName`; undefined for other text, and for the empty one. */
export function parseCalibration(text: string): Calibration | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const parts = text.slice(PREFIX.length).split('+');
  const images = parts.find((part) => /^[1-9]\d{0,6}$/.test(part));
  const calibration: Calibration = {
    range: (['percentile', 'mse'] as const).find((range) => parts.includes(range)) ?? PLAIN_CALIBRATION.range,
    correction: (['bias', 'batchNorm'] as const).find((correction) => parts.includes(correction)) ?? 'none',
    batchNorm: parts.includes('fold') ? 'fold' : 'keep',
    images: images === undefined ? PLAIN_CALIBRATION.images : Number(images),
  };
  return calibrationName(calibration) === text ? calibration : undefined;
}
