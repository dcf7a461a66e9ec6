// What reading a link can leave open, as the page keeps and shows it.
import type { OwnNetworkId } from '../../zoo/registry';

/** What of a link was not understood: which part, why, and what is done instead. */
export interface LinkProblem {
  readonly part: string;
  readonly why: string;
  readonly instead: string;
}

/** A network of the sender's own that a link names: its weights, and so its file, are not in the link. */
export interface OwnNetwork {
  readonly id: OwnNetworkId;
  readonly layers: number;
  /** The link's fields that mean something only once the network is there, by their key. */
  readonly fields: readonly (readonly [key: string, text: string])[];
}
