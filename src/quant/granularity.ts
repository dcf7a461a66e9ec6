// Cuts a kernel into the groups that share one parameter set, and puts them together again.
// Kernels are [kh, kw, in, out], [kh, kw, c, 1] or [in, out]: in all three, number i belongs to output channel i % channels.
import { type Granularity, type Quantizer, QuantSpecError } from './quantizer';

/** The groups of a kernel with `channels` output channels: one for `tensor`, one a channel for `channel`. */
export function splitGroups(kernel: Float32Array, granularity: Granularity, channels: number): Float32Array[] {
  if (granularity === 'tensor') return [kernel];
  const size = kernel.length / channels;
  return Array.from({ length: channels }, (_, c) =>
    Float32Array.from({ length: size }, (_, i) => kernel[i * channels + c]),
  );
}

/** Inverse of `splitGroups`. */
export function joinGroups(groups: readonly Float32Array[]): Float32Array {
  if (groups.length === 1) return groups[0];
  const channels = groups.length;
  const kernel = new Float32Array(channels * groups[0].length);
  groups.forEach((group, c) => {
    for (let i = 0; i < group.length; i++) kernel[i * channels + c] = group[i];
  });
  return kernel;
}

/**
 * Refuses a bit width or granularity that the quantizer does not have.
 * @throws QuantSpecError saying what it has.
 */
export function checkSpec(quantizer: Quantizer<unknown>, granularity: Granularity, bits: number): void {
  const [min, max] = quantizer.bits;
  if (!Number.isInteger(bits) || bits < min || bits > max)
    throw new QuantSpecError(`${quantizer.label} has no ${bits}-bit weights; choose ${min} to ${max} bits, or float.`);
  if (!quantizer.granularities.includes(granularity))
    throw new QuantSpecError(
      `${quantizer.label} does not work per ${granularity}; choose ${quantizer.granularities.join(' or ')}.`,
    );
}

/** A quantized kernel: de-quantized values in the kernel's layout, and each group's parameters. */
export interface QuantizedKernel<P> {
  readonly values: Float32Array;
  readonly groups: readonly P[];
}

/**
 * Quantizes a kernel group by group.
 * @throws QuantSpecError for a bit width or granularity that the quantizer does not have.
 */
export function quantizeKernel<P>(
  kernel: Float32Array,
  channels: number,
  quantizer: Quantizer<P>,
  granularity: Granularity,
  bits: number,
): QuantizedKernel<P> {
  checkSpec(quantizer as Quantizer<unknown>, granularity, bits);
  const spec = { bits };
  const groups = splitGroups(kernel, granularity, channels);
  const parameters = groups.map((group) => quantizer.init(group, spec));
  return {
    values: joinGroups(groups.map((group, i) => quantizer.forward(group, parameters[i], spec))),
    groups: parameters,
  };
}
