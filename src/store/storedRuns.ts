// Runs of searches, kept in this browser between visits: one entry a run, policies as widths in the order of the layers.
// The states from which they go on are the engine's (engine/searchKeeping.ts).
import type { Inside, RunPoint } from '../engine/protocol/searching';
import type { BitPolicy, BitWidth } from '../graph/policy';
import { type Proportion, wilson } from '../math/statistics';
import { INITIAL_SEARCH_FORM } from './searchFields';
import type { SearchRun } from './searchRuns';

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

/** False for insides of former visits that lack what is drawn of them now; a run's points are enough without. */
function isWhole(inside: Inside): boolean {
  if (inside.kind === 'population') return inside.origins !== undefined;
  return inside.kind !== 'posterior' || inside.choice !== undefined;
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
      scoring: 'no',
      form: { ...INITIAL_SEARCH_FORM, ...run.form, method: run.setting.method },
      ...(interrupted && { state: 'paused', why: 'the page was closed' }),
      ...(run.inside && !isWhole(run.inside) && { inside: null }),
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

/** The run that an entry of the browser's storage is for; undefined for other entries. */
export function runIdOf(key: string | null): string | undefined {
  return key?.startsWith(KEY) ? key.slice(KEY.length) : undefined;
}

/** A run as it is stored; undefined where there is none, or it is damaged. */
export function storedRun(id: string): SearchRun | undefined {
  try {
    return readRun(localStorage.getItem(KEY + id) as string);
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
