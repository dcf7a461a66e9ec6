// Networks that a person brought and whose entry in the list is lost, e.g. to a full storage: their weights are still kept,
// so they are listed again, to be used or removed.
import { isCanceled } from '../../engine/client';
import { desk } from '../state/desk';
import { engine } from '../state/engine';
import { listOwnNetwork, ownId } from './own';

/** Looks for them once a network is in use for the first time. */
export function watchUnlisted(): void {
  const stop = desk.subscribe(({ network }) => {
    if (network === null) return;
    stop();
    void listUnlisted();
  });
}

/** Lists what the engine keeps and the page does not. */
export async function listUnlisted(): Promise<void> {
  try {
    const listed = desk.getState().ownNetworks.map(({ id }) => id);
    const found = await engine()?.call('unlistedNetworks', { listed }).result;
    for (const { id, architecture } of found ?? [])
      if (ownId(architecture.name) === id) listOwnNetwork({ id, label: architecture.name, architecture });
  } catch (error) {
    if (!isCanceled(error)) console.warn('Networks that are not listed could not be looked for:', error);
  }
}
