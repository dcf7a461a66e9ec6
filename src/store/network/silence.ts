// A silent engine: said after ten seconds, unsaid at its next word. It may be at a long step of work on a slow machine, or
// it may have ended without a word; nobody can tell from here, so a person decides, and nothing is restarted unasked.
import { announce } from '../state/announce';
import { desk } from '../state/desk';

/** Seconds of silence before it is said for the first time; after "Wait" it is twice as many each time. */
const FIRST = 10;
let patience = FIRST;

/** What becomes of a training that runs when the engine ends; empty where none does. */
export function trainingHint(): string {
  return desk.getState().trainingActive ? ' The training can be resumed from its last checkpoint.' : '';
}

/** Takes in that the engine has been silent for `seconds`; 0 when it is heard, or gone. */
export function heedSilence(seconds: number): void {
  const { silence } = desk.getState();
  if (seconds === 0) {
    patience = FIRST;
    if (silence !== null) desk.setState({ silence: null });
  } else if (seconds >= patience && silence === null) {
    const text =
      `No answer from the engine for ${seconds} s. On a slow machine one step of work can take that long; it may also have ` +
      `ended. Restarting keeps your policy and measurements.${trainingHint()}`;
    desk.setState({ silence: { text, actions: ['wait', 'restartEngine'] } });
    announce(`No answer from the engine for ${seconds} seconds.`);
  }
}

/** Says no more of the silence until it has lasted twice as long. */
export function waitForEngine(): void {
  patience *= 2;
  desk.setState({ silence: null });
}
