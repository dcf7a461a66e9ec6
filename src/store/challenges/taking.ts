// The challenges that are offered, taken and left.
import { policyKey, uniformPolicy } from '../../graph/policy';
import { clampPolicy } from '../../policy/widths';
import type { NetworkId } from '../../zoo/registry';
import { setBudget, suggestedBudget } from '../measure/budget';
import { costsOf } from '../measure/costs';
import { cloudHere, latest, pointsHere } from '../measure/selectors';
import type { Challenge } from '../state/challenges';
import { type Desk, desk, expectedArchitecture } from '../state/desk';
import { bestKnown, dailyChallenge, type Score, scoreOf } from './challenges';

/** A challenge on offer: of this day, one to beat the searches, or a plain one. */
export interface Offer {
  readonly kind: 'plain' | 'beat' | 'daily';
  readonly challenge: Challenge;
}

/** What is offered for the network in use on a day, e.g. 2026-11-30; a seed that is fixed takes the place of the day. */
export function offers(now: Desk, day: string): readonly Offer[] {
  const { architecture, scheme, runs, networkId, datasetId, fixedSeed } = now;
  const drawn = fixedSeed === null ? day : String(fixedSeed);
  return offered(architecture, scheme, cloudHere(now), pointsHere(now), runs, networkId, datasetId, drawn);
}

/** What a link with this seed offers; for another network than the one in use, without what to beat. Not remembered. */
export function offersOfLink(now: Desk, network: NetworkId, fixedSeed: number | null, day: string): readonly Offer[] {
  const { architecture, scheme, runs, networkId, datasetId } = now;
  const drawn = fixedSeed === null ? day : String(fixedSeed);
  if (networkId === network && datasetId === 'emoji10')
    return offersFor(architecture, scheme, cloudHere(now), pointsHere(now), runs, networkId, datasetId, drawn);
  return offersFor(expectedArchitecture(network), scheme, [], [], [], network, 'emoji10', drawn);
}

/** Asked for whenever the desk changes, so the sizes of all known configs are computed only when these do. */
const offered = latest(offersFor);

function offersFor(
  architecture: Desk['architecture'],
  scheme: Desk['scheme'],
  cloud: ReturnType<typeof cloudHere>,
  points: ReturnType<typeof pointsHere>,
  runs: Desk['runs'],
  networkId: Desk['networkId'],
  datasetId: Desk['datasetId'],
  drawn: string,
): readonly Offer[] {
  const bytes = suggestedBudget({ architecture, scheme });
  const eight = clampPolicy(uniformPolicy(architecture, 8, 8), scheme);
  const known = [...cloud, ...points, ...testedBySearches({ runs, networkId, datasetId })].map(
    ({ policy, accuracy }) => ({
      bytes: costsOf(architecture, policy, scheme).memory,
      accuracy,
    }),
  );
  const best = bestKnown(known, bytes);
  return [
    { kind: 'plain', challenge: { kind: 'accurate', bytes } },
    { kind: 'plain', challenge: { kind: 'small', points: 1 } },
    ...(best === undefined
      ? []
      : [
          {
            kind: 'beat',
            challenge: { kind: 'accurate', bytes, atLeast: Number((100 * best + 0.05).toFixed(2)) },
          } satisfies Offer,
        ]),
    { kind: 'daily', challenge: dailyChallenge(drawn, costsOf(architecture, eight, scheme).memory) },
  ];
}

const testedBySearches = ({ runs, networkId, datasetId }: Pick<Desk, 'runs' | 'networkId' | 'datasetId'>) =>
  runs
    .filter(({ network, dataset }) => network === networkId && dataset === datasetId)
    .flatMap(({ front }) => front.map(({ policy, tested }) => ({ policy, accuracy: tested })));

/** Takes a challenge; its size becomes the budget of the desk. */
export function takeChallenge(challenge: Challenge): void {
  if (challenge.kind === 'accurate') setBudget({ bytes: challenge.bytes, mode: 'warn' });
  desk.setState({ challenge });
}

export function leaveChallenge(): void {
  desk.setState(({ wideView }) => ({ challenge: null, wideView: wideView === 'ranking' ? 'plot' : wideView }));
}

/** Sets the name under which is handed in. */
export function setName(by: string): void {
  desk.setState({ by });
}

/** How the config on the faders does in the challenge that is taken. */
export function scoreNow(now: Desk, challenge: Challenge): Score {
  const { architecture, policy, scheme } = now;
  const key = policyKey(policy);
  const point = pointsHere(now).findLast((one) => policyKey(one.policy) === key);
  return scoreOf(challenge, costsOf(architecture, policy, scheme).memory, point);
}
