// Messages for people: the polite live region of the status line, and problems that stay until they are dismissed.
import { toPlainError } from '../../engine/plainError';
import { desk } from './desk';
import type { Notice, NoticeAction } from './notices';

/** Milliseconds between two announcements; the latest one wins. */
const PACE = 3000;
let waiting: string | null = null;
let lastTime = Number.NEGATIVE_INFINITY;

/** Says something to screen readers, at most once every three seconds. */
export function announce(text: string): void {
  const wait = lastTime + PACE - performance.now();
  if (wait <= 0 && waiting === null) say(text);
  else {
    if (waiting === null) setTimeout(() => say(waiting as string), Math.max(0, wait));
    waiting = text;
  }
}

function say(text: string): void {
  waiting = null;
  lastTime = performance.now();
  desk.setState({ announcement: text });
}

/** What a problem comes with: the error behind it, for a report, and what the page offers to do. */
interface ProblemDetails {
  readonly error?: unknown;
  readonly actions?: readonly NoticeAction[];
}

/** Shows a problem that is no fault of the engine, until it is dismissed. Said twice, it is shown once. */
export function showProblem(text: string, { error, actions = [] }: ProblemDetails = {}): void {
  const problem: Notice = { text, actions, ...(error !== undefined && { error: toPlainError(error) }) };
  desk.setState(({ problems }) => ({ problems: [...problems.filter((old) => old.text !== text), problem] }));
  announce(text);
}

/** Takes a problem away that was read. */
export function dismissProblem(problem: Notice): void {
  desk.setState(({ problems }) => ({ problems: problems.filter((other) => other !== problem) }));
}

/** Takes problems away that offered an action which is being taken now. */
export function withdrawProblems(action: NoticeAction): void {
  desk.setState(({ problems }) => ({ problems: problems.filter(({ actions }) => !actions.includes(action)) }));
}
