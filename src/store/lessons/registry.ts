// The lessons. A new one: a file here with its steps, a file of its texts in words/en/, its id in state/lessons.ts, its title
// in words/en/lessons.ts, and a line below. docs/lessons.md says how to write one.
import type { LessonId } from '../state/lessons';
import type { Lesson } from './lesson';

interface LessonCard {
  /** About how long it takes. */
  readonly minutes: number;
  load(): Promise<Lesson>;
}

export const lessons: Readonly<Record<LessonId, LessonCard>> = {
  bit: { minutes: 7, load: async () => (await import('./bit')).bit },
  layers: { minutes: 7, load: async () => (await import('./layers')).layers },
  budget: { minutes: 8, load: async () => (await import('./budget')).budget },
  search: { minutes: 8, load: async () => (await import('./search')).search },
  training: { minutes: 8, load: async () => (await import('./training')).training },
  smallest: { minutes: 7, load: async () => (await import('./smallest')).smallest },
};
