// Reports a silent engine after ten seconds and withdraws the report at its next message. The engine may be busy with a long
// step on a slow machine, or may have died; the page cannot tell, so the user decides, and nothing is restarted unasked.
import { session } from '../../words/en/session';
import { desk } from '../state/desk';

/** Seconds of silence before the first report; doubled after each "Wait". */
const FIRST = 10;
let patience = FIRST;

/** What happens to a running training when the engine ends: a sentence, or none if none runs. */
export function trainingHint(): string[] {
  return desk.getState().trainingActive ? [session.resumable] : [];
}

/** Handles `seconds` of silence; 0 when the engine answers or has ended. */
export function heedSilence(seconds: number): void {
  const { silence } = desk.getState();
  if (seconds === 0) {
    patience = FIRST;
    if (silence !== null) desk.setState({ silence: null });
  } else if (seconds >= patience && silence === null) {
    const text = [session.silent(seconds), ...trainingHint()].join(' ');
    desk.setState({ silence: { text, actions: ['wait', 'restartEngine'] } });
  }
}

/** Hides the report until the silence has lasted twice as long. */
export function waitForEngine(): void {
  patience *= 2;
  desk.setState({ silence: null });
}
