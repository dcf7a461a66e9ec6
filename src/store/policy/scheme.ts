// Changes the scheme: the policy moves to widths that it supports, in one undo step, and the page says so, as it does where a
// quantizer of a menu takes the place of settings of rounding.
import { type BitPolicy, samePolicy } from '../../graph/policy';
import { clampPolicy, widthRangeOf } from '../../policy/widths';
import { type QuantScheme, quantizers, schemeName } from '../../quant/registry';
import { faders } from '../../words/en/faders';
import { announce } from '../state/announce';
import { desk } from '../state/desk';
import { rememberStep, undoStateOf } from '../state/step';

const isSetUp = ({ range, calibration }: QuantScheme) => range !== undefined || calibration !== undefined;

/** Sets the scheme. Measurements of the old one stay for when it returns. measuring.ts measures the new one. */
export function setScheme(scheme: QuantScheme): void {
  const now = desk.getState();
  const { policy: before } = now;
  if (schemeName(scheme) === schemeName(now.scheme)) return;
  const policy = clampPolicy(before, scheme);
  const moved = Object.keys(policy).filter((id) => policy[id] !== before[id]).length;
  const { label } = quantizers[scheme.quantizer];
  const isReset = scheme.quantizer !== now.scheme.quantizer && isSetUp(now.scheme) && !isSetUp(scheme);
  const text = [
    ...(moved > 0 ? [faders.movedTo(label, widthRangeOf(scheme, 'weights'), moved)] : []),
    ...(isReset ? [faders.roundingReset(label)] : []),
  ].join(' ');
  rememberStep(undoStateOf(now));
  desk.setState({
    scheme,
    policy,
    gestureStart: null,
    touched: true,
    notice: text ? { text, actions: ['undo'] } : null,
  });
  if (text) announce(text);
}

/** Sets scheme and policy together, as one undo step. */
export function setSchemeAndPolicy(scheme: QuantScheme, wanted: BitPolicy): void {
  const now = desk.getState();
  const policy = clampPolicy(wanted, scheme);
  if (schemeName(scheme) === schemeName(now.scheme) && samePolicy(policy, now.policy)) return;
  rememberStep(undoStateOf(now));
  desk.setState({ scheme, policy, gestureStart: null, touched: true, notice: null });
}
