// Candidates for the codes of one kernel and the numbers of its groups: made for given numbers, or from another candidate,
// and compared by their weighted errors.
import { roundToFloat16 } from '../../quant/floats';
import type { KernelLayout } from '../../quant/granularity';
import { type QuantScheme, scaleBitsOf } from '../../quant/registry';
import { decodeEncoded, type EncodedKernel } from '../codedKernel';
import { sweep } from './descent';
import { type Panel, roundPanel } from './errorFeedback';
import { groupsOf, levelsOf } from './levels';
import { damped, type Factor, type Moments, weightedErrors } from './moments';
import { refitNumbers } from './refit';

/** Stored numbers of each group. */
export type Numbers = readonly (readonly number[])[];

/** Codes and numbers with the weighted error of each channel. */
export interface Candidate {
  readonly codes: Uint8Array;
  readonly numbers: (readonly number[])[];
  readonly errors: Float64Array;
}

/** The sum over channels. */
export const total = (errors: Float64Array): number => errors.reduce((sum, e) => sum + e, 0);

/**
 * Takes whatever is better from `other`: channel by channel, or everything or nothing if all channels share their
 * numbers. True if anything is.
 */
export function takeBetter(best: Candidate, other: Candidate): boolean {
  const channels = best.errors.length;
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
  return better.includes(1);
}

/** Makes candidates for one kernel that should be like `target`; errors are differences from it. */
export class Candidates {
  private readonly groups: Uint32Array;
  private readonly damped: Moments;

  /** @param ranges First and last code of each group. */
  constructor(
    private readonly target: Float32Array,
    private readonly layout: KernelLayout,
    private readonly scheme: QuantScheme,
    private readonly bits: number,
    private readonly ranges: readonly (readonly [number, number])[],
    private readonly moments: Moments,
    private readonly factors: readonly Factor[],
  ) {
    this.groups = groupsOf(target.length, layout, scheme);
    this.damped = { ...moments, matrices: moments.matrices.map((matrix) => damped(matrix, moments.rows)) };
  }

  /** Codes for given numbers, with error feedback or the nearest; damped errors. */
  under(asked: Numbers, feedback: boolean): Candidate {
    const numbers = this.stored(asked);
    const errors = new Float64Array(this.layout.channels);
    const codes = this.byPanels(numbers, (panel, m) => {
      const rounded = roundPanel(panel, this.factors[m], feedback);
      errors.set(rounded.errors, m * panel.width);
      return rounded.codes;
    });
    return { codes, numbers, errors };
  }

  /** Codes of a candidate after a sweep of coordinate descent; damped errors. */
  swept({ codes: start, numbers }: Candidate): Candidate {
    const { channels } = this.layout;
    const codes = this.byPanels(numbers, (panel, m) => {
      const own =
        panel.width === channels ? start : start.filter((_, i) => Math.floor((i % channels) / panel.width) === m);
      return sweep(panel, own, this.damped.matrices[m]);
    });
    return this.judged({ codes, numbers }, true);
  }

  /** Numbers of least error, undamped by default, for the codes of a candidate. At most two numbers per group. */
  fitted({ codes, numbers }: Candidate, moments = this.moments): Numbers {
    return this.stored(refitNumbers(this.target, codes, numbers, moments, this.layout, this.scheme, this.bits));
  }

  /** A candidate with its numbers fitted; damped errors. */
  refitted(candidate: Candidate): Candidate {
    return this.judged({ codes: candidate.codes, numbers: this.fitted(candidate, this.damped) }, true);
  }

  /** Codes and numbers with their errors, damped or by the measured moments. */
  judged({ codes, numbers }: EncodedKernel, isDamped = false): Candidate {
    const values = decodeEncoded({ codes, numbers }, this.layout, this.scheme, this.bits);
    const difference = values.map((v, i) => v - this.target[i]);
    const errors = weightedErrors(difference, isDamped ? this.damped : this.moments, this.layout);
    return { codes: codes.slice(), numbers: [...numbers], errors };
  }

  /** Numbers as precise as they are stored. */
  private stored(numbers: Numbers): (readonly number[])[] {
    const keep = (n: number) => (scaleBitsOf(this.scheme) === 16 ? roundToFloat16(n) : Math.fround(n));
    return numbers.map((kept) => kept.map(keep));
  }

  /** Codes of the kernel from those of its parts that share a matrix: all of it, or the channels of a group. */
  private byPanels(numbers: Numbers, round: (panel: Panel, matrix: number) => Uint8Array): Uint8Array {
    const { channels } = this.layout;
    const all = numbers.map((kept, g) => levelsOf(this.scheme, this.bits, kept, this.ranges[g]));
    const levels = (at: number) => all[this.groups[at]];
    if (this.factors.length === 1) return round({ width: channels, weights: this.target, levels }, 0);
    const codes = new Uint8Array(this.target.length);
    const width = channels / this.factors.length;
    for (let m = 0; m < this.factors.length; m++) {
      const place = (i: number) => Math.floor(i / width) * channels + m * width + (i % width);
      const weights = Float32Array.from(
        { length: codes.length / this.factors.length },
        (_, i) => this.target[place(i)],
      );
      round({ width, weights, levels: (i) => levels(place(i)) }, m).forEach((code, i) => {
        codes[place(i)] = code;
      });
    }
    return codes;
  }
}
