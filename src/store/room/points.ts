// What the shared document holds of each config: a link and a count. Anybody may write anything there, so all of it is checked.
import { wilson } from '../../math/statistics';
import { firstState, readLink, writeLink } from '../link/link';
import { contextOf, pointsHere } from '../measure/selectors';
import type { Desk } from '../state/desk';
import type { RoomPoint } from '../state/room';

/** Right answers of `n` test images, under the config of a link. */
export interface SharedPoint {
  readonly link: string;
  readonly right: number;
  readonly n: number;
}

/** Points of one page at most. */
const MOST = 300;

/** What this page has measured with the shipped weights in use, under its name; nothing without a name. */
export function pointsToShare(now: Desk): SharedPoint[] {
  const { by, network, networkId, architecture, datasetId, scheme, challenge } = now;
  if (by.trim() === '' || network?.checkpoint.origin !== 'shipped') return [];
  const first = firstState(networkId, architecture);
  return pointsHere(now)
    .slice(-MOST)
    .map(({ policy, accuracy: { value, n } }) => ({
      link: writeLink({ ...first, datasetId, scheme, policy, challenge, by: by.trim() }),
      right: Math.round(value * n),
      n,
    }));
}

/** The points of others, for the network, images and quantizer in use; what is none is left out. */
export function readPoints(values: Iterable<unknown>, now: Desk): RoomPoint[] {
  const here = contextOf(now);
  const points: RoomPoint[] = [];
  for (const value of values) {
    const { link, right, n } = (value ?? {}) as Partial<SharedPoint>;
    if (typeof link !== 'string' || !Number.isInteger(right) || !Number.isInteger(n)) continue;
    const [count, of] = [right as number, n as number];
    if (of < 1 || count < 0 || count > of) continue;
    const { state, own, problems } = readLink(link);
    if (state === null || own !== null || problems.length > 0) continue;
    if (contextOf({ ...state, network: now.network }) !== here || state.by === now.by.trim()) continue;
    points.push({ by: state.by, link, policy: state.policy, accuracy: wilson(count, of) });
  }
  return points;
}
