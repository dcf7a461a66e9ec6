// A desk with a network in use, for tests.
import { type Desk, initialDesk } from './desk';

/** The initial desk with its network loaded from `origin`. */
export function loadedDesk(origin: 'shipped' | 'trained' = 'shipped'): Desk {
  const state = initialDesk();
  const { networkId: id, datasetId: dataset, architecture } = state;
  const checkpoint = { origin, recipe: '' };
  return { ...state, network: { id, dataset, architecture, checkpoint, fingerprint: '1' } };
}
