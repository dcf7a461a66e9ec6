// The weights of one layer, looked at while its fader moves: at most one question a frame, at most one under way, and
// always the latest wish next.
import { isCanceled } from '../engine/client';
import type { Params, WeightInspection } from '../engine/protocol';
import { schemeName } from '../quant/registry';
import { engine, messageOf } from './connection';
import { type Desk, desk } from './desk';
import { inspectedLayer } from './selectors';

type Wish = Params<'inspectWeights'> & { readonly version: number };

/** What the panel should show; null until a network is there. */
export function wishedInspection(now: Desk): Wish | null {
  const layer = inspectedLayer(now);
  const bits = now.policy[layer]?.weights;
  if (now.network === null || bits === undefined) return null;
  return { layer, bits, scheme: now.scheme, version: now.network.version };
}

/** True when an answer is about what is wished. */
export function answers(wish: Wish, { layer, bits, scheme, version }: Omit<WeightInspection, 'report'>): boolean {
  if (wish.layer !== layer || wish.bits !== bits || wish.version !== version) return false;
  return schemeName(wish.scheme) === schemeName(scheme);
}

let followers = 0;
let looking = false;
let asking = false;
let refused: Wish | null = null;
let stopWatching: (() => void) | null = null;

function look(): void {
  if (looking) return;
  looking = true;
  requestAnimationFrame(() => {
    looking = false;
    void ask();
  });
}

async function ask(): Promise<void> {
  const client = engine();
  const wish = wishedInspection(desk.getState());
  if (wish === null) {
    refused = null;
    if (desk.getState().inspection !== null) desk.setState({ inspection: null, inspectionProblem: null });
    return;
  }
  const { inspection } = desk.getState();
  const known = (inspection !== null && answers(wish, inspection)) || (refused !== null && answers(wish, refused));
  if (client === null || asking || known) return;
  asking = true;
  try {
    const { layer, bits, scheme } = wish;
    const found = await client.call('inspectWeights', { layer, bits, scheme }).result;
    refused = null;
    // A network that was left behind meanwhile must not come back.
    if (desk.getState().network?.version === found.version)
      desk.setState({ inspection: found, inspectionProblem: null });
  } catch (error) {
    if (isCanceled(error)) return;
    refused = wish;
    const now = wishedInspection(desk.getState());
    if (now !== null && answers(now, wish)) desk.setState({ inspection: null, inspectionProblem: messageOf(error) });
  } finally {
    asking = false;
    if (followers > 0) look();
  }
}

/** Keeps `inspection` up to date until the returned function is called. */
export function followWeights(): () => void {
  followers++;
  stopWatching ??= desk.subscribe((now, before) => {
    const { policy, scheme, network, inspected, selection } = before;
    if (now.policy !== policy || now.scheme !== scheme || now.network !== network) look();
    else if (now.inspected !== inspected || now.selection !== selection) look();
  });
  look();
  return () => {
    followers--;
    if (followers > 0) return;
    stopWatching?.();
    stopWatching = null;
  };
}
