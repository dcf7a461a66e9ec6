// The list of undo steps: what each has changed, going to one, naming one.
import { steps as words } from '../../words/en/steps';
import { announce } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import { goTo, stepOf } from '../state/history';
import { listed, named } from '../state/historyList';
import { undoStateOf } from '../state/step';
import { changeInWords } from './changes';
import { take } from './undo';

/** Characters of the name of a step. */
const LONGEST_NAME = 60;

/** Goes to any step of the history, of whatever branch. */
export function goToStep(id: number): void {
  const now = desk.getState();
  const what = listSteps(now).find((row) => row.id === id);
  take(goTo(now.history, id, undoStateOf(now)), () => words.wentTo(what?.name ?? what?.change ?? ''));
}

/** Names the present state; an empty name is none. */
export function nameStep(text: string): void {
  const { history: steps } = desk.getState();
  const name = text.replace(/\s+/g, ' ').trim().slice(0, LONGEST_NAME);
  desk.setState({ history: named(steps, steps.at, name) });
  if (name !== '') announce(words.isNamed(name));
}

/** A row of the list of steps, as `Listed`. */
export interface StepRow {
  readonly id: number;
  /** What led to it, in words. */
  readonly change: string;
  readonly name?: string;
  readonly depth: number;
  readonly onWay: boolean;
}

/** All steps with what each has changed, as `listed`. */
export function listSteps(now: Desk): StepRow[] {
  const { history: steps } = now;
  const present = undoStateOf(now);
  return listed(steps).map(({ step: { id, parent, value, name }, depth, onWay }) => {
    const from = stepOf(steps, parent);
    const change = from ? changeInWords(from.value ?? present, value ?? present) : words.start;
    return { id, change, depth, onWay, ...(name !== undefined && { name }) };
  });
}
