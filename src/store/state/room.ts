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

/** The searches of whoever leads, for which the others measure. */
export interface RoomCrew {
  /** On the page that leads: whether the room is to measure for its searches. */
  readonly asks: boolean;
  /** Computers that can: with the same network and images, and willing. */
  readonly helpers: number;
  /** Configs that each has measured for the running or the last search, most first. */
  readonly shares: readonly { readonly name: string; readonly count: number }[];
  /** Names of those that gave another result than this computer. */
  readonly differing: readonly string[];
  /** On the others: whether this computer measures when asked, is asked now, and how many configs it has measured. */
  readonly helps: boolean;
  readonly asked: boolean;
  readonly helped: number;
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
  readonly crew: RoomCrew;
}

export interface RoomSlice {
  /** Null outside of a room. */
  readonly room: Room | null;
}
