// Which data sets have their images in this browser: only these are offered to be opened from there.
import { desk } from '../state/desk';
import { engine } from '../state/engine';

/** Asks the engine which data sets are stored; while it cannot say, none is offered. */
export async function findStoredDatasets(): Promise<void> {
  const stored = await engine()
    ?.call('storedDatasets', {})
    .result.catch(() => undefined);
  desk.setState({ storedDatasets: stored ?? [] });
}
