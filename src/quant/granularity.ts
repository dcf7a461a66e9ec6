// Splits a kernel into the groups that share one parameter set, and joins them again. Kernels are [kh, kw, in, out],
// [kh, kw, c, 1] or [in, out]: in all three, number i belongs to output channel i % channels, and row floor(i /
// channels) to input channel row % inputs.
import {
  type Granularity,
  type GranularityKind,
  learnable,
  type Quantizer,
  type QuantSpec,
  QuantSpecError,
} from './quantizer';

/** The facts of a kernel that determine its groups. */
export interface KernelLayout {
  /** Output channels. */
  readonly channels: number;
  /** Input channels that an output channel reads: 1 for depthwise kernels. */
  readonly inputs: number;
}

/** Layout of a kernel [kh, kw, in, out] or [in, out]; with `depthwise`, of [kh, kw, c, 1]. */
export function kernelLayout(shape: readonly number[], depthwise: boolean): KernelLayout {
  const [last, beforeLast] = [shape[shape.length - 1], shape[shape.length - 2]];
  return depthwise ? { channels: beforeLast, inputs: 1 } : { channels: last, inputs: beforeLast };
}

/**
 * Kind of a granularity, and the size of its blocks (Infinity for the others).
 * @throws QuantSpecError for text that names no granularity.
 */
export function parseGranularity(text: string): { kind: GranularityKind; size: number } {
  if (text === 'tensor' || text === 'channel') return { kind: text, size: Number.POSITIVE_INFINITY };
  const size = /^block:([1-9]\d{0,8})$/.exec(text)?.[1];
  if (size === undefined)
    throw new QuantSpecError(`"${text}" is not a granularity; choose tensor, channel, or block:32 (any block size).`);
  return { kind: 'block', size: Number(size) };
}

/** Rows (numbers per output channel) that each group spans: all for a channel, runs of one tap's inputs for blocks. Not for `tensor`. */
export function runs(rows: number, inputs: number, granularity: Granularity): [from: number, to: number][] {
  const { kind, size } = parseGranularity(granularity);
  if (kind !== 'block') return [[0, rows]];
  const found: [number, number][] = [];
  for (let tap = 0; tap < rows; tap += inputs)
    for (let i = 0; i < inputs; i += size) found.push([tap + i, tap + Math.min(i + size, inputs)]);
  return found;
}

/** Number of groups in a kernel of `count` numbers. Blocks are no longer than the inputs. */
export function groupCount(count: number, { channels, inputs }: KernelLayout, granularity: Granularity): number {
  const { kind, size } = parseGranularity(granularity);
  if (kind === 'tensor') return 1;
  return kind === 'channel' ? channels : (count / inputs) * Math.ceil(inputs / size);
}

/**
 * The groups of a kernel: one for `tensor`, one per channel for `channel`; for blocks, run by run through taps and
 * inputs, and in each run channel by channel. So group g belongs to channel g % channels, except for `tensor`.
 */
export function splitGroups<T extends Float32Array | Uint8Array>(
  kernel: T,
  granularity: Granularity,
  layout: KernelLayout,
): T[] {
  if (granularity === 'tensor') return [kernel];
  const { channels, inputs } = layout;
  const all = kernel.slice() as T; // one buffer, because kernels have tens of thousands of blocks
  const groups: T[] = [];
  let start = 0;
  for (const [from, to] of runs(kernel.length / channels, inputs, granularity))
    for (let c = 0; c < channels; c++) {
      for (let row = from; row < to; row++) all[start + row - from] = kernel[row * channels + c];
      groups.push(all.subarray(start, start + to - from) as T);
      start += to - from;
    }
  return groups;
}

/**
 * Inverse of `splitGroups`, for values and for codes. `channels` is needed for blocks, of which each channel has
 * several.
 */
export function joinGroups<T extends Float32Array | Uint8Array>(groups: readonly T[], channels = groups.length): T {
  if (groups.length === 1) return groups[0];
  const total = groups.reduce((sum, group) => sum + group.length, 0);
  const kernel = (groups[0] instanceof Uint8Array ? new Uint8Array(total) : new Float32Array(total)) as T;
  let start = 0;
  for (let first = 0; first < groups.length; first += channels) {
    const rows = groups[first].length;
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < rows; i++) kernel[(start + i) * channels + c] = groups[first + c][i];
    start += rows;
  }
  return kernel;
}

function widths([min, max]: readonly [number, number]): string {
  return min === max ? `${min} bit${min === 1 ? '' : 's'}` : `${min} to ${max} bits`;
}

/**
 * Rejects a bit width or granularity that the quantizer does not have.
 * @throws QuantSpecError naming those that it has.
 */
export function checkSpec<P>(quantizer: Quantizer<P>, granularity: Granularity, bits: number): void {
  const [min, max] = quantizer.bits;
  if (!Number.isInteger(bits) || bits < min || bits > max)
    throw new QuantSpecError(`${quantizer.label} has no ${bits}-bit weights; choose ${widths([min, max])}, or float.`);
  const { kind } = parseGranularity(granularity);
  if (!quantizer.granularities.includes(kind))
    throw new QuantSpecError(
      `${quantizer.label} does not work per ${kind}; choose ${quantizer.granularities.join(' or ')}.`,
    );
}

/**
 * Parameters of each group: computed from its numbers, except learned ones, which come from `learned` if given.
 * `learned` is [learned parameters, groups.length], row-major.
 */
export function groupParameters<P>(
  quantizer: Quantizer<P>,
  groups: readonly Float32Array[],
  spec: QuantSpec,
  learned?: Float32Array,
): P[] {
  const names = learnable(quantizer, spec.bits);
  if (learned !== undefined && learned.length !== names.length * groups.length)
    throw new QuantSpecError(
      `${quantizer.label} learns ${names.length} numbers for each of ${groups.length} groups, but ${learned.length} are stored.`,
    );
  return groups.map((group, g) => {
    const params = quantizer.init(group, spec);
    if (learned === undefined) return params;
    return { ...params, ...Object.fromEntries(names.map((name, i) => [name, learned[i * groups.length + g]])) };
  });
}

/** A quantized kernel: dequantized values in the kernel's layout, and each group's parameters. */
export interface QuantizedKernel<P> {
  readonly values: Float32Array;
  readonly groups: readonly P[];
}

/**
 * Quantizes a kernel group by group, with learned parameters [parameters, groups] if given.
 * @throws QuantSpecError for a bit width or granularity that the quantizer does not have.
 */
export function quantizeKernel<P>(
  kernel: Float32Array,
  layout: KernelLayout,
  quantizer: Quantizer<P>,
  granularity: Granularity,
  spec: QuantSpec,
  learned?: Float32Array,
): QuantizedKernel<P> {
  checkSpec(quantizer, granularity, spec.bits);
  const groups = splitGroups(kernel, granularity, layout);
  const parameters = groupParameters(quantizer, groups, spec, learned);
  return {
    values: joinGroups(
      groups.map((group, i) => quantizer.forward(group, parameters[i], spec)),
      granularity === 'tensor' ? 1 : layout.channels,
    ),
    groups: parameters,
  };
}
