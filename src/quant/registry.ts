// Every quantizer of weights, for the page, links, files and messages. To add one:
// 1. write `src/quant/<name>.ts` exporting a `Quantizer`, and test it against known numbers (its laws follow from this
//    table);
// 2. add it to this table. Measuring, files and the page pick it up from there (src/rounding/toyQuantizer.test.ts).
//    Training refuses it until it has a tensor twin (src/nn/quantizers/quantizeWeights.ts).
import { affine } from './affine';
import { binary } from './binary';
import { bwn } from './bwn';
import { type Calibration, calibrationName, PLAIN_CALIBRATION, parseCalibration } from './calibration';
import { dorefa } from './dorefa';
import { dsconv } from './dsconv';
import { lsq } from './lsq';
import { type ActivationQuantizerId, type Granularity, learnable, type Quantizer, type QuantSpec } from './quantizer';
import { symmetric } from './symmetric';
import { ttq } from './ttq';
import { twn } from './twn';

/**
 * Every quantizer of weights, by id.
 *
 * @example
 * for (const { id, label, bits } of Object.values(quantizers)) console.log(id, label, bits);
 */
export const quantizers = { affine, symmetric, lsq, dsconv, dorefa, binary, bwn, twn, ttq } as const;

export type QuantizerId = keyof typeof quantizers;

/**
 * The quantizer with this id, with its parameter type erased: for code that works with every quantizer.
 *
 * @example
 * const { init, forward } = quantizerOf('symmetric');
 * const weights = Float32Array.of(-0.9, 0.1, 0.4);
 * const spec = { bits: 3 };
 * console.log(forward(weights, init(weights, spec), spec)); // -0.9, 0, 0.3 or near
 */
export function quantizerOf(id: QuantizerId): Quantizer<unknown> {
  return quantizers[id];
}

/** How weights are quantized, the same for all layers but the scales of the first (rounding/layerScheme.ts). */
export interface QuantScheme extends Omit<QuantSpec, 'bits' | 'scaleBits'> {
  readonly quantizer: QuantizerId;
  readonly granularity: Granularity;
  /** Bits of a stored scale, as in `QuantSpec`; `16-first32` keeps 32 for layers that read the image. */
  readonly scaleBits?: 16 | 32 | '16-first32';
  /** How activations are quantized; default `uniform`. */
  readonly activations?: ActivationQuantizerId;
  /** How the network is prepared for it; default `PLAIN_CALIBRATION`. */
  readonly calibration?: Calibration;
}

/** The calibration of a scheme. */
export function calibrationOf({ calibration = PLAIN_CALIBRATION }: QuantScheme): Calibration {
  return calibration;
}

/** True when codes of weights are chosen on images, and not by the quantizer alone. */
export function choosesCodes(scheme: QuantScheme): boolean {
  return scheme.range === 'hessian' || (calibrationOf(scheme).rounding ?? 'nearest') !== 'nearest';
}

/**
 * Names of the parameters of each group that training moves at a width, besides the weights, in the order in which a network
 * stores them. The levels of a uniform quantizer are learned if they come from a calibration: with another range than the
 * smallest to the largest weight, which is recomputed at each step, or with chosen codes.
 */
export function learnedOf(scheme: QuantScheme, bits: number): readonly string[] {
  const quantizer = quantizerOf(scheme.quantizer);
  const calibrated = (scheme.range ?? 'minMax') !== 'minMax' || choosesCodes(scheme);
  return quantizer.learned || calibrated ? learnable(quantizer, bits) : [];
}

/** The activation quantizer of a scheme. */
export function activationsOf({ activations = 'uniform' }: QuantScheme): ActivationQuantizerId {
  return activations;
}

/** The scheme with parts of its calibration changed; defaults are omitted. */
export function withCalibration(scheme: QuantScheme, part: Partial<Calibration>): QuantScheme {
  const { calibration: _, ...rest } = scheme;
  const calibration = parseCalibration(calibrationName({ ...calibrationOf(scheme), ...part }));
  return calibration === undefined ? rest : { ...rest, calibration };
}

/** Bits of each number that the scheme of a layer stores: 32, or 16 if requested and supported by the quantizer. */
export function scaleBitsOf({ quantizer, scaleBits }: QuantScheme): 16 | 32 {
  return (scaleBits ?? 32) !== 32 && quantizerOf(quantizer).halfScales ? 16 : 32;
}

/** The scheme's request to its quantizer for a layer with this many bits. */
export function specOf(scheme: QuantScheme, bits: number): QuantSpec {
  return { bits, scaleBits: scaleBitsOf(scheme), ...(scheme.range && { range: scheme.range }) };
}

/** Names a scheme: `quantizer/granularity`, followed by its other settings. */
export function schemeName(scheme: QuantScheme): string {
  const activations = activationsOf(scheme);
  const extra = [
    scheme.range,
    scaleBitsOf(scheme) === 16 ? `float${scheme.scaleBits}` : undefined,
    activations === 'uniform' ? undefined : activations,
    calibrationName(calibrationOf(scheme)),
  ].filter((part) => part !== undefined && part !== '');
  return [scheme.quantizer, scheme.granularity, ...extra].join('/');
}
