// What a link may ask of the page for whoever opens it: parts that are left out, a seed for all, and the projector view. As
// plain data; people can undo all of it (ui/page/SharedNote.tsx).
import type { LessonId, LessonSlice } from './lessons';

/** The parts that a link can hide, as links name them, in the order of the page. */
export const HIDEABLE = [
  'network',
  'options',
  'table',
  'sensitivity',
  'layer',
  'train',
  'search',
  'import',
  'export',
] as const;
export type Hideable = (typeof HIDEABLE)[number];

export interface SharedSlice {
  /** Parts that are left out. In links. */
  readonly hidden: readonly Hideable[];
  /** The seed of searches, training and the challenge of the day, if a link has fixed it. In links. */
  readonly fixedSeed: number | null;
  /** Whether the page is shown as on a projector. In links. */
  readonly projected: boolean;
}

export const NOTHING_SHARED: SharedSlice = { hidden: [], fixedSeed: null, projected: false };

/** What the lessons use of it, which stays while they are open. */
export const LESSON_NEEDS: Readonly<Record<LessonId, readonly Hideable[]>> = {
  bit: ['layer'],
  layers: ['sensitivity'],
  budget: [],
  search: ['search'],
  training: ['train', 'options'],
  smallest: ['search'],
};

type Asked = Pick<SharedSlice, 'hidden'> & Pick<LessonSlice, 'lesson'>;

/** Whether a part is left out now. */
export function isHidden({ hidden, lesson }: Asked, part: string): boolean {
  return hidden.some((one) => one === part) && !(lesson !== null && LESSON_NEEDS[lesson].some((one) => one === part));
}

/** The parts that are left out now. */
export function hiddenHere(asked: Asked): readonly Hideable[] {
  return asked.hidden.filter((part) => isHidden(asked, part));
}

/** The seed in use: that of the link, if it has fixed one. */
export function seedHere({ fixedSeed }: Pick<SharedSlice, 'fixedSeed'>, chosen: number): number {
  return fixedSeed ?? chosen;
}

/** The tab that is shown: the faders, where the one asked for is left out. */
export function tabHere<T extends string>(desk: Asked & { readonly tab: T }): T | 'tune' {
  return isHidden(desk, desk.tab) ? 'tune' : desk.tab;
}
