// Challenges as plain data: a task for a room, and what people hand in. store/challenges/ has the rules and the actions.

/** What is asked for. */
export type Challenge =
  /** The most accurate config of at most so many bytes; one below `atLeast` percent does not count. */
  | { readonly kind: 'accurate'; readonly bytes: number; readonly atLeast?: number }
  /** The smallest config that loses at most so many points against the float network. */
  | { readonly kind: 'small'; readonly points: number };

/** Characters of a name at most. */
export const LONGEST_NAME = 40;

export interface ChallengeSlice {
  /** The challenge that is taken. In links. */
  readonly challenge: Challenge | null;
  /** Who hands in; empty before. In links. */
  readonly by: string;
  /** Links that were handed in, in their order. */
  readonly handIns: readonly string[];
}
