// Reports what this browser could not store for the next visit and what to do about it. Nothing is lost until the page is
// closed.
import { session } from '../../words/en/session';
import { showProblem } from './announce';

/** Reports that something lasts only until this page is closed. `what` is its name; `why` is a clause. */
export function sayNotKept(kind: keyof typeof session.advice, what: string, why = session.refused): void {
  showProblem(session.notKept(what, why, session.advice[kind]));
}
