// Reports what this browser could not store for the next visit and what to do about it. Nothing is lost until the page is
// closed.
import { showProblem } from './announce';

const ADVICE = {
  network: 'To have it again, export it as a project, or keep its file.',
  weights: 'To have the weights again, export them as a project.',
  images: 'Choose them again at the next visit.',
  search: 'Let it finish before you close the page: you can load its result onto the faders and export it.',
  run: 'Discard searches that you no longer need to make room.',
} as const;

/** Reports that something lasts only until this page is closed. `what` is its name; `why` is a clause. */
export function sayNotKept(kind: keyof typeof ADVICE, what: string, why = 'the storage of this browser refused'): void {
  showProblem(
    `${what} could not be kept in this browser: ${why}. Until the page is closed, nothing is lost. ${ADVICE[kind]}`,
  );
}
