// Messages for people: the polite live region of the status line, and problems that stay until they are dismissed.
import { desk } from './desk';

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

/** Shows a problem that is no fault of the engine, until it is dismissed. */
export function showProblem(problem: string): void {
  desk.setState({ problem });
  announce(problem);
}
