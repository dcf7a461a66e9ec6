// A quantized kernel in the form that other programs read: integers times positive scales, plus an offset. The scales
// include the factor of a folded batch norm; where it (or DSConv's own scale) is negative, the codes are mirrored instead.
//
// A quantizer's stored numbers define its evenly spaced levels `scale (code - zero) + offset`:
// - integer zero (symmetric, LSQ, DSConv, TWN): signed codes without a zero point if they fit their bits, otherwise unsigned
//   codes with one zero point per group (a mirrored -2^(b-1) does not fit; one signed bit means -1 and 1 elsewhere);
// - one bit around zero: the codes -1 and 1;
// - otherwise (affine, DoReFa): unsigned codes from 0, with the lowest level as an offset, which need not be a multiple of
//   the scale.
// Levels on several lines (TTQ) become several coded tensors, which are added.
import {
  checkSpec,
  groupParameters,
  joinGroups,
  type KernelLayout,
  parseGranularity,
  splitGroups,
} from '../quant/granularity';
import type { Line } from '../quant/quantizer';
import { type QuantScheme, quantizerOf, specOf } from '../quant/registry';

/** Integers times a scale per group: `scale (code - zeroPoint)`. */
export interface CodedTensor {
  /** Bits per code. 1 means the codes -1 and 1. */
  readonly bits: number;
  /** True for codes in [-2^(bits-1), 2^(bits-1) - 1], false for [0, 2^bits - 1]. */
  readonly signed: boolean;
  /** In the kernel's order. */
  readonly codes: Int16Array;
  /** Positive, one per group. */
  readonly scales: Float32Array;
  /** One per group; absent when all are 0. */
  readonly zeroPoints?: Uint8Array;
}

/** A kernel as a sum of coded tensors plus an offset per group. */
export interface CodedKernel {
  readonly terms: readonly CodedTensor[];
  readonly offsets?: Float32Array;
  /** Unit of grouping; `block` groups are ordered as in quant/granularity.ts. */
  readonly groups: 'tensor' | 'channel' | 'block';
  /** Input channels per block; 0 for other groups. */
  readonly block: number;
}

/** Replaces a scale of 0 where scales must be positive: it can be divided by, and its products are negligible. */
export const NO_SCALE = 2 ** -100;

/** Stored numbers that are not a special case of any quantizer. */
const ANY_NUMBERS = [1, 0.5];

/**
 * True if every level of a channel is an integer times one scale: one line, no offset, no blocks, and zero is a code or, of
 * only two codes, halfway between them.
 */
export function hasOneScale({ quantizer, granularity }: Pick<QuantScheme, 'quantizer' | 'granularity'>): boolean {
  const entry = quantizerOf(quantizer);
  const [low, high] = entry.bits;
  for (let bits = low; bits <= high; bits++) {
    const [{ zero, offset }, ...others] = entry.lines(bits, ANY_NUMBERS);
    if (others.length > 0 || offset !== 0 || !(bits === 1 || Number.isInteger(zero))) return false;
  }
  return parseGranularity(granularity).kind !== 'block';
}

/** Maps the index of a kernel weight to its group. */
export function groupIndex(count: number, { channels, inputs }: KernelLayout, kernel: Omit<CodedKernel, 'terms'>) {
  if (kernel.groups === 'tensor') return () => 0;
  if (kernel.groups === 'channel') return (i: number) => i % channels;
  const perTap = Math.ceil(inputs / kernel.block);
  const index = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const row = Math.floor(i / channels);
    const block = Math.floor(row / inputs) * perTap + Math.floor((row % inputs) / kernel.block);
    index[i] = block * channels + (i % channels);
  }
  return (i: number) => index[i];
}

/** A kernel as encoded by its quantizer: codes from 0 in the kernel's order, and the stored numbers of each group. */
export interface EncodedKernel {
  readonly codes: Uint8Array;
  readonly numbers: readonly (readonly number[])[];
}

/**
 * Encodes a kernel under a scheme, with learned parameters if given.
 * @throws QuantSpecError for a bit width or granularity that the quantizer does not support.
 */
export function encodeKernel(
  kernel: Float32Array,
  layout: KernelLayout,
  scheme: QuantScheme,
  bits: number,
  learned: Float32Array | undefined,
): EncodedKernel {
  const quantizer = quantizerOf(scheme.quantizer);
  checkSpec(quantizer, scheme.granularity, bits);
  const spec = specOf(scheme, bits);
  const parts = splitGroups(kernel, scheme.granularity, layout);
  const parameters = groupParameters(quantizer, parts, spec, learned);
  const codes = joinGroups(
    parts.map((part, g) => quantizer.encode(part, parameters[g], spec)),
    parts.length === 1 ? 1 : layout.channels,
  );
  return { codes, numbers: parameters.map((params) => quantizer.numbers(params, spec)) };
}

/** De-quantized values of an encoded kernel, in its order. */
export function decodeEncoded(
  { codes, numbers }: EncodedKernel,
  layout: KernelLayout,
  scheme: QuantScheme,
  bits: number,
): Float32Array {
  const quantizer = quantizerOf(scheme.quantizer);
  const spec = specOf(scheme, bits);
  const parts = splitGroups(codes, scheme.granularity, layout);
  return joinGroups(
    parts.map((part, g) => quantizer.decode(part, numbers[g], spec)),
    parts.length === 1 ? 1 : layout.channels,
  );
}

