// Edits of all layers at once: those of the master strip. Locked and skipped layers stay, and the image stays float.
import { type BitPolicy, type BitWidth, SKIPPED } from '../../graph/policy';
import { movedBy, nudged, type RoundedPart, withBits } from '../../policy/edits';
import { nearestInRange, widthRangeOf } from '../../policy/widths';
import { layersById } from '../measure/costs';
import { type Desk, desk } from '../state/desk';
import { editPolicy } from './actions';
import { lockedLayers } from './locked';

/** The layers whose width of a tensor an edit of all changes. */
function movable(state: Desk, tensor: RoundedPart): string[] {
  const { architecture, policy } = state;
  const locked = lockedLayers(state);
  const image = architecture.nodes[0].id;
  const ofImage = new Set(architecture.nodes.flatMap(({ id, inputs }) => (inputs[0] === image ? [id] : [])));
  return [...layersById(architecture).keys()].filter(
    (id) => policy[id].weights !== SKIPPED && !locked.includes(id) && !(tensor === 'activations' && ofImage.has(id)),
  );
}

/** `base` with the tensors of all layers moved by as many bits, each to the nearest stop. */
export function allMoved(base: BitPolicy, tensors: readonly RoundedPart[], by: number): BitPolicy {
  const state = desk.getState();
  const move = (policy: BitPolicy, tensor: RoundedPart) =>
    movedBy(policy, tensor, movable(state, tensor), by, widthRangeOf(state.scheme, tensor));
  return tensors.reduce(move, base);
}

/** `base` with the tensors of all layers at one width, or the nearest that the scheme has. */
export function allAt(base: BitPolicy, tensors: readonly RoundedPart[], bits: BitWidth): BitPolicy {
  const state = desk.getState();
  const set = (policy: BitPolicy, tensor: RoundedPart) => {
    const wanted = tensor === 'activations' && bits === 1 ? 2 : bits;
    const width = nearestInRange(wanted, widthRangeOf(state.scheme, tensor));
    return withBits(policy, tensor, new Map(movable(state, tensor).map((id) => [id, width])));
  };
  return tensors.reduce(set, base);
}

/** Moves all layers by stops, as one undo step. */
export function nudgeAll(tensors: readonly RoundedPart[], by: number): void {
  const state = desk.getState();
  const nudge = (policy: BitPolicy, tensor: RoundedPart) => {
    const range = widthRangeOf(state.scheme, tensor);
    const moves = movable(state, tensor).map((id) => [id, nudged(policy[id][tensor], by, range)] as const);
    return withBits(policy, tensor, new Map(moves));
  };
  editPolicy(tensors.reduce(nudge, state.policy));
}

/** Sets all layers to one width, as one undo step. */
export function setAll(tensors: readonly RoundedPart[], bits: BitWidth): void {
  editPolicy(allAt(desk.getState().policy, tensors, bits));
}
