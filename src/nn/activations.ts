// Rounds what a layer reads, on the device: the tensor twin of quant/activationRounding.ts.
import * as tf from '@tensorflow/tfjs-core';
import { learnedForInput } from '../graph/learned';
import type { Network } from '../graph/network';
import type { QuantScheme } from '../quant/registry';
import {
  type ActivationRange,
  type ActivationRounding,
  activationRounding,
  type BlockRounding,
  inputQuantizer,
} from '../rounding/activationRounding';
import { blockFloat } from './blockFloat';
import { fakeQuantize, type TensorGrid, tensorGrid } from './fakeQuant';

/** What calibration says of the activations that each layer reads, by layer id. */
export type ActivationRanges = ReadonlyMap<string, ActivationRange>;

/**
 * How a layer rounds what it reads: with what the network learned for it, else as calibration starts it. `signed` holds the
 * layers that can read negative numbers (graph/signs.ts).
 * @throws CalibrationError for a layer without a range.
 */
export function layerRounding(
  network: Network,
  layer: string,
  scheme: QuantScheme,
  bits: number,
  signed: ReadonlySet<string>,
  ranges: ActivationRanges,
): ActivationRounding {
  const negative = signed.has(layer);
  const learned = learnedForInput(network, layer, inputQuantizer(scheme, negative), bits);
  return activationRounding(layer, scheme, bits, negative, ranges.get(layer), learned?.[0]);
}

/** A rounding whose numbers lie on the device. Dispose it by `disposeRounding`. */
export type TensorRounding = TensorGrid | BlockRounding;

/** Uploads a rounding. */
export function tensorRounding(rounding: ActivationRounding): TensorRounding {
  return rounding.quantizer === 'bfp' ? rounding : tensorGrid([rounding.grid]);
}

/** `x` [..., channels] rounded, with a straight-through gradient. The caller owns arguments and result. */
export function roundTensor<T extends tf.Tensor>(x: T, rounding: TensorRounding): T {
  return 'block' in rounding ? blockFloat(x, rounding.block, rounding.bits) : fakeQuantize(x, rounding);
}

export function disposeRounding(rounding: TensorRounding): void {
  if (!('block' in rounding)) tf.dispose([rounding.scale, rounding.inverse, rounding.offset]);
}
