// Progressive bit reduction: a run reaches a policy's widths in stages, each starting from the weights of the previous
// one. Reference: B. Zhuang et al., arXiv 1711.00205 ("progressive quantization").
import { type BitPolicy, FLOAT, isRounded, SKIPPED } from '../graph/policy';
import { quantizerOf } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';

/** Epochs of a run, counted from 0; `to` is exclusive. */
export interface EpochSpan {
  readonly from: number;
  readonly to: number;
}

/** Some epochs under one rounding. */
export interface Stage extends EpochSpan {
  readonly quantAware: Rounding;
  /** No layer has fewer bits than this in the stage; in the last one, the policy's fewest. */
  readonly bits: number;
}

/** Widths on the way down. From 8 to 4 bits little is lost per step; below, every bit is a stage. */
const WIDTHS = [8, 6, 4, 3, 2] as const;

/** The policy with at least `bits` bits wherever it rounds. */
function atLeast(policy: BitPolicy, bits: (typeof WIDTHS)[number]): BitPolicy {
  const raise = <B extends BitPolicy[string]['weights']>(width: B) =>
    !isRounded(width) ? width : (Math.max(width, bits) as typeof width | typeof bits);
  return Object.fromEntries(
    Object.entries(policy).map(([id, { weights, activations }]) => [
      id,
      { weights: raise(weights), activations: raise(activations) },
    ]),
  );
}

/**
 * Stages of a run of `epochs` epochs. The policy's own widths get the last half of the epochs, rounded up, when the
 * learning rate is low; the wider ones share the rest, the narrowest of them first. With one epoch, a quantizer without
 * wider widths, or 8 bits from the start there is one stage. Activation ranges are the same in all of them.
 *
 * A learned step of one width says little about the next, so each stage starts with new ones: the quantizer's published
 * initialization on the current weights.
 */
export function stagesOf(quantAware: Rounding, epochs: number): Stage[] {
  const { policy, scheme } = quantAware;
  const rounded = Object.values(policy).flatMap(({ weights, activations }) => [weights, activations]);
  const lowest = Math.min(...rounded.filter((bits) => bits !== SKIPPED));
  const weightBits = Object.values(policy).flatMap(({ weights }) => (isRounded(weights) ? [weights] : []));
  const most = weightBits.length === 0 ? FLOAT : quantizerOf(scheme.quantizer).bits[1];
  const wider = WIDTHS.filter((bits) => bits > lowest && bits <= most);
  const before = Math.floor(epochs / 2);
  const used = wider.slice(Math.max(0, wider.length - before));
  const start = (i: number) => Math.floor((i * before) / used.length);
  const stages = used.map((bits, i) => ({
    from: start(i),
    to: start(i + 1),
    quantAware: { ...quantAware, policy: atLeast(policy, bits) },
    bits,
  }));
  return [...stages, { from: stages.at(-1)?.to ?? 0, to: epochs, quantAware, bits: lowest }];
}
