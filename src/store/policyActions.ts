// Everything that changes the policy: gestures on the faders, keys, presets, points of the plot, undo and redo.
// One gesture is one undo step.

import { layersOf } from '../graph/network';
import type { BitPolicy, BitWidth } from '../graph/policy';
import { desk } from './desk';
import { remember, stepBack, stepForward } from './history';
import { bitsOfKey, movedTogether, nudged, type PresetId, presetPolicy, samePolicy, type Tensor } from './policyEdits';

/** Starts a gesture; changes up to `endGesture` are one undo step. */
export function beginGesture(): void {
  const { policy, gestureStart } = desk.getState();
  if (gestureStart === null) desk.setState({ gestureStart: policy });
}

/** Shows a policy while a gesture is under way. */
export function previewPolicy(policy: BitPolicy): void {
  if (policy !== desk.getState().policy) desk.setState({ policy, touched: true });
}

/** Ends the gesture and remembers where it began. */
export function endGesture(): void {
  const { policy, gestureStart, history } = desk.getState();
  if (gestureStart === null) return;
  const changed = !samePolicy(policy, gestureStart);
  desk.setState({ gestureStart: null, ...(changed ? { history: remember(history, gestureStart) } : {}) });
}

/** Goes back to where the gesture began. */
export function cancelGesture(): void {
  const { gestureStart } = desk.getState();
  if (gestureStart !== null) desk.setState({ policy: gestureStart, gestureStart: null });
}

/** Sets the whole policy as one undo step. */
export function setPolicy(policy: BitPolicy): void {
  const { policy: before, history } = desk.getState();
  if (samePolicy(policy, before)) return;
  desk.setState({ policy, history: remember(history, before), gestureStart: null, touched: true });
}

/** Sets one layer's width; when it is selected with others, all of them move by as many stops. */
export function setLayerBits(layer: string, tensor: Tensor, bits: BitWidth): void {
  const { policy, selection } = desk.getState();
  inspectLayer(layer);
  setPolicy(movedTogether(policy, tensor, layer, bits, selection));
}

/** One stop up or down. */
export function nudgeLayer(layer: string, tensor: Tensor, by: number): void {
  setLayerBits(layer, tensor, nudged(desk.getState().policy[layer][tensor], by, tensor));
}

/** Acts on a typed digit (or f) over a fader; false when the key means nothing here. */
export function typeBits(layer: string, tensor: Tensor, key: string): boolean {
  const bits = key.length === 1 ? bitsOfKey(key, tensor) : undefined;
  if (bits === undefined) return false;
  setLayerBits(layer, tensor, bits);
  return true;
}

/** Applies a preset to what the faders show. */
export function applyPreset(id: PresetId): void {
  const { architecture, tensorMode, policy } = desk.getState();
  setPolicy(presetPolicy(architecture, id, tensorMode, policy));
}

export function undo(): void {
  const { history, policy } = desk.getState();
  const step = stepBack(history, policy);
  if (step) desk.setState({ policy: step.present, history: step.history, gestureStart: null });
}

export function redo(): void {
  const { history, policy } = desk.getState();
  const step = stepForward(history, policy);
  if (step) desk.setState({ policy: step.present, history: step.history, gestureStart: null });
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

/** Selects all layers. */
export function selectAll(): void {
  desk.setState({ selection: layersOf(desk.getState().architecture).map((layer) => layer.id) });
}
