// Walks through the open lesson: sets the desk to what a step is about, and sees when what it asks for is done. The desk from
// before the lesson is a named undo step, to which leaving returns.
import { lessons as words } from '../../words/en/lessons';
import { parted, readHere } from '../link/reading';
import { restore } from '../link/undo';
import { withCode } from '../state/code';
import { type Desk, desk } from '../state/desk';
import { goTo, stepOf } from '../state/history';
import { named } from '../state/historyList';
import type { LessonId, LessonProgress, StepOutcome } from '../state/lessons';
import { rememberStep, undoStateOf } from '../state/step';
import { isMet, type Known, type Lesson, type Step } from './lesson';
import { beforeLesson, keepBefore, keepProgress, recallProgress, storedProgress } from './progress';
import { lessons } from './registry';

const BEGINNING: LessonProgress = { at: 0, reached: 0, finished: false, outcomes: {} };
let open: Lesson | null = null;

/** The open lesson, its progress and the step shown, once its code is here; the step is undefined at the end. */
export function openLesson({
  lesson,
  lessons: all,
}: Pick<Desk, 'lesson' | 'lessons'>):
  | { readonly lesson: Lesson; readonly progress: LessonProgress; readonly step: Step | undefined }
  | undefined {
  const progress = lesson === null ? undefined : all[lesson];
  if (open === null || open.id !== lesson || progress === undefined) return undefined;
  return { lesson: open, progress, step: open.steps[progress.at] };
}

/** Opens a lesson where it was left, or from its beginning. */
export function startLesson(id: LessonId, over = false): void {
  if (over || storedProgress(id)?.finished) keepProgress(id, BEGINNING);
  if (over && open !== null && open.id === desk.getState().lesson) begin(open, BEGINNING);
  desk.setState({ lesson: id, tab: 'learn' });
}

/** Follows which lesson is open, and what is done in it; called once, after the address was read. */
export function watchLessons(): void {
  recallProgress();
  const { lesson } = desk.getState();
  if (lesson !== null) enter(lesson);
  desk.subscribe((now, last) => {
    if (now.lesson !== last.lesson && now.lesson !== null) enter(now.lesson);
    else if (now.gestureStart === null) heed(now);
  });
}

/**
 * Resolves once it is known which weights are in use, or that there are none: before that, nothing could lead back to trained
 * ones, nor keep them out of the lesson.
 */
function weightsKnown(): Promise<void> {
  const isKnown = ({ weights, phase, weightsMissing }: Desk) =>
    weights !== null || phase === 'failed' || weightsMissing;
  return new Promise((resolve) => {
    if (isKnown(desk.getState())) return resolve();
    const stop = desk.subscribe((now) => {
      if (!isKnown(now)) return;
      stop();
      resolve();
    });
  });
}

/** Counts lessons that were opened: what still waits when the next one is, is not begun. */
let entered = 0;

function enter(id: LessonId): void {
  const mine = ++entered;
  withCode(
    async () => {
      const lesson = await lessons[id].load();
      // After a reload, the desk is as it was left, and so is what was before.
      const isBack = open === null && beforeLesson()?.lesson === id;
      if (!isBack) await weightsKnown();
      return { lesson, isBack };
    },
    ({ lesson, isBack }) => {
      if (mine !== entered || desk.getState().lesson !== id) return;
      const stored = desk.getState().lessons[id] ?? BEGINNING;
      const last = lesson.steps.length;
      const progress = { ...stored, at: Math.min(stored.at, last), reached: Math.min(stored.reached, last) };
      if (!isBack && !begin(lesson, progress)) {
        desk.setState({ lesson: null });
        return;
      }
      open = lesson;
      keepProgress(id, progress);
      heed(desk.getState());
    },
  );
}

/** Remembers where the user is, and sets the desk to the step; false where training keeps the desk from it. */
function begin(lesson: Lesson, { at }: LessonProgress): boolean {
  const now = desk.getState();
  const before = undoStateOf(now);
  const { tensorMode, axis, plotRange, wideView, selection, inspected, inspector, image } = now;
  const sets = lesson.steps.slice(0, at + 1).findLast((step) => step.sets !== undefined)?.sets ?? '';
  if (!setDesk(lesson, sets)) return false;
  rememberStep(before);
  // From one lesson to another, the way back stays.
  const way = beforeLesson();
  if (way !== null) {
    keepBefore({ ...way, lesson: lesson.id });
    return true;
  }
  const { history } = desk.getState();
  const left = stepOf(history, stepOf(history, history.at)?.parent ?? null);
  if (left === undefined) return true;
  const view = { tensorMode, axis, plotRange, wideView, selection, inspected, inspector, image };
  const name = left.name ?? words.before(words.titles[lesson.id]);
  desk.setState({ history: named(history, left.id, name) });
  keepBefore({ lesson: lesson.id, step: left.id, name, view });
  return true;
}

