// Links that a teacher gives to a room: what everybody starts from, what is left out, and what is the same for all.
import type { networks } from '../../zoo/registry';
import type { Challenge } from '../state/challenges';
import { type Desk, expectedArchitecture } from '../state/desk';
import type { LessonId } from '../state/lessons';
import { LESSON_NEEDS, type SharedSlice } from '../state/shared';
import { firstState, withWeights, writeLink } from './link';

/** The network of lessons that have not chosen theirs yet. */
const LESSONS_ON = 'tiny';

/** What the link sets. */
export interface Given extends SharedSlice {
  /** A network at 8 bits, what is on the desk that makes the link, or a lesson. */
  readonly start: 'network' | 'desk' | LessonId;
  readonly network: keyof typeof networks;
  /** Not with a lesson. */
  readonly challenge: Challenge | null;
}

/** The page at `href` for the others: in its live room, if it is in one, but never with the key that leads it. */
export function placeOfRoom(href: string, joins: boolean): string {
  const { origin, pathname, searchParams } = new URL(href);
  const pin = searchParams.get('room');
  return `${origin}${pathname}${joins && pin !== null ? `?${new URLSearchParams({ room: pin })}` : ''}`;
}

/** The fragment for a room, without `#`. Whoever opens it enters a name of their own. */
export function givenLink({ start, network, challenge, hidden, fixedSeed, projected }: Given, now: Desk): string {
  const shared = { hidden, fixedSeed, projected, by: '' };
  const first = (id: keyof typeof networks) => firstState(id, expectedArchitecture(id));
  const chosen = { challenge, lesson: null, ...(challenge !== null && { tab: 'learn' as const }) };
  const state =
    start === 'desk'
      ? { ...now, ...shared, tab: 'tune' as const, ...chosen }
      : start === 'network'
        ? { ...first(network), ...shared, ...chosen }
        : {
            ...first(LESSONS_ON),
            ...shared,
            hidden: hidden.filter((part) => !LESSON_NEEDS[start].includes(part)),
            tab: 'learn' as const,
            lesson: start,
          };
  return withWeights(writeLink(state), state);
}
