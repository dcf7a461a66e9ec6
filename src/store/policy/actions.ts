// Everything that changes the policy: gestures on the faders, keys, presets, points of the plot.
// One gesture is one undo step.
import { type BitPolicy, type BitWidth, samePolicy } from '../../graph/policy';
import {
  bitsOfKey,
  movedTogether,
  muted,
  nudged,
  type PresetId,
  presetPolicy,
  type RoundedPart,
  settledMutes,
} from '../../policy/edits';
import { clampPolicy, isInRange, nearestInRange, rangeInWords, widthRangeOf } from '../../policy/widths';
import { activationQuantizerOf } from '../../quant/activationRegistry';
import { activationsOf, quantizers } from '../../quant/registry';
import { toggleLock } from '../search/form';
import { announce } from '../state/announce';
import { desk } from '../state/desk';
import { rememberStep, undoStateOf } from '../state/step';

/** Starts a gesture; changes up to `endGesture` are one undo step. */
export function beginGesture(): void {
  const { policy, gestureStart } = desk.getState();
  if (gestureStart === null) desk.setState({ gestureStart: policy });
}

/** Shows a policy while a gesture is under way; widths that the scheme lacks go to the nearest. */
export function previewPolicy(wished: BitPolicy): void {
  const { architecture, policy: before, scheme } = desk.getState();
  const policy = clampPolicy(settledMutes(architecture, before, wished), scheme);
  if (policy !== before) desk.setState({ policy, touched: true });
}

/** Ends the gesture and remembers where it began. */
export function endGesture(): void {
  const now = desk.getState();
  if (now.gestureStart === null) return;
  if (!samePolicy(now.policy, now.gestureStart)) rememberStep({ ...undoStateOf(now), policy: now.gestureStart });
  desk.setState({ gestureStart: null });
}

/** Goes back to where the gesture began. */
export function cancelGesture(): void {
  const { gestureStart } = desk.getState();
  if (gestureStart !== null) desk.setState({ policy: gestureStart, gestureStart: null });
}

/** Sets the whole policy as one undo step; widths that the scheme lacks go to the nearest. */
export function setPolicy(wished: BitPolicy): void {
  const before = desk.getState();
  const policy = clampPolicy(settledMutes(before.architecture, before.policy, wished), before.scheme);
  if (samePolicy(policy, before.policy)) return;
  rememberStep(undoStateOf(before));
  desk.setState({ policy, gestureStart: null, touched: true });
}

/** Sets one layer's width; when it is selected with others, all of them move by as many stops. */
export function setLayerBits(layer: string, tensor: RoundedPart, bits: BitWidth): void {
  const { policy, selection } = desk.getState();
  inspectLayer(layer);
  setPolicy(movedTogether(policy, tensor, layer, bits, selection));
}

/** One stop up or down, or `by` stops, over those that the scheme lacks. */
export function nudgeLayer(layer: string, tensor: RoundedPart, by: number): void {
  const { policy, scheme } = desk.getState();
  setLayerBits(layer, tensor, nudged(policy[layer][tensor], by, widthRangeOf(scheme, tensor)));
}

/** Mutes a layer with the branch that it is on, or brings them back at 8 bits; false where nothing leads around it. */
export function toggleMute(layer: string): boolean {
  const { architecture, policy, scheme } = desk.getState();
  const wished = muted(architecture, policy, layer, nearestInRange(8, widthRangeOf(scheme, 'weights')));
  if (wished === undefined) return false;
  inspectLayer(layer);
  setPolicy(wished);
  return true;
}

/** Acts on a typed digit (or f, s for skipping, l for locking) over a fader; false when the key means nothing here. */
export function typeBits(layer: string, tensor: RoundedPart, key: string): boolean {
  if (key === 's' && tensor === 'weights') return toggleMute(layer);
  if (key === 'l') {
    toggleLock(layer);
    return true;
  }
  const bits = key.length === 1 ? bitsOfKey(key, tensor) : undefined;
  if (bits === undefined) return false;
  const { scheme } = desk.getState();
  const reach = widthRangeOf(scheme, tensor);
  if (isInRange(bits, reach)) setLayerBits(layer, tensor, bits);
  else {
    const { label } =
      tensor === 'weights' ? quantizers[scheme.quantizer] : activationQuantizerOf(activationsOf(scheme));
    const text = `${label} has no ${bits}-bit ${tensor}; choose ${rangeInWords(reach)}, or float.`;
    desk.setState({ notice: { text, actions: [] } });
    announce(text);
  }
  return true;
}

/** Applies a preset to what the faders show. */
export function applyPreset(id: PresetId): void {
  const { architecture, tensorMode, policy } = desk.getState();
  setPolicy(presetPolicy(architecture, id, tensorMode, policy));
}

/** Shows a layer's weights, the one touched last. */
export function inspectLayer(layer: string): void {
  if (desk.getState().inspected !== layer) desk.setState({ inspected: layer });
}

/** Selects a layer; `add` adds it to the selection or takes it away. */
export function selectLayer(layer: string, add = false): void {
  const { selection } = desk.getState();
  inspectLayer(layer);
  if (!add) {
    if (selection.length !== 1 || selection[0] !== layer) desk.setState({ selection: [layer] });
  } else if (selection.includes(layer)) desk.setState({ selection: selection.filter((id) => id !== layer) });
  else desk.setState({ selection: [...selection, layer] });
}
