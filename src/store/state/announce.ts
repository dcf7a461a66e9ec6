// Messages to the user: the polite live region of the status line, and problems that stay until dismissed.
import { toPlainError } from '../../engine/plainError';
import { desk } from './desk';
import type { Notice, NoticeAction } from './notices';

/** Minimum milliseconds between announcements. Of what waits, the latest wins, unless it is to be kept. */
const PACE = 3000;
let kept: readonly string[] = [];
let latest = '';
let lastTime = Number.NEGATIVE_INFINITY;

/** Announces a text to screen readers, at most once every three seconds. `keep`: what comes after it does not replace it. */
export function announce(text: string, keep = false): void {
  const wait = lastTime + PACE - performance.now();
  const waits = kept.length > 0 || latest !== '';
  if (keep) kept = [...kept.filter((old) => old !== text), text];
  else latest = text;
  if (waits) return;
  if (wait <= 0) say();
  else setTimeout(say, wait);
}

function say(): void {
  lastTime = performance.now();
  desk.setState({ announcement: [...kept, latest].filter((text) => text !== '').join(' ') });
  kept = [];
  latest = '';
}

/** Details of a problem: the error behind it, for a report, and the actions that the page offers. */
interface ProblemDetails {
  readonly error?: unknown;
  readonly actions?: readonly NoticeAction[];
}

/** Shows a problem other than an engine fault until it is dismissed: an alert, which says itself. A repeated one is shown once. */
export function showProblem(text: string, { error, actions = [] }: ProblemDetails = {}): void {
  const problem: Notice = { text, actions, ...(error !== undefined && { error: toPlainError(error) }) };
  desk.setState(({ problems }) => ({ problems: [...problems.filter((old) => old.text !== text), problem] }));
}

/** Removes a problem. */
export function dismissProblem(problem: Notice): void {
  desk.setState(({ problems }) => ({ problems: problems.filter((other) => other !== problem) }));
}

/** Removes the problems that offer an action, because the action is being taken. */
export function withdrawProblems(action: NoticeAction): void {
  desk.setState(({ problems }) => ({ problems: problems.filter(({ actions }) => !actions.includes(action)) }));
}
