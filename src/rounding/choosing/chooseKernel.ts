// Chooses the codes of a kernel, and the numbers stored for its groups, by the layer's input: levels with the least
// weighted error, codes with error feedback. Never worse than the quantizer's own rounding, channel by channel.
import { roundToFloat16 } from '../../quant/floats';
import { checkSpec, groupParameters, type KernelLayout, splitGroups } from '../../quant/granularity';
import { type QuantScheme, quantizerOf, scaleBitsOf, specOf } from '../../quant/registry';
import { decodeEncoded, type EncodedKernel, encodeKernel } from '../codedKernel';
import { roundPanel } from './errorFeedback';
import { codeRanges, groupsOf, levelsOf } from './levels';
import { type Factor, factorOf, type Moments, weightedErrors } from './moments';
import { refitNumbers } from './refit';

/** The moments of a layer's input. Their factors are the same for all widths and schemes. */
export interface Seen {
  readonly moments: Moments;
  /** One per matrix. */
  readonly factors: readonly Factor[];
}

/** A chosen kernel, and the weighted error of each channel, as chosen and under the quantizer's own rounding. */
export interface ChosenKernel extends EncodedKernel {
  readonly errors: Float64Array;
  readonly nearestErrors: Float64Array;
}

/** Multiples of the quantizer's own levels to try. */
const SHARES = Array.from({ length: 37 }, (_, i) => 1.2 - 0.025 * i);

/** How often numbers and codes are fitted to each other alternately. */
const REFITS = 2;

type Numbers = readonly (readonly number[])[];

interface Candidate {
  readonly codes: Uint8Array;
  readonly numbers: (readonly number[])[];
  readonly errors: Float64Array;
}

const total = (errors: Float64Array) => errors.reduce((sum, e) => sum + e, 0);

/**
 * Takes whatever is better from `other`: channel by channel, or everything or nothing if all channels share their
 * numbers.
 */
function takeBetter(best: Candidate, other: Candidate, channels: number): void {
  const shared = best.numbers.length === 1;
  const all = shared && total(other.errors) < total(best.errors);
  const better = best.errors.map((error, c) => (shared ? (all ? 1 : 0) : other.errors[c] < error ? 1 : 0));
  other.codes.forEach((code, i) => {
    if (better[i % channels] === 1) best.codes[i] = code;
  });
  other.numbers.forEach((own, g) => {
    if (better[g % channels] === 1) best.numbers[g] = own;
  });
  better.forEach((yes, c) => {
    if (yes === 1) best.errors[c] = other.errors[c];
  });
}

/** Moments with their factors. */
export function seenBy(moments: Moments): Seen {
  return { moments, factors: moments.matrices.map((matrix) => factorOf(matrix, moments.rows)) };
}

/** Codes for given numbers, with the damped error of each channel. */
function codesFor(
  kernel: Float32Array,
  layout: KernelLayout,
  factors: readonly Factor[],
  levels: ReturnType<typeof levelsOf>[],
  groups: Uint32Array,
  feedback: boolean,
): Pick<Candidate, 'codes' | 'errors'> {
  const { channels } = layout;
  if (factors.length === 1)
    return roundPanel({ width: channels, weights: kernel, levels: (at) => levels[groups[at]] }, factors[0], feedback);
  const codes = new Uint8Array(kernel.length);
  const errors = new Float64Array(channels);
  factors.forEach((factor, c) => {
    const weights = kernel.filter((_, i) => i % channels === c);
    const own = (at: number) => levels[groups[at * channels + c]];
    const rounded = roundPanel({ width: 1, weights, levels: own }, factor, feedback);
    rounded.codes.forEach((code, at) => {
      codes[at * channels + c] = code;
    });
    errors[c] = rounded.errors[0];
  });
  return { codes, errors };
}

/**
 * Chooses codes and numbers for a kernel under a scheme; `factors` are those of `moments`. With the range `hessian` the
 * levels are chosen, too. No channel (or kernel, if one group holds all) has a larger weighted error than with rounding
 * to the nearest level.
 * @param learned The network's learned quantizer parameters, as for `groupParameters`.
 * @throws QuantSpecError for a bit width or granularity that the quantizer does not have.
 */
export function chooseKernel(
  kernel: Float32Array,
  layout: KernelLayout,
  scheme: QuantScheme,
  bits: number,
  { moments, factors }: Seen,
  feedback: boolean,
  learned?: Float32Array,
): ChosenKernel {
  const { channels } = layout;
  const quantizer = quantizerOf(scheme.quantizer);
  const weighted = scheme.range === 'hessian';
  const spec = specOf(weighted ? { ...scheme, range: 'minMax' } : scheme, bits);
  checkSpec(quantizer, scheme.granularity, bits);
  const parameters = groupParameters(quantizer, splitGroups(kernel, scheme.granularity, layout), spec, learned);
  const groups = groupsOf(kernel.length, layout, scheme);
  const ranges = codeRanges(kernel, layout, scheme, bits, parameters);
  const own = parameters.map((params) => quantizer.numbers(params, spec));
  const keep = (n: number) => (scaleBitsOf(scheme) === 16 ? roundToFloat16(n) : Math.fround(n));

  const under = (asked: Numbers, fed: boolean): Candidate => {
    const numbers = asked.map((kept) => kept.map(keep));
    const levels = numbers.map((kept, g) => levelsOf(scheme, bits, kept, ranges[g]));
    return { ...codesFor(kernel, layout, factors, levels, groups, fed), numbers };
  };
  const best = under(own, feedback);
  if (weighted) {
    for (const share of SHARES)
      takeBetter(
        best,
        under(
          own.map((kept) => kept.map((n) => n * share)),
          feedback,
        ),
        channels,
      );
    const fits = own[0].length <= 2 && own.length <= channels;
    for (let i = 0; fits && i < REFITS; i++) {
      const { codes, numbers } = best;
      takeBetter(best, under(refitNumbers(kernel, codes, numbers, moments, layout, scheme, bits), feedback), channels);
    }
  }
  // By the measured moments, undamped.
  const seen = ({ codes, numbers }: EncodedKernel): Candidate => {
    const values = decodeEncoded({ codes, numbers }, layout, scheme, bits);
    const difference = values.map((v, i) => v - kernel[i]);
    return { codes: codes.slice(), numbers: [...numbers], errors: weightedErrors(difference, moments, layout) };
  };
  const chosen = seen(best);
  if (feedback) takeBetter(chosen, seen(under(best.numbers, false)), channels);
  const nearest = seen(encodeKernel(kernel, layout, scheme, bits, learned));
  takeBetter(chosen, nearest, channels);
  return { ...chosen, nearestErrors: nearest.errors };
}
