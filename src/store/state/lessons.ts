// Lessons as plain data: which one is open, and how far each has come. store/lessons/ has their steps and the player.

/** The lessons, in order, as links name them. */
export const LESSON_IDS = ['bit', 'layers', 'budget', 'search', 'training', 'smallest'] as const;
export type LessonId = (typeof LESSON_IDS)[number];

/** A value that was measured in this browser, in the unit of its question, or computed exactly. */
export interface Measured {
  readonly value: number;
  /** The 95 % interval and the number of images; absent for what is exact. */
  readonly lower?: number;
  readonly upper?: number;
  readonly n?: number;
}

/** What became of one step. */
export interface StepOutcome {
  /** The locked guess of a prediction, or the first choice of a question. */
  readonly guess?: number | string;
  /** What was measured for a prediction. */
  readonly measured?: Measured;
  /** True once what the step asks for was done, or the right choice made. */
  readonly done?: boolean;
}

export interface LessonProgress {
  /** The step shown, from 0; the number of steps at the end. */
  readonly at: number;
  /** The furthest step that was shown. */
  readonly reached: number;
  /** True once the end was reached. */
  readonly finished: boolean;
  /** By the ids of the steps. */
  readonly outcomes: Readonly<Record<string, StepOutcome>>;
}

export interface LessonSlice {
  /** The open lesson. */
  readonly lesson: LessonId | null;
  /** How far the lessons have come, as far as this page knows. */
  readonly lessons: Readonly<Partial<Record<LessonId, LessonProgress>>>;
}
