// Loads the results shipped for the network and images on the desk.
import { measuring } from '../../words/en/measuring';
import { costsOf } from '../measure/costs';
import { headline } from '../measure/selectors';
import { showProblem, withdrawProblems } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import { messageOf } from '../state/engine';
import { nextTask, pieces } from '../state/pieces';
import { fetchShipped, type Shipped } from '../state/shipped';

type Of = Pick<Desk, 'networkId' | 'datasetId' | 'architecture'>;

/** What was loaded last, and what for. */
let loaded: { readonly of: Of; readonly shipped: Shipped | null } | undefined;

/** Fetches them unless they are there. Nothing waits for this: without them, the same numbers are measured here. */
export async function loadShipped(): Promise<void> {
  const { shipped: shown, networkId, datasetId, architecture } = desk.getState();
  withdrawProblems('retryShipped');
  const isHere = (of: Of = desk.getState()) => of.networkId === networkId && of.datasetId === datasetId;
  if (loaded?.shipped === shown && isHere(loaded.of) && loaded.of.architecture === architecture) return;
  try {
    const shipped = await fetchShipped(networkId, datasetId, architecture);
    if (shipped && isHere()) await prepare(shipped);
    if (!isHere()) return;
    loaded = { of: { networkId, datasetId, architecture }, shipped };
    desk.setState({ shipped });
  } catch (error) {
    if (!isHere()) return;
    desk.setState({ shipped: null });
    showProblem(measuring.noShipped(messageOf(error)), {
      error,
      actions: ['retryShipped'],
    });
  }
}

/** Computes in pieces what the page keeps of them, so that showing them is not one long task. */
async function prepare(shipped: Shipped): Promise<void> {
  const { architecture, scheme } = desk.getState();
  const piece = pieces();
  for (const { policy } of shipped.cloud) {
    await piece();
    costsOf(architecture, policy, scheme);
  }
  await nextTask();
  headline({ ...desk.getState(), shipped });
  await nextTask();
}
