// What was measured when the page was made, for the network and images on the desk.
import { showProblem, withdrawProblems } from '../state/announce';
import { desk } from '../state/desk';
import { messageOf } from '../state/engine';
import { fetchShipped } from '../state/shipped';

/** Fetches it. Nothing waits for it: without it, what it says is measured here. */
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
    showProblem(`The measurements that come with the page are not there: ${messageOf(error)}`, {
      error,
      actions: ['retryShipped'],
    });
  }
}
