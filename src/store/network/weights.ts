// Other weights of the network in use: from before training, trained ones, those from before any. Each change is a step of
// undo, and what was trained stays in this browser.
import type { KeptWeights } from '../../engine/protocol/training';
import { announce } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import { engine } from '../state/engine';
import { rememberStep, undoStateOf } from '../state/step';
import { openNetwork } from './session';

/** Puts other weights of the network in use, by fingerprint, now and for the next visit. */
export async function useWeights(fingerprint: string): Promise<void> {
  await change(fingerprint, 'The weights are in use.');
}

/** Loads the weights from before any training here: shipped, or from a person's file. */
export async function backToShipped(): Promise<void> {
  await change('untrained', 'Back to the weights from before training.');
}

async function change(weights: string, done: string): Promise<void> {
  const before = desk.getState();
  if (weights === before.weights) return;
  rememberStep(undoStateOf(before));
  if (await openNetwork(before.networkId, weights, true)) announce(done);
}

/** Asks which trained weights are kept beside those in use, whenever those change. */
export function watchWeights(): void {
  desk.subscribe((now, before) => {
    if (now.network !== before.network) void lookAside();
  });
}

/** Asks anew which trained weights are kept. */
export async function lookAside(): Promise<void> {
  const { network } = desk.getState();
  const aside =
    network &&
    (await engine()
      ?.call('weightsAside', {})
      .result.catch(() => []));
  if (desk.getState().network === network) desk.setState({ weightsAside: aside ?? [] });
}

/** Kept weights that are not in use, and not offered by the latest outcome. */
export function otherWeights({ weightsAside, network, outcome }: Desk): readonly KeptWeights[] {
  const shown = [network?.fingerprint, outcome?.former, outcome?.trained];
  return weightsAside.filter(({ fingerprint }) => !shown.includes(fingerprint));
}
