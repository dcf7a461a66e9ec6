// Rounds a layer's input on the device: the tensor twin of rounding/activationRounding.ts.
import * as tf from '@tensorflow/tfjs-core';
import type { ActivationRounding, BlockRounding } from '../rounding/activationRounding';
import { blockFloat } from './blockFloat';
import { fakeQuantize, type TensorGrid, tensorGrid } from './fakeQuant';

/** A rounding whose parameters are on the device. Dispose it with `disposeRounding`. */
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
