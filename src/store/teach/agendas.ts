// How a workshop goes: minutes and lessons. What is said to each is in words/en/teach.ts, in the same order.
import type { LessonId } from '../state/lessons';

interface AgendaRow {
  readonly minutes: number;
  readonly lesson?: LessonId;
}

export const AGENDAS = {
  short: [
    { minutes: 3 },
    { minutes: 8, lesson: 'bit' },
    { minutes: 8, lesson: 'layers' },
    { minutes: 8, lesson: 'budget' },
    { minutes: 13 },
    { minutes: 5 },
  ],
  long: [
    { minutes: 5 },
    { minutes: 9, lesson: 'bit' },
    { minutes: 9, lesson: 'layers' },
    { minutes: 9, lesson: 'budget' },
    { minutes: 9, lesson: 'search' },
    { minutes: 5 },
    { minutes: 9, lesson: 'training' },
    { minutes: 9, lesson: 'smallest' },
    { minutes: 18 },
    { minutes: 8 },
  ],
} as const satisfies Readonly<Record<string, readonly AgendaRow[]>>;
export type AgendaId = keyof typeof AGENDAS;

/** The rows of an agenda. */
export const agendaRows = (id: AgendaId): readonly AgendaRow[] => AGENDAS[id];

/** The lessons of an agenda, in order. */
export function lessonsOf(id: AgendaId): readonly LessonId[] {
  return agendaRows(id).flatMap(({ lesson }) => (lesson === undefined ? [] : [lesson]));
}
