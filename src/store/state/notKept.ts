// What this browser could not keep for the next visit: said, with what to do about it. Nothing of it is lost before the
// page is closed.
import { showProblem } from './announce';

const ADVICE = {
  network: 'To have it again, save it as a project (Save), or keep its file.',
  weights: 'To have them again, save them as a project (Save).',
  images: 'Give them again at the next visit.',
  search: 'Let it end before you close the page: what it has found can be put on the faders and saved.',
  run: 'Discard searches that you no longer need; then there is room again.',
} as const;

/** Says that something lasts as long as this page only. `what` is its name; `why`, where known, is a clause. */
export function sayNotKept(kind: keyof typeof ADVICE, what: string, why = 'the storage of this browser refused'): void {
  showProblem(
    `${what} could not be kept in this browser: ${why}. Until the page is closed, nothing is lost. ${ADVICE[kind]}`,
  );
}
