// Solo and mute, as on a mixing desk: a muted layer is float until it is heard again at the bits that it had. Solo mutes all
// others. The bits set aside also tell where a skipped layer comes back.
import { type BitPolicy, FLOAT, type LayerBits, SKIPPED } from '../../graph/policy';
import { latest } from '../measure/selectors';
import type { Desk } from '../state/desk';

/** Bits set aside, by layer. */
export type Aside = Readonly<Record<string, LayerBits>>;

const silent: LayerBits = { weights: FLOAT, activations: FLOAT };
const isMuted = (bits: LayerBits | undefined) => bits?.weights === FLOAT && bits.activations === FLOAT;

/** The bits set aside that a policy has not replaced: those of layers that are still float, or still skipped. */
export function stillAside(aside: Aside, policy: BitPolicy): Aside {
  const kept = Object.entries(aside).filter(([id]) => isMuted(policy[id]) || policy[id]?.weights === SKIPPED);
  return kept.length === Object.keys(aside).length ? aside : Object.fromEntries(kept);
}

const mutedIn = latest((aside: Aside, policy: BitPolicy) => Object.keys(aside).filter((id) => isMuted(policy[id])));

/** The muted layers. */
export function mutedLayers({ aside, policy }: Pick<Desk, 'aside' | 'policy'>): readonly string[] {
  return mutedIn(aside, policy);
}

/** The layer that is heard alone; null if there is none. */
export function soloLayer(state: Pick<Desk, 'aside' | 'policy'>): string | null {
  const muted = mutedLayers(state);
  const heard = Object.keys(state.policy).filter((id) => !muted.includes(id));
  const others = heard.filter((id) => !isMuted(state.policy[id]));
  return muted.length > 0 && others.length === 1 ? others[0] : null;
}

interface Heard {
  readonly policy: BitPolicy;
  readonly aside: Aside;
}

/** Mutes layers that are heard, and has the others heard again at their bits. Skipped layers are muted as parts of the float network. */
export function muting({ policy, aside }: Heard, layers: readonly string[], mute: boolean): Heard {
  const next: Record<string, LayerBits> = { ...policy };
  const kept: Record<string, LayerBits> = { ...aside };
  for (const id of layers) {
    if (mute && !isMuted(policy[id])) {
      kept[id] = policy[id];
      next[id] = silent;
    } else if (!mute && isMuted(policy[id]) && aside[id] !== undefined) {
      next[id] = aside[id];
      delete kept[id];
    }
  }
  return { policy: next, aside: kept };
}