/**
 * An encoded kernel as integers times scales, with `factor` [channels] multiplied in. It decodes to the kernel that
 * `quantizeKernel` returns, times the factor, up to float32 rounding. Under a scheme with one group, `numbers` may be per
 * channel if they already include a factor.
 */
export function codedKernel(
  { codes: raw, numbers }: EncodedKernel,
  layout: KernelLayout,
  scheme: QuantScheme,
  bits: number,
  factor?: Float32Array,
): CodedKernel {
  const whole = scheme.granularity === 'tensor';
  const { kind, size } = parseGranularity(scheme.granularity);
  const groups = whole && (factor !== undefined || numbers.length > 1) ? 'channel' : kind;
  const block = kind === 'block' ? Math.min(size, layout.inputs) : 0;
  const groupOf = groupIndex(raw.length, layout, { groups, block });
  const count = groups === 'tensor' ? 1 : whole ? layout.channels : numbers.length;
  const quantizer = quantizerOf(scheme.quantizer);
  const lines = numbers.map((stored) => quantizer.lines(bits, stored));
  const scaled = (term: number) =>
    Array.from({ length: count }, (_, g): Line => {
      const line = lines[lines.length === 1 ? 0 : g][term];
      const m = factor?.[g % layout.channels] ?? 1;
      return { ...line, scale: line.scale * m, offset: line.offset * m };
    });
  const coded = lines[0].map(({ zero, magnitude }, term) =>
    codeTerm(magnitude ? raw.map((c) => zero + Math.abs(c - zero)) : raw, bits, scaled(term), groupOf),
  );
  const offsets = coded[0].offsets;
  return { terms: coded.map(({ tensor }) => tensor), ...(offsets && { offsets }), groups, block };
}

/** A kernel with one scale per channel (`hasOneScale`) as integers around zero, in its order, and scales [channels]. */
export function centeredCodes(kernel: CodedKernel, layout: KernelLayout) {
  const [{ codes, scales, zeroPoints }] = kernel.terms;
  const groupOf = groupIndex(codes.length, layout, kernel);
  return {
    codes: Float32Array.from(codes, (code, i) => code - (zeroPoints?.[groupOf(i)] ?? 0)),
    scales: Float32Array.from({ length: layout.channels }, (_, c) => scales[groupOf(c)]),
  };
}

/** One coded tensor from codes 0 ... 2^bits - 1 and the line of each group. */
function codeTerm(raw: Uint8Array, bits: number, lines: readonly Line[], groupOf: (i: number) => number) {
  const last = 2 ** bits - 1;
  const { zero } = lines[0];
  const mirrored = lines.map(({ scale }) => scale < 0);
  // A scale of 0 means a single level: all codes become 0.
  const empty = lines.map(({ scale }) => Math.fround(scale) === 0);
  const scales = Float32Array.from(lines, ({ scale }, g) => (empty[g] ? NO_SCALE : Math.abs(scale)));
  const around = (code: (u: number) => number) =>
    Int16Array.from(raw, (u, i) => {
      const g = groupOf(i);
      return empty[g] ? 0 : mirrored[g] ? -code(u) : code(u);
    });
  if (bits === 1 && zero === 0.5) {
    const tensor: CodedTensor = {
      bits,
      signed: true,
      codes: around((u) => 2 * u - 1),
      scales: scales.map((s) => s / 2),
    };
    return { tensor, offsets: undefined };
  }
  if (Number.isInteger(zero) && zero > 0) {
    const codes = around((u) => u - zero);
    if (bits > 1 && codes.every((q) => q >= -(2 ** (bits - 1)) && q < 2 ** (bits - 1)))
      return { tensor: { bits, signed: true, codes, scales }, offsets: undefined };
    const zeroPoints = Uint8Array.from(mirrored, (flip) => (flip ? last - zero : zero));
    const shifted = codes.map((q, i) => q + zeroPoints[groupOf(i)]);
    return { tensor: { bits, signed: false, codes: shifted, scales, zeroPoints }, offsets: undefined };
  }
  // A mirrored code counts down from its zero point, the last code: -u scale, bit for bit.
  const codes = Int16Array.from(raw, (u, i) => (empty[groupOf(i)] ? 0 : mirrored[groupOf(i)] ? last - u : u));
  const zeroPoints = Uint8Array.from(mirrored, (flip) => (flip ? last : 0));
  const offsets = Float32Array.from(lines, ({ scale, offset }) => offset - scale * zero);
  const tensor: CodedTensor = { bits, signed: false, codes, scales, ...(mirrored.includes(true) && { zeroPoints }) };
  return { tensor, offsets };
}

/** Values of a coded kernel, computed as another program would. */
export function decodeKernel(kernel: CodedKernel, layout: KernelLayout): Float32Array {
  const { terms, offsets } = kernel;
  const groupOf = groupIndex(terms[0].codes.length, layout, kernel);
  return Float32Array.from(terms[0].codes, (_, i) => {
    const g = groupOf(i);
    const sum = terms.reduce(
      (total, { codes, scales, zeroPoints }) => total + Math.fround((codes[i] - (zeroPoints?.[g] ?? 0)) * scales[g]),
      0,
    );
    return sum + (offsets?.[g] ?? 0);
  });
}
