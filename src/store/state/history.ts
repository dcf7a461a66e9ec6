// Undo and redo as a tree of steps, as plain data: a change after an undo begins another branch, and the one left behind
// stays. A step is a gesture: a whole drag, a preset, a loaded point.

/** The state that a change has led to. */
export interface Step<T> {
  /** Counts the changes, from 0. */
  readonly id: number;
  /** The step before it; null for the first. */
  readonly parent: number | null;
  /** The step after it that redo leads to; null for none. */
  readonly next: number | null;
  /** The state, as it was when it was left; null while it is the present. */
  readonly value: T | null;
  /** Given by the user. */
  readonly name?: string;
}

export interface History<T> {
  /** Oldest first. */
  readonly steps: readonly Step<T>[];
  /** The step that the desk is at. */
  readonly at: number;
}

/** Maximum number of steps; those with a name, and the present, are not dropped. */
export const HISTORY_LIMIT = 200;

/** A history with nothing but the present. */
export function emptyHistory<T>(): History<T> {
  return { steps: [{ id: 0, parent: null, next: null, value: null }], at: 0 };
}

/** The step with this id; undefined if there is none. */
export function stepOf<T>({ steps }: History<T>, id: number | null): Step<T> | undefined {
  return steps.find((step) => step.id === id);
}

/** The states that undo leads to, oldest first. */
export function pastOf<T>(history: History<T>): T[] {
  const past: T[] = [];
  let step = stepOf(history, history.at);
  for (;;) {
    step = stepOf(history, step?.parent ?? null);
    if (step === undefined) return past.reverse();
    past.push(step.value as T);
  }
}

/** Begins a new present after the one left, which was `before`. */
export function remember<T>(history: History<T>, before: T): History<T> {
  const { steps, at } = history;
  const id = (steps.at(-1) as Step<T>).id + 1;
  const left = steps.map((step) => (step.id === at ? { ...step, value: before, next: id } : step));
  return trimmed({ steps: [...left, { id, parent: at, next: null, value: null }], at: id });
}

/** Goes to a step, leaving the present: the state there, and the history. Undefined if there is no such step, or it is here. */
export function goTo<T>(history: History<T>, id: number, present: T): { present: T; history: History<T> } | undefined {
  const target = stepOf(history, id);
  if (target === undefined || id === history.at) return undefined;
  // Redo follows the way that leads here.
  const ways = new Map<number, number>();
  for (let step: Step<T> | undefined = target; step?.parent != null; step = stepOf(history, step.parent))
    ways.set(step.parent, step.id);
  const steps = history.steps.map((step) => ({
    ...step,
    next: ways.get(step.id) ?? step.next,
    value: step.id === history.at ? present : step.id === id ? null : step.value,
  }));
  return { present: target.value as T, history: { steps, at: id } };
}

/** Whether undo leads anywhere. */
export const canUndo = (history: History<unknown>): boolean => stepOf(history, history.at)?.parent != null;

/** Whether redo does. */
export const canRedo = (history: History<unknown>): boolean => stepOf(history, history.at)?.next != null;

/** Undoes one step, or undefined at the beginning. */
export function stepBack<T>(history: History<T>, present: T): ReturnType<typeof goTo<T>> {
  return goTo(history, stepOf(history, history.at)?.parent ?? -1, present);
}

/** Redoes one step, or undefined if there is none to redo. */
export function stepForward<T>(history: History<T>, present: T): ReturnType<typeof goTo<T>> {
  return goTo(history, stepOf(history, history.at)?.next ?? -1, present);
}

/** Without the oldest steps, if there are more than `most`: those after a dropped one follow the one before it. */
export function trimmed<T>({ steps, at }: History<T>, most = HISTORY_LIMIT): History<T> {
  let rest = steps;
  while (rest.length > most) {
    const dropped = rest.find(({ id, name }) => id !== at && name === undefined);
    if (dropped === undefined) break;
    rest = rest
      .filter((step) => step !== dropped)
      .map((step) => ({
        ...step,
        parent: step.parent === dropped.id ? dropped.parent : step.parent,
        next: step.next === dropped.id ? dropped.next : step.next,
      }));
  }
  return { steps: rest, at };
}
