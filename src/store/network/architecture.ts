// The architecture on the desk and its policy, as networks are chosen and loaded.
import { type Architecture, layersOf } from '../../graph/network';
import { type AnyNetworkId, isZooNetwork } from '../../zoo/registry';
import { forgetResults } from '../measure/measuring';
import { withdrawProblems } from '../state/announce';
import { type Desk, desk, expectedArchitecture, freshPolicy } from '../state/desk';
import { ownNetwork } from './own';

/** Puts the architecture of a network on the desk, before the engine has loaded it, with a policy for it. */
export function chooseArchitecture(networkId: AnyNetworkId, classes?: number): void {
  forgetResults();
  // If an imported network is no longer listed, its architecture comes from the restored undo step.
  const architecture = isZooNetwork(networkId)
    ? expectedArchitecture(networkId, classes)
    : (ownNetwork(networkId)?.architecture ?? desk.getState().architecture);
  withdrawProblems('retryNetwork');
  desk.setState({ networkId, network: null, weightsMissing: false, ...policyFor(architecture) });
}

/** The policy on the desk if the layers are the same, even with another number of classes; otherwise a new one. */
export function policyFor(architecture: Architecture): Partial<Desk> {
  const { architecture: old, scheme } = desk.getState();
  if (JSON.stringify(architecture) === JSON.stringify(old)) return {};
  const ids = (of: Architecture) => JSON.stringify(layersOf(of).map(({ id }) => id));
  return ids(architecture) === ids(old)
    ? { architecture }
    : { ...freshPolicy(architecture, scheme), pins: [], selection: [] };
}
