// Actions that change the policy: gestures on the faders, keys, presets, points of the plot. A gesture is one undo step.
import { type BitPolicy, type BitWidth, SKIPPED, samePolicy } from '../../graph/policy';
import {
  bitsOfKey,
  keeping,
  movedTogether,
  nudged,
  type PresetId,
  presetPolicy,
  type RoundedPart,
  settledSkips,
  withSkipToggled,
} from '../../policy/edits';
import type { Bill } from '../../policy/paying';
import { clampPolicy, isInRange, nearestInRange, widthRangeOf } from '../../policy/widths';
import { activationQuantizerOf } from '../../quant/activationRegistry';
import { activationsOf, quantizers } from '../../quant/registry';
import { configSteps } from '../../words/config';
import { faders } from '../../words/en/faders';
import { announce } from '../state/announce';
import { desk } from '../state/desk';
import { rememberStep, undoStateOf } from '../state/step';
import { mutedLayers, muting, soloLayer, stillAside } from './aside';
import { billOf, wallInWords } from './holding';
import { lockedLayers } from './locked';
import { inspectLayer } from './selection';

/** Starts a gesture; all changes up to `endGesture` are one undo step. */
export function beginGesture(): void {
  const { policy, gestureStart } = desk.getState();
  if (gestureStart === null) desk.setState({ gestureStart: policy, payers: [] });
}

/**
 * An edit as it is taken: without locked layers, in widths that the scheme supports, whole branches skipped or none, and
 * paid by other layers where a budget holds.
 */
function edited(base: BitPolicy, wanted: BitPolicy): Bill {
  const state = desk.getState();
  const { architecture, scheme } = state;
  const free = keeping(wanted, base, lockedLayers(state));
  return billOf(state, base, clampPolicy(settledSkips(architecture, base, free), scheme));
}

/** Shows a policy during a gesture, as `edited` from its start. */
export function previewPolicy(wanted: BitPolicy): void {
  const { policy: before, gestureStart } = desk.getState();
  const bill = edited(gestureStart ?? before, wanted);
  if (!samePolicy(bill.policy, before)) desk.setState({ policy: bill.policy, payers: bill.payers, touched: true });
  if (bill.wall) tell(wallInWords(desk.getState(), bill));
}

/** Ends the gesture and stores its start as an undo step. */
export function endGesture(): void {
  const now = desk.getState();
  if (now.gestureStart === null) return;
  if (!samePolicy(now.policy, now.gestureStart)) rememberStep({ ...undoStateOf(now), policy: now.gestureStart });
  sayWhoPaid(now.gestureStart, now.policy, now.payers);
  desk.setState({ gestureStart: null, payers: [], aside: stillAside(now.aside, now.policy) });
}

/** Returns to the policy from before the gesture. */
export function cancelGesture(): void {
  const { gestureStart } = desk.getState();
  if (gestureStart !== null) desk.setState({ policy: gestureStart, gestureStart: null, payers: [] });
}

/** Sets the whole policy as one undo step, clamped to the widths that the scheme supports, whatever is locked or held. */
export function setPolicy(wanted: BitPolicy): void {
  const before = desk.getState();
  take(clampPolicy(settledSkips(before.architecture, before.policy, wanted), before.scheme));
}

/** Takes a policy as one undo step, with the bits that are set aside in it. */
function take(policy: BitPolicy, aside = desk.getState().aside): void {
  const before = desk.getState();
  if (samePolicy(policy, before.policy)) return;
  rememberStep(undoStateOf(before));
  desk.setState({ policy, gestureStart: null, payers: [], touched: true, aside: stillAside(aside, policy) });
}

/** Takes an edit as one undo step, as `edited` from the policy on the faders. */
export function editPolicy(wanted: BitPolicy): void {
  const { policy } = desk.getState();
  const bill = edited(policy, wanted);
  take(bill.policy);
  sayWhoPaid(policy, bill.policy, bill.payers);
  if (bill.wall) tell(wallInWords(desk.getState(), bill));
}

/** Says something that a hand on the desk did not expect. */
function tell(text: string): void {
  if (desk.getState().notice?.text === text) return;
  desk.setState({ notice: { text, actions: [] } });
  announce(text, true);
}

function sayWhoPaid(before: BitPolicy, after: BitPolicy, payers: readonly string[]): void {
  if (payers.length > 0) announce(faders.paidBy(configSteps(before, after, payers)), true);
}

