// Finds the data sets stored in this browser; only these are offered for opening from there.
import { desk } from '../state/desk';
import { engine } from '../state/engine';

/** Asks the engine which data sets are stored; none is offered until it answers. */
export async function findStoredDatasets(): Promise<void> {
  const stored = await engine()
    ?.call('storedDatasets', {})
    .result.catch(() => undefined);
  desk.setState({ storedDatasets: stored ?? [] });
}
