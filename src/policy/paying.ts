// Who pays when an edit would exceed a size budget that holds: other layers lose bits, one stop at a time, until the model
// fits. If they cannot pay enough, the edit itself is cut back: its fader meets a wall.
import { type BitPolicy, type BitWidth, SKIPPED } from '../graph/policy';
import { STOPS, withBits } from './edits';
import { isInRange, type WidthRange } from './widths';

/** Which layer pays next: the least predicted loss per byte, or the most bits, so that all end up about equal. */
export type PayingRule = 'leastLoss' | 'even';

export interface Terms {
  /** Bytes that the model may have. */
  readonly budget: number;
  /** Layers that keep their bits. */
  readonly locked: readonly string[];
  readonly range: WidthRange;
  readonly rule: PayingRule;
  /** Exact bytes of a policy. */
  bytesOf(policy: BitPolicy): number;
  /** Bytes of one layer at a width, without what belongs to no layer. */
  layerBytes(layer: string, bits: BitWidth): number;
  /** Predicted increase of the loss in nats when only this layer has `bits`. */
  lossOf(layer: string, bits: BitWidth): number;
}

export interface Bill {
  /** The edit with what it costs others; within the budget whenever one of these policies can be. */
  readonly policy: BitPolicy;
  /** Layers that lose bits for others, in the order of the network. */
  readonly payers: readonly string[];
  /** True if the edit was cut back. */
  readonly wall: boolean;
  /** Bytes of the whole edit when all others pay what they can. */
  readonly needed: number;
}

interface Step {
  readonly layer: string;
  readonly bits: BitWidth;
  readonly price: number;
}

/** The next stop down, which must be worth bytes. */
function stepDown(policy: BitPolicy, layer: string, least: BitWidth, terms: Terms): Step | undefined {
  const from = policy[layer].weights;
  const bits = STOPS.findLast((stop) => stop < from && stop >= least && isInRange(stop, terms.range));
  if (bits === undefined || from === SKIPPED) return undefined;
  const freed = terms.layerBytes(layer, from) - terms.layerBytes(layer, bits);
  if (freed <= 0) return undefined;
  const price = terms.rule === 'even' ? -from : (terms.lossOf(layer, bits) - terms.lossOf(layer, from)) / freed;
  return { layer, bits, price };
}

/** Lowers layers, the cheapest stop first, each to its least width, until the policy fits or nothing is left. */
function lowered(policy: BitPolicy, leasts: ReadonlyMap<string, BitWidth>, terms: Terms): BitPolicy {
  let now = policy;
  while (terms.bytesOf(now) > terms.budget) {
    let best: Step | undefined;
    for (const [layer, least] of leasts) {
      const step = stepDown(now, layer, least, terms);
      if (step && (best === undefined || step.price < best.price)) best = step;
    }
    if (best === undefined) return now;
    now = withBits(now, 'weights', new Map([[best.layer, best.bits]]));
  }
  return now;
}

/**
 * The edit from `base` to `wanted` within the budget. Layers that the edit changes do not pay for it, nor do locked and
 * skipped ones. An edit that is still too large is cut back as far as to `base`. If the base itself is too large, an edit
 * that makes it smaller is taken with what others can pay, and no edit costs nothing.
 */
export function settled(base: BitPolicy, wanted: BitPolicy, terms: Terms): Bill {
  const ids = Object.keys(wanted);
  const others = ids.filter((id) => wanted[id].weights === base[id].weights);
  if (others.length === ids.length) return { policy: wanted, payers: [], wall: false, needed: terms.bytesOf(wanted) };
  const least = STOPS.find((stop) => isInRange(stop, terms.range)) as BitWidth;
  const free = others.filter((id) => !terms.locked.includes(id));
  const paid = lowered(wanted, new Map(free.map((id) => [id, least])), terms);
  const payers = free.filter((id) => paid[id].weights !== wanted[id].weights);
  const needed = terms.bytesOf(paid);
  if (needed <= terms.budget) return { policy: paid, payers, wall: false, needed };
  const raised = ids.filter((id) => wanted[id].weights > base[id].weights);
  const cut = lowered(paid, new Map(raised.map((id) => [id, base[id].weights || least])), terms);
  const fits = terms.bytesOf(cut) <= terms.budget || terms.bytesOf(cut) < terms.bytesOf(base);
  return fits
    ? { policy: cut, payers, wall: raised.length > 0, needed }
    : { policy: base, payers: [], wall: true, needed };
}

/** The policy with what all unlocked layers pay to come within the budget, as far as they can. */
export function fitted(policy: BitPolicy, terms: Terms): BitPolicy {
  const least = STOPS.find((stop) => isInRange(stop, terms.range)) as BitWidth;
  const free = Object.keys(policy).filter((id) => !terms.locked.includes(id));
  return lowered(policy, new Map(free.map((id) => [id, least])), terms);
}