/** True, and says so, if a layer is locked and cannot be edited. */
export function refusesLocked(layer: string): boolean {
  const locked = lockedLayers(desk.getState()).includes(layer);
  if (locked) tell(faders.lockedLayer(layer));
  return locked;
}

/** Sets one layer's width. If it is selected together with others, they move by as many stops. */
export function setLayerBits(layer: string, tensor: RoundedPart, bits: BitWidth): void {
  const { policy, selection } = desk.getState();
  inspectLayer(layer);
  if (refusesLocked(layer)) return;
  editPolicy(movedTogether(policy, tensor, layer, bits, selection));
  sayWhatMoved(layer, selection, policy);
}

/** Says how the others of a selection have moved; the layer's own fader says what it has, and who paid is said already. */
function sayWhatMoved(layer: string, selection: readonly string[], before: BitPolicy): void {
  const { policy } = desk.getState();
  const moved = Object.keys(policy).filter((id) => id !== layer && policy[id] !== before[id]);
  if (moved.length > 0 && moved.every((id) => selection.includes(id)))
    announce(faders.movedToo(configSteps(before, policy, moved)), true);
}

/** Moves a layer by `by` of the stops that the scheme supports, down if negative. */
export function nudgeLayer(layer: string, tensor: RoundedPart, by: number): void {
  const { policy, scheme } = desk.getState();
  setLayerBits(layer, tensor, nudged(policy[layer][tensor], by, widthRangeOf(scheme, tensor)));
}

/** Skips a layer and the branch that it is on, or brings them back at their bits; false for layers that cannot be skipped. */
export function toggleSkip(layer: string): boolean {
  const { architecture, policy, scheme, aside } = desk.getState();
  const eight = nearestInRange(8, widthRangeOf(scheme, 'weights'));
  const wanted = withSkipToggled(architecture, policy, layer, (id) => aside[id]?.weights || eight);
  if (wanted === undefined) return false;
  inspectLayer(layer);
  const changed = Object.keys(wanted).filter((id) => wanted[id] !== policy[id]);
  if (changed.some(refusesLocked)) return true;
  const skipped = changed.filter((id) => wanted[id].weights === SKIPPED);
  take(edited(policy, wanted).policy, { ...aside, ...Object.fromEntries(skipped.map((id) => [id, policy[id]])) });
  return true;
}

/** Mutes layers: they are float until they are heard again at their bits. If all of them are muted, they are heard again. */
export function toggleMute(layers: readonly string[]): void {
  const state = desk.getState();
  const present = layers.filter((id) => state.policy[id].weights !== SKIPPED);
  const muted = mutedLayers(state);
  const { policy, aside } = muting(state, present, !present.every((id) => muted.includes(id)));
  take(policy, aside);
}

/** Plays a layer alone: all others are float until solo ends, at the latest by the same key. */
export function toggleSolo(layer: string): void {
  const state = desk.getState();
  inspectLayer(layer);
  const whole = muting(state, mutedLayers(state), false);
  if (soloLayer(state) === layer) {
    take(whole.policy, whole.aside);
    return;
  }
  if (whole.policy[layer].weights === SKIPPED) {
    tell(faders.nothingToHear(layer));
    return;
  }
  const others = Object.keys(whole.policy).filter((id) => id !== layer);
  const alone = muting(whole, others, true);
  take(alone.policy, alone.aside);
}

/** Sets the width for a key typed on a fader, a digit or f (float). False for any other key. */
export function typeBits(layer: string, tensor: RoundedPart, key: string): boolean {
  const bits = key.length === 1 ? bitsOfKey(key, tensor) : undefined;
  if (bits === undefined) return false;
  const { scheme } = desk.getState();
  const range = widthRangeOf(scheme, tensor);
  if (isInRange(bits, range)) setLayerBits(layer, tensor, bits);
  else {
    const { label } =
      tensor === 'weights' ? quantizers[scheme.quantizer] : activationQuantizerOf(activationsOf(scheme));
    const text = faders.noWidth(label, bits, tensor, range);
    desk.setState({ notice: { text, actions: [] } });
    announce(text);
  }
  return true;
}

/** Applies a preset to the tensors that the faders show. */
export function applyPreset(id: PresetId): void {
  const { architecture, tensorMode, policy } = desk.getState();
  editPolicy(presetPolicy(architecture, id, tensorMode, policy));
}
