// How a finished network is prepared for rounding without training: the part of a scheme besides the quantizers. train/
// does the work (calibrate.ts, biasCorrection.ts, batchNorm.ts).
import type { RangeChoice } from './quantizer';

export interface Calibration {
  /** How the ranges of activations are chosen. */
  readonly range: RangeChoice;
  /** How the shift caused by rounding is corrected. */
  readonly correction: 'none' | 'bias' | 'batchNorm';
  /** Batch norms stay behind the rounded kernels, or are folded into the kernels before rounding. */
  readonly batchNorm: 'keep' | 'fold';
  /** Calibration images: the first ones of the training split, without their labels. */
  readonly images: number;
  /** How the codes of weights are chosen; `nearest` when absent. */
  readonly rounding?: WeightRounding;
  /**
   * Codes are chosen by what layers read in the float network, each layer independently of how the others are rounded;
   * otherwise behind the layers rounded before.
   */
  readonly independent?: boolean;
  /** Cross-layer equalization before rounding (graph/equalize.ts). */
  readonly equalize?: boolean;
  /** Calibration images are synthesized from the statistics of batch norms: no picture is needed. */
  readonly synthesize?: boolean;
}

/**
 * `nearest`: each weight by itself; `gptq`: with error feedback, layer by layer; `adaround`: these codes learned further by
 * gradient descent, all layers together.
 */
export type WeightRounding = 'nearest' | 'gptq' | 'adaround';

const CHOSEN = ['gptq', 'adaround'] as const satisfies readonly WeightRounding[];

/** The default where a scheme says nothing. */
export const PLAIN_CALIBRATION: Calibration = { range: 'minMax', correction: 'none', batchNorm: 'keep', images: 256 };

const PREFIX = 'calibrated:';

/** Names a calibration, e.g. `calibrated:mse+bias+fold+512`; empty for the default one. */
export function calibrationName(calibration: Calibration): string {
  const { range, correction, batchNorm, images, rounding, independent, equalize, synthesize } = calibration;
  const parts = [
    range === PLAIN_CALIBRATION.range ? [] : [range],
    correction === 'none' ? [] : [correction],
    batchNorm === 'keep' ? [] : [batchNorm],
    rounding === undefined || rounding === 'nearest' ? [] : [rounding],
    independent === true ? ['independent'] : [],
    equalize === true ? ['equalize'] : [],
    synthesize === true ? ['synthesize'] : [],
    images === PLAIN_CALIBRATION.images ? [] : [images],
  ];
  const name = parts.flat().join('+');
  return name === '' ? '' : `${PREFIX}${name}`;
}

/** Inverse of `calibrationName`; undefined for other text and for empty text. */
export function parseCalibration(text: string): Calibration | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const parts = text.slice(PREFIX.length).split('+');
  const images = parts.find((part) => /^[1-9]\d{0,6}$/.test(part));
  const rounding = CHOSEN.find((choice) => parts.includes(choice));
  const calibration: Calibration = {
    range: (['percentile', 'mse'] as const).find((range) => parts.includes(range)) ?? PLAIN_CALIBRATION.range,
    correction: (['bias', 'batchNorm'] as const).find((correction) => parts.includes(correction)) ?? 'none',
    batchNorm: parts.includes('fold') ? 'fold' : 'keep',
    images: images === undefined ? PLAIN_CALIBRATION.images : Number(images),
    ...(rounding && { rounding }),
    ...(parts.includes('independent') && { independent: true }),
    ...(parts.includes('equalize') && { equalize: true }),
    ...(parts.includes('synthesize') && { synthesize: true }),
  };
  return calibrationName(calibration) === text ? calibration : undefined;
}
