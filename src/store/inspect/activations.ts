// Follows the activations of the inspected layer for the inspected image as the policy changes: one request at a time, then
// the latest. The worker answers between two batches of images; the estimate never waits for it.
import { isCanceled } from '../../engine/client';
import type { Params } from '../../engine/protocol/commands';
import { policyKey, SKIPPED } from '../../graph/policy';
import { schemeName } from '../../quant/registry';
import { inspectedLayer } from '../measure/selectors';
import { type Desk, desk } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import { createFollower, type Question } from './follower';

type Wish = Params<'inspectActivations'> & { readonly fingerprint: string };

/** What the panel should show; null without a network and for a skipped layer. */
export function wishedActivations(now: Desk): Wish | null {
  const { network, dataset, policy, scheme } = now;
  if (network === null || dataset === null || dataset.test === 0) return null;
  const layer = inspectedLayer(now);
  if (policy[layer]?.weights === SKIPPED) return null;
  const image = Math.min(now.image, dataset.test - 1);
  return { layer, image, split: 'test', policy, scheme, fingerprint: network.fingerprint };
}

function nameOf({ layer, image, policy, scheme, fingerprint }: Wish): string {
  return [layer, image, policyKey(policy), schemeName(scheme), fingerprint].join('/');
}

/** The latest wish that was answered or requested. */
let latest = '';

/** The old picture stays until the new one arrives, unless its network has changed. */
function look(): Question | undefined {
  const client = engine();
  const wish = wishedActivations(desk.getState());
  if (wish === null || client === null) {
    latest = '';
    if (desk.getState().activations !== null) desk.setState({ activations: null });
    return undefined;
  }
  if (nameOf(wish) === latest) return undefined;
  return async () => {
    latest = nameOf(wish);
    try {
      const { fingerprint, ...params } = wish;
      const activations = await client.call('inspectActivations', params).result;
      // The weights changed meanwhile; the subscription triggers another look.
      if (activations.fingerprint !== fingerprint) latest = '';
      else if (wishedActivations(desk.getState())?.fingerprint === fingerprint)
        desk.setState({ activations, activationsProblem: null });
    } catch (error) {
      if (isCanceled(error)) latest = '';
      else desk.setState({ activations: null, activationsProblem: messageOf(error) });
    }
    return latest !== '' || wishedActivations(desk.getState())?.fingerprint !== wish.fingerprint;
  };
}

/** Keeps `activations` up to date until the returned function is called. */
export const followActivations = createFollower(
  ['policy', 'scheme', 'network', 'inspected', 'selection', 'image'],
  look,
);

/** Selects an image of the test split, clamped to its size. */
export function chooseImage(index: number): void {
  const { dataset, image } = desk.getState();
  const chosen = Math.max(0, Math.min(Math.round(index), (dataset?.test ?? 1) - 1));
  if (Number.isFinite(chosen) && chosen !== image) desk.setState({ image: chosen });
}
