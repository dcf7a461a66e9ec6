// Stores how far each lesson has come in this browser, one entry per lesson; what was before the open one, in this tab.
import {
  hasFields,
  isAbsentOr,
  isAnyNumber,
  isEither,
  isFlag,
  isList,
  isNullOr,
  isOneOf,
  isRecord,
  isText,
  isWhole,
} from '../../formats/shape';
import { type Desk, desk } from '../state/desk';
import { textOf, writeEntry } from '../state/entries';
import { stepOf } from '../state/history';
import { LESSON_IDS, type LessonId, type LessonProgress, type Measured, type StepOutcome } from '../state/lessons';

const keyOf = (id: LessonId) => `fewbits.lesson.${id}`;
const BEFORE_KEY = 'fewbits.beforeLesson';

const isMeasured = hasFields<Measured>({
  value: isAnyNumber,
  lower: isAbsentOr(isAnyNumber),
  upper: isAbsentOr(isAnyNumber),
  n: isAbsentOr(isWhole()),
});
const isProgress = hasFields<LessonProgress>({
  at: isWhole(0, 1000),
  reached: isWhole(0, 1000),
  finished: isFlag,
  outcomes: isRecord(
    hasFields<StepOutcome>({
      guess: isAbsentOr(isEither(isAnyNumber, isText)),
      measured: isAbsentOr(isMeasured),
      done: isAbsentOr(isFlag),
    }),
  ),
});

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}

/** What is stored of a lesson; an entry that cannot be read counts as none, for it holds little. */
export function storedProgress(id: LessonId): LessonProgress | undefined {
  const value = parsed(textOf(keyOf(id)));
  return isProgress(value) ? (value as LessonProgress) : undefined;
}

/** Shows and stores how far a lesson has come. */
export function keepProgress(id: LessonId, progress: LessonProgress): void {
  desk.setState(({ lessons }) => ({ lessons: { ...lessons, [id]: progress } }));
  writeEntry(keyOf(id), JSON.stringify(progress));
}

/** Reads what is stored of all lessons. */
export function recallProgress(): void {
  const stored = LESSON_IDS.flatMap((id) => {
    const progress = storedProgress(id);
    return progress ? [[id, progress] as const] : [];
  });
  desk.setState({ lessons: Object.fromEntries(stored) });
}

/** The part of the view that lessons change. */
export type LessonView = Pick<
  Desk,
  'tensorMode' | 'axis' | 'plotRange' | 'wideView' | 'selection' | 'inspected' | 'inspector' | 'image'
>;

/** Where the user was before the open lesson: an undo step, and the view. */
export interface Before {
  /** The lesson that was opened there. */
  readonly lesson: LessonId;
  readonly step: number;
  /** The name of the step, by which it is recognized. */
  readonly name: string;
  readonly view: LessonView;
}

const isBefore = hasFields<Before>({
  lesson: isOneOf(...LESSON_IDS),
  step: isWhole(),
  name: isText,
  view: hasFields<LessonView>({
    tensorMode: isOneOf('weights', 'activations', 'both'),
    axis: isOneOf('memory', 'bitOps', 'averageBits', 'flash', 'ram', 'latency', 'energy'),
    plotRange: isOneOf('top', 'all'),
    wideView: isOneOf('plot', 'table', 'sensitivity', 'compare', 'inside'),
    selection: isList(isText),
    inspected: isNullOr(isText),
    inspector: isOneOf('weights', 'activations'),
    image: isWhole(),
  }),
});

let before: Before | null = null;

/** Remembers where the user was; null after returning there. */
export function keepBefore(now: Before | null): void {
  before = now;
  try {
    if (now === null) sessionStorage.removeItem(BEFORE_KEY);
    else sessionStorage.setItem(BEFORE_KEY, JSON.stringify(now));
  } catch {
    // Without storage it lasts as long as the page.
  }
}

/** Where the user was, if the undo steps of this tab still lead there. */
export function beforeLesson(): Before | null {
  if (before === null) {
    try {
      const value = parsed(sessionStorage.getItem(BEFORE_KEY));
      before = isBefore(value) ? (value as Before) : null;
    } catch {
      before = null;
    }
  }
  const step = before && stepOf(desk.getState().history, before.step);
  return step && step.name === before?.name ? before : null;
}
