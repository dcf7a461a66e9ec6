// Actions whose code is loaded when they are first taken.
import { notices } from '../../words/en/notices';
import { showProblem, withdrawProblems } from './announce';

const missed: (() => void)[] = [];

/** Takes an action of code that comes on demand. If it does not come, the page says so and offers to try again. */
export function withCode<M>(load: () => Promise<M>, act: (code: M) => void): void {
  load().then(act, (error: unknown) => {
    missed.push(() => withCode(load, act));
    showProblem(notices.codeMissing, { error, actions: ['retryCode'] });
  });
}

/** Takes the actions whose code did not come, in their order. */
export function retryCode(): void {
  withdrawProblems('retryCode');
  for (const action of missed.splice(0)) action();
}
