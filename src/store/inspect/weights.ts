// Follows the weights of one layer while its fader moves. The worker answers between two batches of images, too slowly for a
// drag, so the layer's other widths are prefetched after the current one, nearest first.
import { isCanceled } from '../../engine/client';
import type { Params } from '../../engine/protocol/commands';
import type { WeightInspection } from '../../engine/protocol/inspecting';
import { BIT_WIDTHS, type BitWidth, FLOAT, SKIPPED } from '../../graph/policy';
import { stopOf } from '../../policy/edits';
import { quantizerOf, schemeName } from '../../quant/registry';
import { inspectedLayer } from '../measure/selectors';
import { type Desk, desk } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import { createFollower, type Question } from './follower';

type Wish = Params<'inspectWeights'> & { readonly fingerprint: string };
/** An answer, or why there is none. */
type Answers = Map<BitWidth, WeightInspection | string>;

/** What the panel should show; null without a network and for a skipped layer. */
export function wishedInspection(now: Desk): Wish | null {
  const layer = inspectedLayer(now);
  const bits = now.policy[layer]?.weights;
  if (now.network === null || bits === undefined || bits === SKIPPED) return null;
  return { layer, bits, scheme: now.scheme, fingerprint: now.network.fingerprint };
}

/** The next width to request: the current one, else the nearest supported one; undefined if all are answered. */
export function nextWidth({ bits, scheme }: Wish, answered: ReadonlyMap<BitWidth, unknown>): BitWidth | undefined {
  if (!answered.has(bits)) return bits;
  const [min, max] = quantizerOf(scheme.quantizer).bits;
  const away = (width: BitWidth) => Math.abs(stopOf(width) - stopOf(bits));
  return BIT_WIDTHS.filter((width) => !answered.has(width) && (width === FLOAT || (width >= min && width <= max))).sort(
    (a, b) => away(a) - away(b),
  )[0];
}

/** Layer, scheme and weights to which `answered` applies. */
let subject = '';
let answered: Answers = new Map();

function look(): Question | undefined {
  const wish = wishedInspection(desk.getState());
  const about = wish === null ? '' : [wish.layer, schemeName(wish.scheme), wish.fingerprint].join('/');
  if (about !== subject || wish === null) {
    subject = about;
    answered = new Map();
  }
  show(wish);
  const bits = wish === null ? undefined : nextWidth(wish, answered);
  return wish === null || bits === undefined ? undefined : questionOf(wish, bits, answered);
}

/** The old picture stays until the new one arrives, unless its network has changed. */
function show(wish: Wish | null): void {
  const answer = wish === null ? null : answered.get(wish.bits);
  if (answer === undefined) return;
  const [inspection, inspectionProblem] = typeof answer === 'string' ? [null, answer] : [answer, null];
  const now = desk.getState();
  if (now.inspection !== inspection || now.inspectionProblem !== inspectionProblem)
    desk.setState({ inspection, inspectionProblem });
}

/** Requests one width and stores the answer. */
function questionOf(wish: Wish, bits: BitWidth, answers: Answers): Question | undefined {
  const client = engine();
  if (client === null) return undefined;
  return async () => {
    let stopped = false;
    try {
      const { layer, scheme, fingerprint } = wish;
      const inspection = await client.call('inspectWeights', { layer, bits, scheme }).result;
      // The weights changed meanwhile; the subscription triggers another look.
      if (inspection.fingerprint === fingerprint) answers.set(bits, inspection);
      else stopped = true;
    } catch (error) {
      stopped = isCanceled(error);
      if (!stopped) answers.set(bits, messageOf(error));
    }
    return !stopped || wishedInspection(desk.getState())?.fingerprint !== wish.fingerprint;
  };
}

/** Keeps `inspection` up to date until the returned function is called. */
export const followWeights = createFollower(['policy', 'scheme', 'network', 'inspected', 'selection'], look);
