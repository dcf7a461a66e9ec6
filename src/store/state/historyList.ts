// The tree of undo steps as a list, and names of steps.
import { type History, type Step, stepOf } from './history';

/** Names a step; an empty name is none. */
export function named<T>(history: History<T>, id: number, name: string): History<T> {
  const steps = history.steps.map((step) => {
    if (step.id !== id) return step;
    const { name: _, ...rest } = step;
    return name === '' ? rest : { ...rest, name };
  });
  return { ...history, steps };
}

/** A step in a list of the tree. */
export interface Listed<T> {
  readonly step: Step<T>;
  /** Branches that it is in besides the newest. */
  readonly depth: number;
  /** Whether undo or redo leads there. */
  readonly onWay: boolean;
}

/** All steps, each after the one before it: at a branching, the newest branch comes last. What is in use changes no order. */
export function listed<T>(history: History<T>): Listed<T>[] {
  const { steps, at } = history;
  const way = new Set<number>();
  for (let step = stepOf(history, at); step; step = stepOf(history, step.parent)) way.add(step.id);
  for (let step = stepOf(history, at); step; step = stepOf(history, step.next)) way.add(step.id);
  const rows: Listed<T>[] = [];
  const visit = (step: Step<T>, depth: number): void => {
    rows.push({ step, depth, onWay: way.has(step.id) });
    const after = steps.filter(({ parent }) => parent === step.id);
    for (const [i, next] of after.entries()) visit(next, depth + (i < after.length - 1 ? 1 : 0));
  };
  for (const step of steps) if (step.parent === null) visit(step, 0);
  return rows;
}
