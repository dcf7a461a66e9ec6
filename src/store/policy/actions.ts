// Actions that change the policy: gestures on the faders, keys, presets, points of the plot. A gesture is one undo step.
import { type BitPolicy, type BitWidth, samePolicy } from '../../graph/policy';
import {
  bitsOfKey,
  movedTogether,
  nudged,
  type PresetId,
  presetPolicy,
  type RoundedPart,
  settledSkips,
  withSkipToggled,
} from '../../policy/edits';
import { clampPolicy, isInRange, nearestInRange, rangeInWords, widthRangeOf } from '../../policy/widths';
import { activationQuantizerOf } from '../../quant/activationRegistry';
import { activationsOf, quantizers } from '../../quant/registry';
import { toggleLock } from '../search/form';
import { announce } from '../state/announce';
import { desk } from '../state/desk';
import { rememberStep, undoStateOf } from '../state/step';

/** Starts a gesture; all changes up to `endGesture` are one undo step. */
export function beginGesture(): void {
  const { policy, gestureStart } = desk.getState();
  if (gestureStart === null) desk.setState({ gestureStart: policy });
}

/** Shows a policy during a gesture, clamped to the widths that the scheme supports. */
export function previewPolicy(wanted: BitPolicy): void {
  const { architecture, policy: before, scheme } = desk.getState();
  const policy = clampPolicy(settledSkips(architecture, before, wanted), scheme);
  if (policy !== before) desk.setState({ policy, touched: true });
}

/** Ends the gesture and stores its start as an undo step. */
export function endGesture(): void {
  const now = desk.getState();
  if (now.gestureStart === null) return;
  if (!samePolicy(now.policy, now.gestureStart)) rememberStep({ ...undoStateOf(now), policy: now.gestureStart });
  desk.setState({ gestureStart: null });
}

/** Returns to the policy from before the gesture. */
export function cancelGesture(): void {
  const { gestureStart } = desk.getState();
  if (gestureStart !== null) desk.setState({ policy: gestureStart, gestureStart: null });
}

/** Sets the whole policy as one undo step, clamped to the widths that the scheme supports. */
export function setPolicy(wanted: BitPolicy): void {
  const before = desk.getState();
  const policy = clampPolicy(settledSkips(before.architecture, before.policy, wanted), before.scheme);
  if (samePolicy(policy, before.policy)) return;
  rememberStep(undoStateOf(before));
  desk.setState({ policy, gestureStart: null, touched: true });
}

/** Sets one layer's width. If it is selected together with others, they move by as many stops. */
export function setLayerBits(layer: string, tensor: RoundedPart, bits: BitWidth): void {
  const { policy, selection } = desk.getState();
  inspectLayer(layer);
  setPolicy(movedTogether(policy, tensor, layer, bits, selection));
}

/** Moves a layer by `by` of the stops that the scheme supports, down if negative. */
export function nudgeLayer(layer: string, tensor: RoundedPart, by: number): void {
  const { policy, scheme } = desk.getState();
  setLayerBits(layer, tensor, nudged(policy[layer][tensor], by, widthRangeOf(scheme, tensor)));
}

/** Skips a layer and the branch that it is on, or brings them back at 8 bits; false for layers that cannot be skipped. */
export function toggleSkip(layer: string): boolean {
  const { architecture, policy, scheme } = desk.getState();
  const wanted = withSkipToggled(architecture, policy, layer, nearestInRange(8, widthRangeOf(scheme, 'weights')));
  if (wanted === undefined) return false;
  inspectLayer(layer);
  setPolicy(wanted);
  return true;
}

/** Handles a key typed on a fader: a digit, f (float), s (skip) or l (lock). False for any other key. */
export function typeBits(layer: string, tensor: RoundedPart, key: string): boolean {
  if (key === 's' && tensor === 'weights') return toggleSkip(layer);
  if (key === 'l') {
    toggleLock(layer);
    return true;
  }
  const bits = key.length === 1 ? bitsOfKey(key, tensor) : undefined;
  if (bits === undefined) return false;
  const { scheme } = desk.getState();
  const range = widthRangeOf(scheme, tensor);
  if (isInRange(bits, range)) setLayerBits(layer, tensor, bits);
  else {
    const { label } =
      tensor === 'weights' ? quantizers[scheme.quantizer] : activationQuantizerOf(activationsOf(scheme));
    const text = `${label} has no ${bits}-bit ${tensor}; choose ${rangeInWords(range)}, or float.`;
    desk.setState({ notice: { text, actions: [] } });
    announce(text);
  }
  return true;
}

/** Applies a preset to the tensors that the faders show. */
export function applyPreset(id: PresetId): void {
  const { architecture, tensorMode, policy } = desk.getState();
  setPolicy(presetPolicy(architecture, id, tensorMode, policy));
}

/** Shows a layer's weights in the inspector. */
export function inspectLayer(layer: string): void {
  if (desk.getState().inspected !== layer) desk.setState({ inspected: layer });
}

/** Selects a layer. With `add`, adds it to the selection, or removes it if it is selected. */
export function selectLayer(layer: string, add = false): void {
  const { selection } = desk.getState();
  inspectLayer(layer);
  if (!add) {
    if (selection.length !== 1 || selection[0] !== layer) desk.setState({ selection: [layer] });
  } else if (selection.includes(layer)) desk.setState({ selection: selection.filter((id) => id !== layer) });
  else desk.setState({ selection: [...selection, layer] });
}
