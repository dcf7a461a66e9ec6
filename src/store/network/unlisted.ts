// Lists imported networks again whose list entry was lost, e.g. to a full storage, but whose weights are still stored, so
// that they can be used or removed.
import { isCanceled } from '../../engine/client';
import { desk } from '../state/desk';
import { engine } from '../state/engine';
import { listOwnNetwork, ownId } from './own';

/** Looks for them once the first network is in use. */
export function watchUnlisted(): void {
  if (desk.getState().network !== null) return void listUnlisted();
  const stop = desk.subscribe(({ network }) => {
    if (network === null) return;
    stop();
    void listUnlisted();
  });
}

/** Lists networks that the engine stores but the page does not list. */
export async function listUnlisted(): Promise<void> {
  try {
    const listed = desk.getState().ownNetworks.map(({ id }) => id);
    const unlisted = await engine()?.call('unlistedNetworks', { listed }).result;
    for (const { id, architecture } of unlisted ?? [])
      if (ownId(architecture.name) === id) listOwnNetwork({ id, label: architecture.name, architecture });
  } catch (error) {
    if (!isCanceled(error)) console.warn('Networks that are not listed could not be looked for:', error);
  }
}
