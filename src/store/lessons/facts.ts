// What the steps of lessons look for on the desk, in the units of their questions.
import { type BitPolicy, type BitWidth, samePolicy } from '../../graph/policy';
import { KB } from '../../graph/size';
import type { Proportion } from '../../math/statistics';
import { names } from '../../words/en/names';
import { costsOf, floatPolicy, uniformAt } from '../measure/costs';
import { floatNetwork, pointsHere } from '../measure/selectors';
import type { Desk } from '../state/desk';
import type { Measured } from '../state/lessons';
import type { Control, Known } from './lesson';

/** A proportion in percent. */
export function inPercent({ value, lower, upper, n }: Proportion): Measured {
  return { value: 100 * value, lower: 100 * lower, upper: 100 * upper, n };
}

/** The accuracy of a policy in percent, once it was measured here on all test images. */
export function accuracyOf(desk: Desk, policy: BitPolicy): Measured | undefined {
  const point = pointsHere(desk).find((known) => samePolicy(known.policy, policy));
  return point && inPercent(point.accuracy);
}

/** The accuracy of the policy on the faders. */
export function accuracyHere(desk: Desk): Measured | undefined {
  return accuracyOf(desk, desk.policy);
}

/** The accuracy with the same bits in all layers. */
export function accuracyAt(desk: Desk, bits: BitWidth): Measured | undefined {
  return accuracyOf(desk, uniformAt(desk.architecture, bits));
}

/** The accuracy of the float network in percent; 0 until it is known. */
export function floatAccuracy(desk: Desk): number {
  return 100 * (floatNetwork(desk)?.accuracy.value ?? 0);
}

/** The size of a policy in KB. */
export function sizeOf({ architecture, scheme }: Desk, policy: BitPolicy): number {
  return costsOf(architecture, policy, scheme).memory / KB;
}

/** The size of the policy on the faders in KB. */
export function sizeHere(desk: Desk): number {
  return sizeOf(desk, desk.policy);
}

/** The size of the float network in KB. */
export function floatSize(desk: Desk): number {
  return sizeOf(desk, floatPolicy(desk.architecture));
}

/** The width of all layers, if it is the same. */
export function uniformBits({ policy }: Desk): BitWidth | undefined {
  const [first, ...others] = Object.values(policy).map(({ weights }) => weights);
  return others.every((bits) => bits === first) ? first : undefined;
}

/** What was measured for a step, or 0. */
export function found({ outcomes }: Known, step: string): number {
  return outcomes[step]?.measured?.value ?? 0;
}

/** The fader of a layer. */
export function fader(layer: string): Control {
  return { role: 'slider', name: () => names.weightBits(layer), tab: 'tune' };
}
