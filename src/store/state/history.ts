// Undo and redo of a value, as plain data. A step is a gesture: a whole drag, a preset, a loaded point.

export interface History<T> {
  readonly past: readonly T[];
  readonly future: readonly T[];
}

/** Maximum number of steps. */
export const HISTORY_LIMIT = 200;

/** A history without steps. */
export function emptyHistory<T>(): History<T> {
  return { past: [], future: [] };
}

/** Adds `before` as the state that undo restores, and drops redo steps. */
export function remember<T>(history: History<T>, before: T): History<T> {
  return { past: [...history.past, before].slice(-HISTORY_LIMIT), future: [] };
}

/** Undoes one step from `present`: the new present and history, or undefined at the beginning. */
export function stepBack<T>(history: History<T>, present: T): { present: T; history: History<T> } | undefined {
  if (history.past.length === 0) return undefined;
  return {
    present: history.past[history.past.length - 1],
    history: { past: history.past.slice(0, -1), future: [present, ...history.future] },
  };
}

/** Redoes one step, or undefined if there is none to redo. */
export function stepForward<T>(history: History<T>, present: T): { present: T; history: History<T> } | undefined {
  if (history.future.length === 0) return undefined;
  return {
    present: history.future[0],
    history: { past: [...history.past, present], future: history.future.slice(1) },
  };
}
