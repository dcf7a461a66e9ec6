// Runs of searches as the page lists them, and how they are kept in this browser between visits. The states from which
// they go on are the engine's (engine/searchKeeping.ts).
import type { DatasetId } from '../data/registry';
import type { Inside, RunPoint, ScoredPolicy, SearchOutcome, SearchSetting, Spent } from '../engine/protocol/searching';
import type { BitPolicy, BitWidth } from '../graph/policy';
import { type Proportion, wilson } from '../math/statistics';
import type { AnyNetworkId } from '../zoo/registry';

export type RunState = 'queued' | 'running' | 'pausing' | 'paused' | 'done' | 'stopped' | 'failed';

/** One run. What it searches on is named, so that its points are shown with those weights only. */
export interface SearchRun {
  readonly id: string;
  readonly name: string;
  /** The method's name for people. */
  readonly label: string;
  readonly network: AnyNetworkId;
  readonly dataset: DatasetId;
  readonly fingerprint: string;
  readonly setting: SearchSetting;
  readonly state: RunState;
  /** Why it is paused or has failed, in words; else empty. */
  readonly why: string;
  /** True once the engine has begun with it. */
  readonly begun: boolean;
  /** What is being done, and the share of that. */
  readonly phase: string;
  readonly done?: number;
  /** Share of the budget that is used up. */
  readonly used: number;
  readonly spent: Spent;
  readonly points: readonly RunPoint[];
  readonly inside: Inside | null;
  readonly chosen: SearchOutcome['chosen'] | null;
  readonly front: readonly ScoredPolicy[];
  /** Thrown away, but for the ten seconds in which that can be undone. */
  readonly discarded: boolean;
}

export interface SearchSlice {
  /** Newest first, discarded ones included. */
  readonly runs: readonly SearchRun[];
  /** Runs that are on the plot and compared. */
  readonly compared: readonly string[];
}

/** True for what a person could use: no control, and not measured with weights that other widths share, which are gone. */
export function isUsable({ role, steps }: RunPoint): boolean {
  return role === 'candidate' && steps !== 'shared';
}

/** The usable point of the most right answers, at a tie the one of less loss; undefined before the first. */
export function bestOf(points: readonly RunPoint[]): RunPoint | undefined {
  let best: RunPoint | undefined;
  for (const point of points) {
    if (!isUsable(point)) continue;
    const gain = best === undefined ? 1 : point.accuracy.value - best.accuracy.value || best.loss - point.loss;
    if (gain > 0) best = point;
  }
  return best;
}

/** The accuracy of a policy on the search images of a run, where it was measured there with weights of its own. */
export function accuracyIn({ points }: Pick<SearchRun, 'points'>, policy: BitPolicy): Proportion | undefined {
  const key = JSON.stringify(policy);
  return points.find((point) => point.steps !== 'shared' && JSON.stringify(point.policy) === key)?.accuracy;
}

/** The accuracy on test images of a policy that a finished run has found, where it was measured. */
export function testedOf({ front }: SearchRun, policy: BitPolicy): Proportion | undefined {
  const key = JSON.stringify(policy);
  return front.find((scored) => JSON.stringify(scored.policy) === key)?.tested;
}

// --- Kept in this browser: one entry a run, policies as widths in the order of the layers ---

const KEY = 'bitmixer.search.';

type PlainPoint = readonly [
  bits: string,
  steps: RunPoint['steps'],
  role: RunPoint['role'],
  right: number,
  n: number,
  loss: number,
  spent: readonly [number, number, number, number],
];
type PlainScored = readonly [bits: string, steps: RunPoint['steps'], searched: Plain | null, tested: Plain];
type Plain = readonly [right: number, n: number];

interface PlainRun extends Omit<SearchRun, 'points' | 'front'> {
  readonly version: 1;
  readonly layers: readonly string[];
  readonly points: readonly PlainPoint[];
  readonly front: readonly PlainScored[];
}

const plain = ({ value, n }: Proportion): Plain => [Math.round(value * n), n];

/** A run as text. */
export function writeRun(run: SearchRun): string {
  const layers = Object.keys(run.points[0]?.policy ?? run.front[0]?.policy ?? {});
  const bits = (policy: BitPolicy) => layers.map((id) => `${policy[id].weights}.${policy[id].activations}`).join(' ');
  const content: PlainRun = {
    ...run,
    version: 1,
    layers,
    points: run.points.map(({ policy, steps, role, accuracy, loss, spent }) => [
      bits(policy),
      steps,
      role,
      ...plain(accuracy),
      loss,
      [spent.forward, spent.backward, spent.evaluations, spent.seconds],
    ]),
    front: run.front.map(({ policy, steps, searched, tested }) => [
      bits(policy),
      steps,
      searched ? plain(searched) : null,
      plain(tested),
    ]),
  };
  return JSON.stringify(content);
}

/** Inverse of `writeRun`; undefined for text that is none. Who was at work when the page went is paused now. */
export function readRun(text: string): SearchRun | undefined {
  try {
    const { version, layers, points, front, ...run } = JSON.parse(text) as PlainRun;
    if (version !== 1) return undefined;
    const policyOf = (bits: string): BitPolicy => {
      const widths = bits.split(' ').map((pair) => pair.split('.').map(Number) as BitWidth[]);
      return Object.fromEntries(layers.map((id, l) => [id, { weights: widths[l][0], activations: widths[l][1] }]));
    };
    const interrupted = run.state === 'running' || run.state === 'pausing' || run.state === 'queued';
    return {
      ...run,
      ...(interrupted && { state: 'paused', why: 'the page was closed' }),
      points: points.map(([bits, steps, role, right, n, loss, [forward, backward, evaluations, seconds]]) => ({
        policy: policyOf(bits),
        steps,
        role,
        accuracy: wilson(right, n),
        loss,
        spent: { forward, backward, evaluations, seconds },
      })),
      front: front.map(([bits, steps, searched, tested]) => ({
        policy: policyOf(bits),
        steps,
        ...(searched && { searched: wilson(...searched) }),
        tested: wilson(...tested),
      })),
    };
  } catch {
    return undefined;
  }
}

/** Keeps a run for the next visit. False where there is no room, or no storage. */
export function storeRun(run: SearchRun): boolean {
  try {
    localStorage.setItem(KEY + run.id, writeRun(run));
    return true;
  } catch {
    return false;
  }
}

/** Takes a run out of this browser. */
export function unstoreRun(id: string): void {
  try {
    localStorage.removeItem(KEY + id);
  } catch {
    // Nothing was kept.
  }
}

/** The runs of the visits before, newest first; what is damaged is left out. */
export function storedRuns(): SearchRun[] {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(KEY));
    const runs = keys.flatMap((key) => readRun(localStorage.getItem(key) as string) ?? []);
    return runs.sort((a, b) => (a.id < b.id ? 1 : -1));
  } catch {
    return [];
  }
}
