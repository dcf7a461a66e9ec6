// A live room as plain data; store/room/ connects to it.
import type { BitPolicy } from '../../graph/policy';
import type { Proportion } from '../../math/statistics';

/** A config that somebody in the room has measured on their own device, on test images of the network in use here. */
export interface RoomPoint {
  readonly by: string;
  /** The link with which it can be handed in. */
  readonly link: string;
  readonly policy: BitPolicy;
  readonly accuracy: Proportion;
}

export interface Room {
  /** `apart`: the connection is lost; what is here stays, and joins again by itself. */
  readonly state: 'joining' | 'joined' | 'apart' | 'refused';
  /** Whether this page may freeze the others and set their desks. */
  readonly leads: boolean;
  /** Names of those who have said theirs. */
  readonly people: readonly string[];
  readonly points: readonly RoomPoint[];
  /** True while whoever leads wants everybody to look up. */
  readonly frozen: boolean;
}

export interface RoomSlice {
  /** Null outside of a room. */
  readonly room: Room | null;
}
