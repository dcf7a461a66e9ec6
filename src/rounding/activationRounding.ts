// How one layer rounds its input: the quantizer that a scheme selects, and its parameters.
//
// PACT and LSQ have no levels below zero (LSQ+ has). A layer that can read negative numbers (the image, a batch norm without ReLU)
// therefore uses the uniform grid instead, which has levels on both sides of zero. Block floating point is signed.
import { activationGrid } from '../quant/affine';
import { bfp } from '../quant/bfp';
import { parseGranularity } from '../quant/granularity';
import { lsqGrid, publishedStep } from '../quant/lsq';
import { lsqPlusGrid } from '../quant/lsqPlus';
import { pactGrid } from '../quant/pact';
import type { ActivationQuantizerId, RangeChoice } from '../quant/quantizer';
import { activationsOf, type QuantScheme } from '../quant/registry';
import { fakeQuantize, type UniformGrid } from '../quant/uniformGrid';

/** Calibrated statistics of a layer's input. */
export interface ActivationRange {
  /** Ends of the range, derived from the calibration data by `choice`. */
  readonly min: number;
  readonly max: number;
  /** Mean magnitude over the calibration data. */
  readonly meanMagnitude: number;
  readonly choice: RangeChoice;
}

/** The quantizers of activations that learn their levels. */
export type LearnedInputQuantizer = 'pact' | 'lsq' | 'lsqPlus';

/** Evenly spaced levels over the calibrated range. */
export interface UniformRounding {
  readonly quantizer: 'uniform';
  readonly grid: UniformGrid;
}

/** Evenly spaced levels, given by PACT's clip, LSQ's step, or LSQ+'s scale and offset. */
export interface LearnedRounding {
  readonly quantizer: LearnedInputQuantizer;
  readonly grid: UniformGrid;
  /** The learned parameters, in the quantizer's order. */
  readonly learned: readonly number[];
}

/** Block floating point: one exponent per `block` neighboring channels of a pixel. */
export interface BlockRounding {
  readonly quantizer: 'bfp';
  readonly bits: number;
  readonly block: number;
}

export type ActivationRounding = UniformRounding | LearnedRounding | BlockRounding;

/** A range whose grid has exactly this scale, and this code as zero. */
export function rangeOfGrid(scale: number, zero: number, bits: number): ActivationRange {
  const min = Math.fround(-zero * scale);
  const width = scale * (2 ** bits - 1); // not rounded to float32, so that dividing it by the number of steps is exact
  return { min, max: min + width, meanMagnitude: width / 2, choice: 'mse' };
}

/** Activations cannot be rounded before calibration. */
export class CalibrationError extends Error {
  override readonly name = 'CalibrationError';
}

/** Channels that share an exponent when the weights have no blocks, as in the MTGP paper's code. */
const DEFAULT_BLOCK = 32;

/** The activation quantizer of a layer under a scheme; `signed` if the layer can read negative numbers. */
export function inputQuantizer(scheme: QuantScheme, signed: boolean): ActivationQuantizerId {
  const id = activationsOf(scheme);
  return signed && id !== 'bfp' && id !== 'lsqPlus' ? 'uniform' : id;
}

/** True if the scheme needs calibrated ranges to round activations. */
export function needsRanges(scheme: QuantScheme): boolean {
  return activationsOf(scheme) !== 'bfp';
}

/**
 * The learned parameters before training. A PACT clip is the end of the range (with `minMax` the largest number seen, as in
 * `pact.init`). An LSQ step is the paper's, `2 mean|x| / sqrt(Qp)`; with `mse`, the step of the range of least error. LSQ+ starts
 * from the uniform levels of the range.
 */
function start(quantizer: LearnedInputQuantizer, bits: number, range: ActivationRange): readonly number[] {
  const { min, max, meanMagnitude, choice } = range;
  if (quantizer === 'pact') return [max];
  if (quantizer === 'lsq')
    return [choice === 'mse' ? Math.fround(max / (2 ** bits - 1)) : publishedStep(meanMagnitude, bits, false)];
  const { scale, offset } = activationGrid(min, max, bits);
  return [scale, offset];
}

function gridOf(quantizer: LearnedInputQuantizer, [first, second]: readonly number[], bits: number): UniformGrid {
  if (quantizer === 'pact') return pactGrid({ clip: first }, bits);
  if (quantizer === 'lsq') return lsqGrid({ step: first }, bits, false);
  return lsqPlusGrid({ scale: first, offset: second }, bits);
}

/**
 * How `layer` rounds its input to `bits` bits. `learned` parameters take precedence over `range`; block floating point
 * needs neither.
 * @throws CalibrationError when a range is needed but missing.
 */
export function activationRounding(
  layer: string,
  scheme: QuantScheme,
  bits: number,
  signed: boolean,
  range: ActivationRange | undefined,
  learned?: readonly number[],
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
  return { quantizer, grid: gridOf(quantizer, value, bits), learned: value };
}

/** `x` [..., channels], rounded; same length as `x`. */
export function roundActivations(x: Float32Array, channels: number, rounding: ActivationRounding): Float32Array {
  if (rounding.quantizer !== 'bfp') return fakeQuantize(x, rounding.grid);
  const y = new Float32Array(x.length);
  for (let pixel = 0; pixel < x.length; pixel += channels)
    for (let from = 0; from < channels; from += rounding.block) {
      const block = x.subarray(pixel + from, pixel + Math.min(channels, from + rounding.block));
      y.set(bfp.forward(block, bfp.init(block, rounding), rounding), pixel + from);
    }
  return y;
}
