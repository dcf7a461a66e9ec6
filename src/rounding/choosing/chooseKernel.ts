// Chooses the codes of a kernel, and the numbers stored for its groups, by the layer's input: levels with the least
// weighted error, codes with error feedback, and both refined in turn. Never worse than the quantizer's own rounding,
// channel by channel.
import { checkSpec, groupParameters, type KernelLayout, splitGroups } from '../../quant/granularity';
import { type QuantScheme, quantizerOf, specOf } from '../../quant/registry';
import { type EncodedKernel, encodeKernel } from '../codedKernel';
import { Candidates, takeBetter, total } from './candidates';
import { codeRanges } from './levels';
import { type Factor, factorOf, type Moments } from './moments';

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

/** Multiples of the quantizer's own levels to try: few with error feedback, because refinement finds what lies between. */
const SHARES = Array.from({ length: 37 }, (_, i) => 1.2 - 0.025 * i);
const FEW_SHARES = Array.from({ length: 12 }, (_, i) => 1.1 * 0.91 ** i);

/** After so many of the few in a row that are better for no channel, the rest is worse still. */
const PATIENCE = 4;

/** How often numbers are fitted to the codes, and codes chosen anew for them. */
const REFITS = 2;

/** How often, at most, codes and numbers are refined in turn, and the relative gain below which that ends. */
const SWEEPS = 4;
const GAIN = 1e-3;

/** Moments with their factors. */
export function seenBy(moments: Moments): Seen {
  return { moments, factors: moments.matrices.map((matrix) => factorOf(matrix, moments.rows)) };
}

/**
 * Chooses codes and numbers for a kernel under a scheme; `factors` are those of `moments`. With the range `hessian` the
 * levels are chosen, too, and with error feedback then refined together with the codes. No channel (or kernel, if one
 * group holds all) has a larger weighted error than with rounding to the nearest level.
 * @param learned The network's learned quantizer parameters, as for `groupParameters`.
 * @param target What the rounded kernel should be like, by default the kernel itself; errors are differences from it.
 * @throws QuantSpecError for a bit width or granularity that the quantizer does not have.
 */
export function chooseKernel(...asked: Parameters<typeof choosingKernel>): ChosenKernel {
  const steps = choosingKernel(...asked);
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
  }
}

/** `chooseKernel` in short steps, so that other work can run between them. */
export function* choosingKernel(
  kernel: Float32Array,
  layout: KernelLayout,
  scheme: QuantScheme,
  bits: number,
  { moments, factors }: Seen,
  feedback: boolean,
  learned?: Float32Array,
  target = kernel,
): Generator<void, ChosenKernel, void> {
  const { channels } = layout;
  const quantizer = quantizerOf(scheme.quantizer);
  const weighted = scheme.range === 'hessian';
  const spec = specOf(weighted ? { ...scheme, range: 'minMax' } : scheme, bits);
  checkSpec(quantizer, scheme.granularity, bits);
  const parameters = groupParameters(quantizer, splitGroups(kernel, scheme.granularity, layout), spec, learned);
  const ranges = codeRanges(kernel, layout, scheme, bits, parameters);
  const own = parameters.map((params) => quantizer.numbers(params, spec));
  const candidates = new Candidates(target, layout, scheme, bits, ranges, moments, factors);
  const best = candidates.under(own, feedback);
  if (weighted) {
    const scaled = (share: number) => own.map((kept) => kept.map((n) => n * share));
    let vain = 0;
    for (const share of feedback ? FEW_SHARES : SHARES) {
      vain = takeBetter(best, candidates.under(scaled(share), feedback)) ? 0 : vain + 1;
      yield;
      if (feedback && vain === PATIENCE) break;
    }
    const fits = own[0].length <= 2 && own.length <= channels;
    for (let i = 0; fits && i < REFITS; i++) {
      takeBetter(best, candidates.under(candidates.fitted(best), feedback));
      yield;
    }
    for (let i = 0, before = Number.POSITIVE_INFINITY; feedback && i < SWEEPS; i++) {
      if (total(best.errors) >= (1 - GAIN) * before) break;
      before = total(best.errors);
      takeBetter(best, candidates.swept(best));
      yield;
      if (fits) takeBetter(best, candidates.refitted(best));
    }
  }
  const chosen = candidates.judged(best);
  if (feedback) takeBetter(chosen, candidates.judged(candidates.under(best.numbers, false)));
  const nearest = candidates.judged(encodeKernel(kernel, layout, scheme, bits, learned));
  takeBetter(chosen, nearest);
  return { ...chosen, nearestErrors: nearest.errors };
}
