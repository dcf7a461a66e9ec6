// Chooses the codes of a kernel, and the numbers kept for its groups, by what the layer reads: levels of least weighted
// error, codes with error feedback. Never worse than the quantizer's own, channel by channel.
import { roundToFloat16 } from '../../quant/floats';
import { checkSpec, groupParameters, type KernelLayout, splitGroups } from '../../quant/granularity';
import { type QuantScheme, quantizerOf, scaleBitsOf, specOf } from '../../quant/registry';
import { decodeEncoded, type EncodedKernel, encodeKernel } from '../codedKernel';
import { roundPanel } from './errorFeedback';
import { codeRanges, groupsOf, levelsOf } from './levels';
import { type Factor, factorOf, type Moments, weightedErrors } from './moments';
import { refitNumbers } from './refit';

/** What a layer reads. Its factors are the same for all widths and schemes. */
export interface Seen {
  readonly moments: Moments;
  /** One for each matrix. */
  readonly factors: readonly Factor[];
}

/** A chosen kernel, and the weighted error of each channel, as chosen and as the quantizer rounds by itself. */
export interface ChosenKernel extends EncodedKernel {
  readonly errors: Float64Array;
  readonly nearestErrors: Float64Array;
}

/** Shares of the quantizer's own levels that are tried. */
const SHARES = Array.from({ length: 37 }, (_, i) => 1.2 - 0.025 * i);

/** How often numbers and codes are fitted to each other in turn. */
const REFITS = 2;

type Numbers = readonly (readonly number[])[];

interface Candidate {
  readonly codes: Uint8Array;
  readonly numbers: (readonly number[])[];
  readonly errors: Float64Array;
}

const total = (errors: Float64Array) => errors.reduce((sum, e) => sum + e, 0);

/** Takes from `other` what is better: channel by channel, or, where all share their numbers, everything or nothing. */
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
 * Chooses codes and numbers for a kernel under a scheme, `factors` being those of `moments`. Under the scheme's range
 * `hessian` the levels are chosen, too. No channel (no kernel, where one group holds all) has a larger weighted error than
 * rounded to the nearest levels.
 * @param learned What the network learned for the quantizer's parameters, as `groupParameters` takes it.
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
  // By the moments as they were seen, undamped.
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
