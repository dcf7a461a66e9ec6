// Messages to the user: the polite live region of the status line, and problems that stay until dismissed.
import { toPlainError } from '../../engine/plainError';
import { desk } from './desk';
import type { Notice, NoticeAction } from './notices';

/** Minimum milliseconds between announcements; the latest wins. */
const PACE = 3000;
let waiting: string | null = null;
let lastTime = Number.NEGATIVE_INFINITY;

/** Announces a text to screen readers, at most once every three seconds. */
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

/** Details of a problem: the error behind it, for a report, and the actions that the page offers. */
interface ProblemDetails {
  readonly error?: unknown;
  readonly actions?: readonly NoticeAction[];
}

/** Shows a problem other than an engine fault until it is dismissed. A repeated problem is shown once. */
export function showProblem(text: string, { error, actions = [] }: ProblemDetails = {}): void {
  const problem: Notice = { text, actions, ...(error !== undefined && { error: toPlainError(error) }) };
  desk.setState(({ problems }) => ({ problems: [...problems.filter((old) => old.text !== text), problem] }));
  announce(text);
}

/** Removes a problem. */
export function dismissProblem(problem: Notice): void {
  desk.setState(({ problems }) => ({ problems: problems.filter((other) => other !== problem) }));
}

/** Removes the problems that offer an action, because the action is being taken. */
export function withdrawProblems(action: NoticeAction): void {
  desk.setState(({ problems }) => ({ problems: problems.filter(({ actions }) => !actions.includes(action)) }));
}
