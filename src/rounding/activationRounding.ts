// How one layer rounds what it reads: which quantizer a scheme gives it, with which parameters.
//
// PACT and LSQ have no levels below zero. A layer that can read negative numbers (the image, a batch norm without ReLU)
// therefore keeps the uniform grid under them, whose zero lies between its levels. Block floating point is signed.
import { activationGrid } from '../quant/affine';
import { bfp } from '../quant/bfp';
import { parseGranularity } from '../quant/granularity';
import { lsqGrid, publishedStep } from '../quant/lsq';
import { pactGrid } from '../quant/pact';
import type { ActivationQuantizerId, RangeChoice } from '../quant/quantizer';
import { activationsOf, type QuantScheme } from '../quant/registry';
import { fakeQuantize, type UniformGrid } from '../quant/uniformGrid';

/** What calibration says of the activations that a layer reads. */
export interface ActivationRange {
  /** Ends of the range, as `choice` takes it of all that was seen. */
  readonly min: number;
  readonly max: number;
  /** Mean of all magnitudes that were seen. */
  readonly meanMagnitude: number;
  readonly choice: RangeChoice;
}

/** Evenly spaced levels over the range that was seen. */
export interface UniformRounding {
  readonly quantizer: 'uniform';
  readonly grid: UniformGrid;
}

/** Evenly spaced levels from zero, by PACT's clip or LSQ's step. */
export interface LearnedRounding {
  readonly quantizer: 'pact' | 'lsq';
  readonly grid: UniformGrid;
  /** The clip or the step. */
  readonly learned: number;
}

/** Block floating point: an exponent for each `block` neighboring channels at one place. */
export interface BlockRounding {
  readonly quantizer: 'bfp';
  readonly bits: number;
  readonly block: number;
}

export type ActivationRounding = UniformRounding | LearnedRounding | BlockRounding;

/** A range that calibration might have seen, whose grid has this scale, exactly, and this code as zero. */
export function rangeOfGrid(scale: number, zero: number, bits: number): ActivationRange {
  const min = Math.fround(-zero * scale);
  const width = scale * (2 ** bits - 1); // not rounded to float32: its share of one level is exact
  return { min, max: min + width, meanMagnitude: width / 2, choice: 'mse' };
}

/** A layer whose activations cannot be rounded before they were looked at. */
export class CalibrationError extends Error {
  override readonly name = 'CalibrationError';
}

/** Channels that share an exponent where the weights have no blocks, as the MTGP paper's code has it. */
const DEFAULT_BLOCK = 32;

/** The quantizer that a scheme gives to a layer; `signed` when the layer can read negative numbers. */
export function inputQuantizer(scheme: QuantScheme, signed: boolean): ActivationQuantizerId {
  const id = activationsOf(scheme);
  return signed && id !== 'bfp' ? 'uniform' : id;
}

/** True when the scheme cannot round activations that were never looked at. */
export function needsRanges(scheme: QuantScheme): boolean {
  return activationsOf(scheme) !== 'bfp';
}

/**
 * The clip or the step before training. A PACT clip is the end of the range (with `minMax` the largest number seen, as in
 * `pact.init`). An LSQ step is the paper's, `2 mean|x| / sqrt(Qp)`; under `mse` the step of the range that errs least.
 */
function start(quantizer: 'pact' | 'lsq', bits: number, { max, meanMagnitude, choice }: ActivationRange): number {
  if (quantizer === 'pact') return max;
  return choice === 'mse' ? Math.fround(max / (2 ** bits - 1)) : publishedStep(meanMagnitude, bits, false);
}

/**
 * How `layer` rounds its input to `bits` bits. What the network learned for it (`learned`) comes before `range`; block
 * floating point needs neither.
 * @throws CalibrationError when a range is needed and missing.
 */
export function activationRounding(
  layer: string,
  scheme: QuantScheme,
  bits: number,
  signed: boolean,
  range: ActivationRange | undefined,
  learned?: number,
): ActivationRounding {
  const quantizer = inputQuantizer(scheme, signed);
  if (quantizer === 'bfp') {
    const { kind, size } = parseGranularity(scheme.granularity);
    return { quantizer, bits, block: kind === 'block' ? size : DEFAULT_BLOCK };
  }
  if (range === undefined && (quantizer === 'uniform' || learned === undefined))
    throw new CalibrationError(
      `Layer "${layer}" has no calibrated activation range; calibrate before quantizing activations.`,
    );
  if (quantizer === 'uniform') {
    const { min, max } = range as ActivationRange;
    return { quantizer, grid: activationGrid(min, max, bits) };
  }
  const value = learned ?? start(quantizer, bits, range as ActivationRange);
  const grid = quantizer === 'pact' ? pactGrid({ clip: value }, bits) : lsqGrid({ step: value }, bits, false);
  return { quantizer, grid, learned: value };
}

/** `x` [..., channels] rounded, as long as `x`. */
export function roundActivations(x: Float32Array, channels: number, rounding: ActivationRounding): Float32Array {
  if (rounding.quantizer !== 'bfp') return fakeQuantize(x, rounding.grid);
  const y = new Float32Array(x.length);
  for (let place = 0; place < x.length; place += channels)
    for (let from = 0; from < channels; from += rounding.block) {
      const block = x.subarray(place + from, place + Math.min(channels, from + rounding.block));
      y.set(bfp.forward(block, bfp.init(block, rounding), rounding), place + from);
    }
  return y;
}
