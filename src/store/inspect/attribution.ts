// Attributes the flipped images in view to layers, once their policy is measured: one request at a time, a few images each,
// so that the first answers come soon.
import { isCanceled } from '../../engine/client';
import { policyKey, samePolicy } from '../../graph/policy';
import { schemeName } from '../../quant/registry';
import { type Desk, desk } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import type { ImageAttribution } from '../state/images';
import { createFollower, type Question } from './follower';

/** Images per request: their passes through ten layers take a fraction of a second without a GPU. */
const AT_ONCE = 24;

/** Names what an attribution belongs to: the policy on the faders, once measured; null before. */
export function attributable({ current, policy, network }: Desk): string | null {
  if (network === null || current === null || !current.final) return null;
  if (current.fingerprint !== network.fingerprint || !samePolicy(current.policy, policy)) return null;
  return [policyKey(policy), schemeName(current.scheme), current.fingerprint].join('/');
}

/** What is known of an image under the policy on the faders; undefined before it is known. */
export function attributionOf(now: Desk, image: number): ImageAttribution | undefined {
  return now.attribution?.of === attributable(now) ? now.attribution.images[image] : undefined;
}

/** States which flipped test images are in view; they are attributed in this order. */
export function attributeImages(images: readonly number[]): void {
  const { flipsInView } = desk.getState();
  if (images.join() !== flipsInView.join()) desk.setState({ flipsInView: images });
}

function look(): Question | undefined {
  const now = desk.getState();
  const client = engine();
  const of = attributable(now);
  if (client === null || of === null || of === now.attributionProblem?.of || now.current === null) return undefined;
  const known = now.attribution?.of === of ? now.attribution : null;
  const images = now.flipsInView.filter((image) => known?.images[image] === undefined).slice(0, AT_ONCE);
  if (images.length === 0) return undefined;
  const { policy, scheme } = now.current;
  return async () => {
    try {
      const { parts, lead, restored, flipsBack } = await client.call('attribute', {
        policy,
        scheme,
        split: 'test',
        images,
      }).result;
      if (attributable(desk.getState()) !== of) return true;
      const found = images.map((image, i): [number, ImageAttribution] => {
        const own = <T extends Float32Array | Uint8Array>(all: T) =>
          all.slice(i * parts.length, (i + 1) * parts.length);
        return [
          image,
          { lead: lead[i], parts, restored: own(restored) as Float32Array, flipsBack: own(flipsBack) as Uint8Array },
        ];
      });
      const { attribution } = desk.getState();
      const before = attribution?.of === of ? attribution.images : {};
      desk.setState({ attribution: { of, images: { ...before, ...Object.fromEntries(found) } } });
      return true;
    } catch (error) {
      if (isCanceled(error)) return attributable(desk.getState()) !== of;
      desk.setState({ attributionProblem: { of, message: messageOf(error) } });
      return false;
    }
  };
}

/** Attributes the flips in view until the returned function is called. */
export const followAttribution = createFollower(['current', 'flipsInView', 'network', 'policy'], look);
