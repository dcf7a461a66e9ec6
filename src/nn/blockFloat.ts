// Block floating point on tensors with its straight-through gradient: the exact tensor twin of quant/bfp.ts. One kernel
// on cpu, wasm and webgpu, composed operations on webgl.
import * as tf from '@tensorflow/tfjs-core';
import { MAX_EXPONENT, MIN_EXPONENT } from '../quant/bfp';
import { blockFloatForward } from './kernels/blockFloatHeap';
import { mask, withGradient } from './quantizers/surrogate';

const EXPONENTS = MAX_EXPONENT - MIN_EXPONENT + 1;

/** 2^(sign k) for all exponents k. */
function powers(sign: 1 | -1): tf.Tensor1D {
  return tf.tensor1d(Float32Array.from({ length: EXPONENTS }, (_, k) => 2 ** (sign * (k + MIN_EXPONENT))));
}

/** `x` [rows, blocks, size]. Logarithms only guess the exponent; comparisons with a table of powers correct it. */
function composed(x: tf.Tensor3D, bits: number): tf.Tensor {
  const largest = tf.clipByValue(tf.max(tf.abs(x), 2, true), 2 ** MIN_EXPONENT, 2 ** MAX_EXPONENT);
  const guess = tf.floor(tf.div(tf.log(largest), Math.LN2));
  const index = tf.cast(tf.clipByValue(tf.sub(guess, MIN_EXPONENT), 0, EXPONENTS - 1), 'int32');
  const power = tf.gather(powers(1), index);
  const low = mask(tf.less(largest, power)); // the guess was one too high
  const high = mask(tf.greaterEqual(largest, tf.mul(power, 2))); // or one too low
  const factor = (down: number, up: number) => tf.add(1, tf.add(tf.mul(low, down - 1), tf.mul(high, up - 1)));
  const step = tf.mul(tf.mul(power, factor(0.5, 2)), 2 ** (1 - bits));
  const inverse = tf.mul(tf.mul(tf.gather(powers(-1), index), factor(2, 0.5)), 2 ** (bits - 1));
  const limit = 2 ** bits - 1;
  return tf.mul(tf.clipByValue(tf.round(tf.mul(x, inverse)), -limit, limit), step);
}

function forward(x: tf.Tensor, block: number, bits: number): tf.Tensor {
  if (x.size === 0) return tf.clone(x);
  if (tf.getKernel(blockFloatForward.name, tf.getBackend()) !== undefined)
    return tf.engine().runKernel(blockFloatForward.name, { x }, { block, bits });
  const channels = x.shape[x.shape.length - 1];
  const size = Math.min(block, channels);
  const blocks = Math.ceil(channels / size);
  const rows = x.size / channels;
  const padding = blocks * size - channels;
  const flat = tf.reshape<tf.Rank.R2>(x, [rows, channels]);
  const full =
    padding === 0
      ? flat
      : tf.pad2d(flat, [
          [0, 0],
          [0, padding],
        ]);
  const y = tf.reshape(composed(tf.reshape(full, [rows, blocks, size]), bits), [rows, blocks * size]);
  return tf.reshape(padding === 0 ? y : tf.slice(y, [0, 0], [rows, channels]), x.shape);
}

/**
 * `x` [..., channels] with `bits`-bit mantissas and one exponent per `block` neighboring channels at one position; the
 * gradient passes straight through. The caller owns argument and result.
 */
export function blockFloat<T extends tf.Tensor>(x: T, block: number, bits: number): T {
  return withGradient<T>(
    [x],
    (input) => ({ value: tf.tidy(() => forward(input, block, bits)), kept: [] }),
    (dy) => [tf.clone(dy)],
  );
}
