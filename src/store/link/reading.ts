// Links as the state of this desk: an imported network is found in this browser, and undo state and view are told apart.
import { layersOf } from '../../graph/network';
import { ownNetwork } from '../network/own';
import type { UndoState } from '../state/desk';
import type { LinkState } from './codecs';
import { firstState, type LinkReading, readLink, readOwn } from './link';

/** The part of the undo state that links do not contain. */
export type Unlinked = Omit<UndoState, keyof LinkState>;

/** Reads a fragment, with the fields that depend on the layers of an imported network if it is in this browser. */
export function readHere(fragment: string): LinkReading {
  const reading = readLink(fragment);
  const { state, own, problems } = reading;
  const architecture = own === null ? undefined : ownNetwork(own.id)?.architecture;
  if (state === null || own === null || architecture === undefined) return reading;
  if (layersOf(architecture).length !== own.layers) return reading;
  const { networkId, policy, selection, inspected } = firstState(own.id, architecture);
  const filled = readOwn(own, { ...state, networkId, architecture, policy, selection, inspected });
  return { state: filled.state, own: null, problems: [...problems, ...filled.problems] };
}

/** The undo state and the view of a link. */
export function parted(
  linkState: LinkState,
  unlinked: Unlinked,
): { readonly setting: UndoState; readonly view: Omit<LinkState, keyof UndoState> } {
  const { tensorMode, axis, tab, lesson, selection, inspected, inspector, image, ...others } = linkState;
  const { challenge, by, hidden, fixedSeed, projected, ...linked } = others;
  const looks = { tensorMode, axis, tab, lesson, selection, inspected, inspector, image };
  const view = { ...looks, challenge, by, hidden, fixedSeed, projected };
  return { setting: { ...linked, ...unlinked }, view };
}
