// Where weights lie on evenly spaced levels: their codes, and their distance from them. For damping (oscillation.ts).
import * as tf from '@tensorflow/tfjs-core';
import type { LayerNode } from '../../graph/network';
import { kernelLayout } from '../../quant/granularity';
import { lsqCodes } from '../../quant/lsq';
import { learnedOf, type QuantScheme } from '../../quant/registry';
import { onGroups } from './grouping';

/** Smallest and largest code of a scheme's evenly spaced levels; undefined for other levels. */
export function codesOf({ quantizer }: QuantScheme, bits: number): readonly [min: number, max: number] | undefined {
  if (quantizer === 'affine') return [0, 2 ** bits - 1];
  if (quantizer === 'lsq') return lsqCodes(bits, true);
  const last = 2 ** (bits - 1) - 1;
  return quantizer === 'symmetric' && bits > 1 ? [-last, last] : undefined;
}

/** Scale and offset of groups [outer, size, inner], each [outer, 1, inner] or a number. */
function levels(x: tf.Tensor3D, { quantizer }: QuantScheme, last: number, rows: readonly tf.Tensor[]) {
  const [outer, , inner] = x.shape;
  const [scale, offset = tf.scalar(0)] = rows.map((row) => tf.reshape(row, [outer, 1, inner]));
  if (scale !== undefined) return { scale, offset };
  if (quantizer === 'symmetric') return { scale: tf.div(tf.max(tf.abs(x), 1, true), last), offset };
  const low = tf.min(x, 1, true);
  return { scale: tf.div(tf.sub(tf.max(x, 1, true), low), last), offset: low };
}

/**
 * The code of each weight, and its distance from its level in the weights' unit, 0 beyond the outermost levels; both in the
 * kernel's shape. `learned` as in `quantizeWeights`. Only for schemes with `codesOf`. Call inside `tf.tidy`.
 */
export function gridPosition(
  kernel: tf.Tensor,
  op: LayerNode['op'],
  scheme: QuantScheme,
  bits: number,
  learned?: tf.Tensor,
): { readonly codes: tf.Tensor; readonly distance: tf.Tensor } {
  const [min, max] = codesOf(scheme, bits) as readonly [number, number];
  const names = learned === undefined ? [] : learnedOf(scheme, bits);
  const rows = names.map((_, i) => tf.slice(learned as tf.Tensor2D, [i, 0], [1, -1]));
  const layout = kernelLayout(kernel.shape, op === 'depthwiseConv2d');
  const on = (of: (ratio: tf.Tensor, scale: tf.Tensor) => tf.Tensor) =>
    onGroups(kernel, scheme.granularity, layout, (x) => {
      const { scale, offset } = levels(x, scheme, max, rows);
      return of(tf.clipByValue(tf.divNoNan(tf.sub(x, offset), scale), min, max), scale) as tf.Tensor3D;
    });
  return {
    codes: on((ratio) => tf.round(ratio)),
    distance: on((ratio, scale) => tf.mul(tf.sub(ratio, tf.round(ratio)), scale)),
  };
}
