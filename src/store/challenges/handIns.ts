// What people hand in: links. Each is read, checked against the challenge, and measured here.
import { type BitPolicy, samePolicy } from '../../graph/policy';
import { type QuantScheme, schemeName } from '../../quant/registry';
import { challenges as words } from '../../words/en/challenges';
import { challengeText } from '../link/challengeText';
import { readLink } from '../link/link';
import { costsOf } from '../measure/costs';
import { measureSeries } from '../measure/measuring';
import { contextOf } from '../measure/selectors';
import type { Challenge } from '../state/challenges';
import { type Desk, desk } from '../state/desk';
import { sayNotKept } from '../state/notKept';
import { compareScores, type Score, sameTask, scoreOf } from './challenges';

const KEY = 'fewbits.hand-ins';
/** Most links that are kept; a room has at most sixty people. */
const MOST = 1000;

/** The links in a text, e.g. a chat or a file: whole addresses, or what follows their `#`. Each once, in order. */
export function linksIn(text: string): string[] {
  return [
    ...new Set(
      [...text.matchAll(/(?<![^\s#"'<>(,;])v\d+\/[^\s#"'<>]+/g)].map(([link]) => link.replace(/[).,;!?]+$/, '')),
    ),
  ];
}

/** A hand-in that counts, or why it does not. */
export interface HandIn {
  readonly link: string;
  readonly by: string;
  readonly policy?: BitPolicy;
  readonly scheme?: QuantScheme;
  readonly fault?: string;
}

type Task = Pick<Desk, 'networkId' | 'datasetId' | 'challenge'>;

/** Reads a link that was handed in for the challenge of a desk. */
export function readHandIn(link: string, task: Task): HandIn {
  const { state, own, problems } = readLink(link);
  const by = state?.by || words.nobody;
  const refuse = (fault: string): HandIn => ({ link, by, fault });
  if (state === null || problems.length > 0)
    return refuse(problems[0] ? `${problems[0].part}: ${problems[0].why}` : words.unreadable);
  if (own !== null || !sameTask(state, task)) return refuse(words.otherTask);
  if (state.challenge === null) return refuse(words.noChallenge);
  if (challengeText.write(state.challenge) !== challengeText.write(task.challenge)) return refuse(words.otherChallenge);
  return { link, by, policy: state.policy, scheme: state.scheme };
}

/** A row of the ranking. */
export interface Standing extends HandIn, Partial<Score> {
  /** From 1, of each person's best; absent for others, and for what does not meet the challenge. */
  readonly rank?: number;
}

/** All hand-ins, best first; refused ones last. */
export function standings(now: Pick<Desk, 'architecture' | 'measured' | 'network' | 'handIns'> & Task): Standing[] {
  const { challenge, handIns } = now;
  if (challenge === null) return [];
  const rows = handIns.map((link) => {
    const handIn = readHandIn(link, now);
    return { ...handIn, ...scoreHere(handIn, challenge, now) };
  });
  const scored = rows.filter((row): row is HandIn & Score => row.bytes !== undefined);
  scored.sort((a, b) => compareScores(challenge, a, b));
  const people = new Set<string>();
  const ranked = scored.map((row): Standing => {
    const name = row.by.toLocaleLowerCase();
    if (row.met !== true || people.has(name)) return row;
    people.add(name);
    return { ...row, rank: people.size };
  });
  return [...ranked, ...rows.filter(({ fault }) => fault !== undefined)];
}

function scoreHere(
  { policy, scheme }: HandIn,
  challenge: Challenge,
  now: Pick<Desk, 'architecture' | 'measured' | 'network'> & Task,
): Score | undefined {
  if (policy === undefined || scheme === undefined) return undefined;
  const context = contextOf({ ...now, scheme });
  const point = now.measured.findLast((one) => one.context === context && samePolicy(one.policy, policy));
  return scoreOf(challenge, costsOf(now.architecture, policy, scheme).memory, point);
}

/** Adds the links in texts, and measures what is new. Returns how many there were, and how many are new. */
export function addHandIns(texts: readonly string[]): { readonly found: number; readonly added: number } {
  const { handIns } = desk.getState();
  const found = [...new Set(texts.flatMap(linksIn))];
  const added = found.filter((link) => !handIns.includes(link)).slice(0, MOST - handIns.length);
  if (added.length > 0) {
    keep([...handIns, ...added]);
    measureHandIns();
  }
  return { found: found.length, added: added.length };
}

const isOpen = ({ network, dataset }: Desk) => network !== null && dataset !== null;
/** Set while hand-ins wait for the network and the images. */
let stopWaiting: (() => void) | undefined;

/**
 * Measures every hand-in that counts and is not measured yet, on all test images, each config once; as soon as the network and
 * the images are here.
 */
export function measureHandIns(): void {
  stopWaiting?.();
  stopWaiting = undefined;
  const now = desk.getState();
  if (!isOpen(now)) {
    stopWaiting = desk.subscribe((later) => {
      if (isOpen(later)) measureHandIns();
    });
    return;
  }
  const waiting = standings(now).flatMap(({ policy, scheme, accuracy }) =>
    policy && scheme && !accuracy ? [{ policy, scheme }] : [],
  );
  const configs = new Map(waiting.map((item) => [`${schemeName(item.scheme)} ${JSON.stringify(item.policy)}`, item]));
  void measureSeries([...configs.values()]);
}

/** Takes hand-ins away; all, if none is named. */
export function removeHandIns(links?: readonly string[]): void {
  keep(links ? desk.getState().handIns.filter((link) => !links.includes(link)) : []);
}

function keep(handIns: readonly string[]): void {
  desk.setState({ handIns });
  try {
    localStorage.setItem(KEY, JSON.stringify(handIns));
  } catch {
    sayNotKept('handIns', words.handInsName);
  }
}

/** Takes up the hand-ins of earlier visits. */
export function recallHandIns(): void {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    if (Array.isArray(kept)) desk.setState({ handIns: kept.filter((link) => typeof link === 'string').slice(0, MOST) });
  } catch {
    // Not what this page wrote, or no storage: there are none.
  }
}