/** Sets the desk to fields of a link on the shipped weights; panels stay as they are. */
function setDesk(lesson: Lesson, fields: string): boolean {
  const { state } = readHere([lesson.on, fields].filter((part) => part !== '').join('/'));
  if (state === null) throw new Error(`lesson ${lesson.id}: ${fields} is no link`);
  const { network, weights, networkId } = desk.getState();
  const isShipped = networkId === state.networkId && network?.checkpoint.origin === 'shipped';
  const rest = { aside: {}, payingRule: 'leastLoss', costTable: null } as const;
  const unlinked = { weights: isShipped ? weights : 'untrained', ...rest };
  const { setting, view } = parted(state, unlinked);
  const { tensorMode, axis, selection, inspected, inspector, image } = view;
  const looks = { tensorMode, axis, selection, inspected, inspector, image };
  return restore(setting, { ...looks, plotRange: 'top', wideView: 'plot', touched: true });
}

/** Sets the desk to what the step shown is about, again. */
export function resetStep(): void {
  const here = openLesson(desk.getState());
  if (here === undefined) return;
  const { lesson, progress } = here;
  const sets = lesson.steps.slice(0, progress.at + 1).findLast((step) => step.sets !== undefined)?.sets ?? '';
  const before = undoStateOf(desk.getState());
  if (setDesk(lesson, sets)) rememberStep(before);
}

/** Notes what the desk shows to be done or measured. */
function heed(now: Desk): void {
  const here = openLesson(now);
  if (here?.step === undefined) return;
  const { step, progress } = here;
  const known: Known = { desk: now, outcomes: progress.outcomes };
  if (isMet(step, progress.outcomes)) return;
  if ((step.kind === 'do' || step.kind === 'check') && step.until(known)) note(step.id, { done: true });
  if (step.kind === 'reveal') {
    const measured = step.measure(known);
    if (measured !== undefined) note(step.of, { measured });
  }
}

function note(id: string, what: StepOutcome): void {
  const here = openLesson(desk.getState());
  if (here === undefined) return;
  const { lesson, progress } = here;
  const outcomes = { ...progress.outcomes, [id]: { ...progress.outcomes[id], ...what } };
  keepProgress(lesson.id, { ...progress, outcomes });
}

/** Locks the guess of the step shown, and goes on. */
export function lockGuess(guess: number): void {
  const here = openLesson(desk.getState());
  if (here?.step?.kind !== 'predict') return;
  const { step, progress } = here;
  if (isMet(step, progress.outcomes)) return;
  note(step.id, { guess });
  goOn();
}

/** Answers the question of the step shown; true if that is right. The first answer is kept. */
export function choose(value: string): boolean {
  const here = openLesson(desk.getState());
  if (here?.step?.kind !== 'choice') return false;
  const { step, progress } = here;
  const right = step.right({ desk: desk.getState(), outcomes: progress.outcomes }).includes(value);
  note(step.id, { guess: progress.outcomes[step.id]?.guess ?? value, ...(right && { done: true }) });
  return right;
}

/** Goes to the next step, if what this one asks for is done; after the last one, to the end. */
export function goOn(): void {
  const here = openLesson(desk.getState());
  if (here?.step === undefined || !isMet(here.step, here.progress.outcomes)) return;
  const { lesson, progress } = here;
  const at = progress.at + 1;
  const sets = at > progress.reached ? lesson.steps[at]?.sets : undefined;
  if (sets !== undefined) {
    const before = undoStateOf(desk.getState());
    if (!setDesk(lesson, sets)) return;
    rememberStep(before);
  }
  const finished = progress.finished || at === lesson.steps.length;
  keepProgress(lesson.id, { ...progress, at, reached: Math.max(at, progress.reached), finished });
  heed(desk.getState());
}

/** Goes back to the step before, to read it again; the desk stays. */
export function goBack(): void {
  const here = openLesson(desk.getState());
  if (here !== undefined && here.progress.at > 0)
    keepProgress(here.lesson.id, { ...here.progress, at: here.progress.at - 1 });
}

/** Closes the lesson and returns to where the user was before; false where training keeps the desk from it. */
export function leaveLesson(): boolean {
  const now = desk.getState();
  const before = beforeLesson();
  const moved = before && goTo(now.history, before.step, undoStateOf(now));
  if (moved && !restore(moved.present, { ...before.view, history: moved.history })) return false;
  keepBefore(null);
  open = null;
  desk.setState({ lesson: null });
  return true;
}
