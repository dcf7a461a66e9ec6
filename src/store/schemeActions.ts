// Taking up another scheme: the policy moves to widths that it has, in one undo step, and the page says so.
import { type QuantScheme, quantizers, schemeName } from '../quant/registry';
import { announce } from './announce';
import { desk } from './desk';
import { remember } from './history';
import { policyInReach, reachInWords, reachOf } from './reach';

/** Takes up a scheme; measurements of the old one stay for when it comes back. What follows is measuring.ts' work. */
export function setScheme(scheme: QuantScheme): void {
  const { policy: before, scheme: old, history } = desk.getState();
  if (schemeName(scheme) === schemeName(old)) return;
  const policy = policyInReach(before, scheme);
  const moved = Object.keys(policy).filter((id) => policy[id] !== before[id]).length;
  const { label } = quantizers[scheme.quantizer];
  const text =
    moved > 0 &&
    `${label} has ${reachInWords(reachOf(scheme, 'weights'))} or float: ${moved} ${moved === 1 ? 'layer' : 'layers'} moved to the nearest width.`;
  const past = remember(history, { policy: before, scheme: old });
  desk.setState({
    scheme,
    policy,
    history: past,
    gestureStart: null,
    touched: true,
    notice: text ? { text, undo: true } : null,
  });
  if (text) announce(text);
}
