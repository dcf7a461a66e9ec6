// Solves the integer programs of two papers again, in the worker.
import { isCanceled } from '../../engine/client';
import { desk } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import { NOT_SOLVED, type Reproduction } from '../state/reproducedSlice';

let cancel: (() => void) | null = null;

function change(change: Partial<Reproduction>): void {
  desk.setState(({ reproduced }) => ({ reproduced: reproduced && { ...reproduced, ...change } }));
}

/** Solves all of them; does nothing without an engine. */
export async function solvePapers(): Promise<void> {
  const client = engine();
  if (client === null || cancel !== null) return;
  desk.setState({ reproduced: { ...NOT_SOLVED, running: true } });
  const call = client.call('solvePapers', {}, (solved) =>
    change({ found: [...(desk.getState().reproduced?.found ?? []), solved] }),
  );
  cancel = call.cancel;
  try {
    await call.result;
  } catch (error) {
    if (!isCanceled(error)) change({ problem: messageOf(error) });
  } finally {
    cancel = null;
    change({ running: false });
  }
}

/** Ends after the program in work; what was solved stays. */
export function stopPapers(): void {
  cancel?.();
}
