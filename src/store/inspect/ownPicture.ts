// A picture of the person's own: classified in float and under the bit widths on the faders as these change. It stays in the
// page's memory only.
import { isCanceled } from '../../engine/client';
import { policyKey } from '../../graph/policy';
import { schemeName } from '../../quant/registry';
import { type Desk, desk } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import { createFollower, type Question } from './follower';

/** Shows a picture, RGBA in the size of the network's images; null puts it away. */
export function showOwnPicture(ownPicture: Uint8ClampedArray | null): void {
  desk.setState({ ownPicture, classified: null, ownPictureProblem: null });
}

/** Names what a classification belongs to, besides the picture. */
const nameOf = ({ policy, scheme, network }: Pick<Desk, 'policy' | 'scheme' | 'network'>) =>
  [policyKey(policy), schemeName(scheme), network?.fingerprint].join('/');

/** True if the classification is of the bit widths on the faders. */
export function isClassified(now: Desk): boolean {
  const { classified, network } = now;
  if (classified === null || classified.fingerprint !== network?.fingerprint) return false;
  return nameOf({ ...classified, network }) === nameOf(now);
}

function look(): Question | undefined {
  const now = desk.getState();
  const client = engine();
  const of = nameOf(now);
  const { network, policy, scheme, ownPicture: pixels } = now;
  if (client === null || network === null || pixels === null) return undefined;
  if (isClassified(now) || now.ownPictureProblem?.of === of) return undefined;
  return async () => {
    // The last answer stays until the next one arrives: during a drag, the picture's bars follow the faders.
    const isCurrent = () => desk.getState().ownPicture === pixels;
    try {
      const classified = await client.call('classify', { pixels, policy, scheme }).result;
      if (isCurrent()) desk.setState({ classified, ownPictureProblem: null });
    } catch (error) {
      if (!isCanceled(error) && isCurrent())
        desk.setState({ classified: null, ownPictureProblem: { of, message: messageOf(error) } });
    }
    return true;
  };
}

/** Classifies the picture as the bit widths change, until the returned function is called. */
export const followOwnPicture = createFollower(['ownPicture', 'policy', 'scheme', 'network'], look);
