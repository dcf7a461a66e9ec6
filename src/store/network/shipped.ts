// Loads the results shipped for the network and images on the desk.
import { measuring } from '../../words/en/measuring';
import { showProblem, withdrawProblems } from '../state/announce';
import { desk } from '../state/desk';
import { messageOf } from '../state/engine';
import { fetchShipped } from '../state/shipped';

/** Fetches them. Nothing waits for this: without them, the same numbers are measured here. */
export async function loadShipped(): Promise<void> {
  const { networkId, datasetId, architecture } = desk.getState();
  withdrawProblems('retryShipped');
  const isHere = () => desk.getState().networkId === networkId && desk.getState().datasetId === datasetId;
  try {
    const shipped = await fetchShipped(networkId, datasetId, architecture);
    if (isHere()) desk.setState({ shipped });
  } catch (error) {
    if (!isHere()) return;
    desk.setState({ shipped: null });
    showProblem(measuring.noShipped(messageOf(error)), {
      error,
      actions: ['retryShipped'],
    });
  }
}
