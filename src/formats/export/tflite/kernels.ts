// Kernels in TensorFlow Lite's order, as the integers that its kernels read: INT8, or INT4 for up to 4 bits, around zero,
// with one positive scale per channel or one for all.
//
// Codes of the page go into the file unchanged where its levels are of that form. Others (an offset, two scales, scales per
// block, float weights) are rounded again to 8 bits per channel, and `decibels` says how close that is.
import { roundHalfToEven } from '../../../math/rounding';
import { signalToNoise } from '../../../math/signalToNoise';
import { centeredCodes } from '../../../rounding/codedKernel';
import type { TensorSpec } from '../../tfliteFile';
import type { Weights } from './operations';

/** INT8 weights end at -127: kernels add two products of 16 bits. */
const LARGEST = 127;
/** A bias has 32 bits, of which one is left for the sum that it is added to. */
const LARGEST_BIAS = 2 ** 30;

/** Codes [inputs, channels] and a positive scale per channel. */
interface Codes {
  readonly codes: Float32Array;
  readonly scales: Float32Array;
  /** Signal over rounding error if they are not the page's codes. */
  readonly decibels?: number;
}

/** Numbers in the file's order: channels first, except for depthwise kernels. */
export function ordered<T extends Float32Array | Int8Array>(numbers: T, { layout, axis }: Weights): T {
  if (axis !== 0) return numbers;
  const { channels } = layout;
  const rows = numbers.length / channels;
  return numbers.map((_, i) => numbers[(i % rows) * channels + Math.floor(i / rows)]) as T;
}

function roundedAgain({ values, layout: { channels } }: Weights): Codes {
  const largest = new Float32Array(channels);
  values.forEach((v, i) => {
    largest[i % channels] = Math.max(largest[i % channels], Math.abs(v));
  });
  const scales = largest.map((most) => most / LARGEST);
  const codes = values.map((v, i) => (v === 0 ? 0 : roundHalfToEven(v / scales[i % channels])));
  return {
    codes,
    scales,
    decibels: signalToNoise(
      values,
      codes.map((code, i) => code * scales[i % channels]),
    ),
  };
}

/** The page's codes if they are integers times one scale per channel, else new ones. */
function codesOf(weights: Weights): Codes {
  const { coded, layout } = weights;
  if (coded === undefined || coded.terms.length > 1 || coded.offsets || coded.groups === 'block')
    return roundedAgain(weights);
  const own = centeredCodes(coded, layout);
  return own.codes.every((code) => Math.abs(code) <= LARGEST) ? own : roundedAgain(weights);
}

/** Channels of zeros get the largest scale, any other one that its bias fits into 32 bits. */
function withUsableScales({ codes, scales, decibels }: Codes, bias: Float32Array | undefined, input: number): Codes {
  const channels = scales.length;
  const empty = new Uint8Array(channels).fill(1);
  codes.forEach((code, i) => {
    if (code !== 0) empty[i % channels] = 0;
  });
  const largest = Math.max(...scales.filter((_, c) => !empty[c])) || 1;
  const usual = Number.isFinite(largest) ? largest : 1;
  const used = scales.map((scale, c) =>
    Math.max(empty[c] ? usual : scale, Math.abs(bias?.[c] ?? 0) / (LARGEST_BIAS * input)),
  );
  const changed = codes.map((code, i) =>
    used[i % channels] === scales[i % channels]
      ? code
      : roundHalfToEven((code * scales[i % channels]) / used[i % channels]),
  );
  return { codes: changed, scales: used, ...(decibels !== undefined && { decibels }) };
}

/** Two codes per byte, the first in the low half. */
function packed4(codes: Int8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(codes.length / 2));
  codes.forEach((code, i) => {
    bytes[i >> 1] |= (code & 15) << (4 * (i % 2));
  });
  return bytes;
}

/** A kernel and its bias for a file. */
interface StoredKernel {
  readonly kernel: TensorSpec;
  /** One number per channel: integers in steps of input scale times kernel scale, or floats. */
  readonly bias: TensorSpec | undefined;
  readonly isInt4: boolean;
  readonly decibels?: number;
}

/** What decides how a layer's kernel is stored. */
interface HowStored {
  readonly node: string;
  /** True for float weights in a float file. */
  readonly isFloat: boolean;
  /** Scale of what it reads, undefined for floats. */
  readonly input: number | undefined;
  /** True for 16-bit activations, whose kernels take INT8 alone. */
  readonly wide: boolean;
  readonly isDense: boolean;
}

/** Turns a layer's kernel and bias into tensors. */
export type Store = (weights: Weights, how: HowStored) => StoredKernel;

/**
 * A kernel as integers, or float in a float file. A dense layer with a scale per channel is INT8 at any width, because
 * microcontrollers read its INT4 with one scale.
 */
export const storedKernel: Store = (weights, { isFloat, input, wide, isDense }) => {
  const { bias, axis } = weights;
  if (isFloat)
    return { kernel: { data: ordered(weights.values, weights) }, bias: bias && { data: bias }, isInt4: false };
  const { codes, scales, decibels } = withUsableScales(
    codesOf(weights),
    input === undefined ? undefined : bias,
    input ?? 1,
  );
  const whole = scales.every((scale) => scale === scales[0]);
  const listed = whole ? [scales[0]] : [...scales];
  const isInt4 = !wide && (whole || !isDense) && codes.every((code) => code >= -8 && code < 8);
  const integers = ordered(Int8Array.from(codes), weights);
  return {
    kernel: { type: isInt4 ? 'INT4' : 'INT8', data: isInt4 ? packed4(integers) : integers, scales: listed, axis },
    bias: bias && (input === undefined ? { data: bias } : storedBias(bias, scales, listed, input, wide)),
    isInt4,
    ...(decibels !== undefined && { decibels }),
  };
};

function storedBias(
  bias: Float32Array,
  scales: Float32Array,
  listed: readonly number[],
  input: number,
  wide: boolean,
): TensorSpec {
  const step = (scale: number) => Math.fround(input * scale);
  const integers = Array.from(bias, (b, c) => roundHalfToEven(b / step(scales[c])));
  const data = wide ? BigInt64Array.from(integers, BigInt) : Int32Array.from(integers);
  return { type: wide ? 'INT64' : 'INT32', data, scales: listed.map(step) };
}
