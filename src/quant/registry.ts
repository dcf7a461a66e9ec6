// Every quantizer of weights, of the page, of links, files and messages. To add one:
// 1. write `src/quant/<name>.ts` exporting a `Quantizer`, with known numbers beside it (its laws follow from this table);
// 2. add it to this table. Measuring, files and the page take it from there (src/rounding/toyQuantizer.test.ts).
// Training refuses it until it has a tensor twin (src/nn/quantizers/quantizeWeights.ts).
import { affine } from './affine';
import { binary } from './binary';
import { bwn } from './bwn';
import { type Calibration, calibrationName, PLAIN_CALIBRATION } from './calibration';
import { dorefa } from './dorefa';
import { dsconv } from './dsconv';
import { lsq } from './lsq';
import type { ActivationQuantizerId, Granularity, Quantizer, QuantSpec } from './quantizer';
import { symmetric } from './symmetric';
import { ttq } from './ttq';
import { twn } from './twn';

export const quantizers = { affine, symmetric, lsq, dsconv, dorefa, binary, bwn, twn, ttq } as const;

export type QuantizerId = keyof typeof quantizers;

/** The quantizer of an id, with its parameters hidden: what code needs that works with every one. */
export function quantizerOf(id: QuantizerId): Quantizer<unknown> {
  return quantizers[id];
}

/** How weights are quantized, the same for all layers. */
export interface QuantScheme extends Omit<QuantSpec, 'bits'> {
  readonly quantizer: QuantizerId;
  readonly granularity: Granularity;
  /** How activations are quantized; `uniform` where it is left out. */
  readonly activations?: ActivationQuantizerId;
  /** How the network is made ready for it; `PLAIN_CALIBRATION` where it is left out. */
  readonly calibration?: Calibration;
}

/** The calibration of a scheme. */
export function calibrationOf({ calibration = PLAIN_CALIBRATION }: QuantScheme): Calibration {
  return calibration;
}

/** The activation quantizer of a scheme. */
export function activationsOf({ activations = 'uniform' }: QuantScheme): ActivationQuantizerId {
  return activations;
}

/** The scheme with parts of its calibration changed; the plain one is left out. */
export function withCalibration(scheme: QuantScheme, part: Partial<Calibration>): QuantScheme {
  const { calibration: _, ...rest } = scheme;
  const calibration = { ...calibrationOf(scheme), ...part };
  return calibrationName(calibration) === '' ? rest : { ...rest, calibration };
}

/** Bits of each number that the scheme keeps: 32, or 16 where that is asked for and the quantizer can. */
export function scaleBitsOf({ quantizer, scaleBits }: QuantScheme): 16 | 32 {
  return scaleBits === 16 && quantizerOf(quantizer).halfScales ? 16 : 32;
}

/** What a scheme asks of its quantizer for a layer of so many bits. */
export function specOf(scheme: QuantScheme, bits: number): QuantSpec {
  return { bits, scaleBits: scaleBitsOf(scheme), ...(scheme.range && { range: scheme.range }) };
}

/** Names a scheme: `quantizer/granularity`, then what else it says. */
export function schemeName(scheme: QuantScheme): string {
  const activations = activationsOf(scheme);
  const extra = [
    scheme.range,
    scaleBitsOf(scheme) === 16 ? 'float16' : undefined,
    activations === 'uniform' ? undefined : activations,
    calibrationName(calibrationOf(scheme)),
  ].filter((part) => part !== undefined && part !== '');
  return [scheme.quantizer, scheme.granularity, ...extra].join('/');
}
