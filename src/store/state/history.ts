// Undo and redo of a value, as plain data. One step is one gesture: a whole drag, a preset, a loaded point.

export interface History<T> {
  readonly past: readonly T[];
  readonly future: readonly T[];
}

/** Steps kept. */
export const HISTORY_LIMIT = 200;

/** No steps. */
export function emptyHistory<T>(): History<T> {
  return { past: [], future: [] };
}

/** Remembers `before` as the state to come back to, and forgets what could be redone. */
export function remember<T>(history: History<T>, before: T): History<T> {
  return { past: [...history.past, before].slice(-HISTORY_LIMIT), future: [] };
}

/** One step back from `present`: the new present and history, or undefined at the beginning. */
export function stepBack<T>(history: History<T>, present: T): { present: T; history: History<T> } | undefined {
  if (history.past.length === 0) return undefined;
  return {
    present: history.past[history.past.length - 1],
    history: { past: history.past.slice(0, -1), future: [present, ...history.future] },
  };
}

/** One step forward again, or undefined when nothing was undone. */
export function stepForward<T>(history: History<T>, present: T): { present: T; history: History<T> } | undefined {
  if (history.future.length === 0) return undefined;
  return {
    present: history.future[0],
    history: { past: [...history.past, present], future: history.future.slice(1) },
  };
}
