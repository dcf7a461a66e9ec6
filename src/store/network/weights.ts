// Switches the weights of the network in use: shipped, earlier or trained ones. Each switch is an undo step, and trained
// weights stay in this browser.
import type { KeptWeights } from '../../engine/protocol/training';
import { session } from '../../words/en/session';
import { announce } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import { engine } from '../state/engine';
import { rememberStep, undoStateOf } from '../state/step';
import { openNetwork } from './session';

/** Uses other weights of the current network, by fingerprint, now and at the next visit. */
export async function useWeights(fingerprint: string): Promise<void> {
  await change(fingerprint, session.weightsInUse);
}

/** Loads the weights from before any training here: shipped, or from the user's file. */
export async function backToShipped(): Promise<void> {
  await change('untrained', session.untrainedInUse);
}

async function change(weights: string, done: string): Promise<void> {
  const before = desk.getState();
  if (weights === before.weights) return;
  rememberStep(undoStateOf(before));
  if (await openNetwork(before.networkId, weights, true)) announce(done);
}

/** Asks which other trained weights are stored, whenever those in use change. */
export function watchWeights(): void {
  desk.subscribe((now, before) => {
    if (now.network !== before.network) void lookAside();
  });
}

/** Asks again which trained weights are stored. */
export async function lookAside(): Promise<void> {
  const { network } = desk.getState();
  const aside =
    network &&
    (await engine()
      ?.call('weightsAside', {})
      .result.catch(() => []));
  if (desk.getState().network === network) desk.setState({ weightsAside: aside ?? [] });
}

/** Stored weights that are neither in use nor offered by the latest outcome. */
export function otherWeights({ weightsAside, network, outcome }: Desk): readonly KeptWeights[] {
  const shown = [network?.fingerprint, outcome?.former, outcome?.trained];
  return weightsAside.filter(({ fingerprint }) => !shown.includes(fingerprint));
}
