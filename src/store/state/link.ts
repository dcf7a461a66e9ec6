// What remains to be resolved after reading a link, as shown on the page.
import type { OwnNetworkId } from '../../zoo/registry';

/** A part of a link that was not understood: which one, why, and what is done instead. */
export interface LinkProblem {
  readonly part: string;
  readonly why: string;
  readonly instead: string;
}

/** A network imported by the sender and named in a link, which does not contain its weights. */
export interface OwnNetwork {
  readonly id: OwnNetworkId;
  readonly layers: number;
  /** The link's fields that can be applied only once the network is open, by key. */
  readonly fields: readonly (readonly [key: string, text: string])[];
}
