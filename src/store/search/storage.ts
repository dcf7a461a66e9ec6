// Stores search runs in this browser between visits: one entry per run, with policies as widths in the order of the layers.
// The engine stores the states from which they resume (engine/searchKeeping.ts).
import type { Inside } from '../../engine/protocol/searching';
import type { BitPolicy, BitWidth } from '../../graph/policy';
import { type Proportion, wilson } from '../../math/statistics';
import { searching } from '../../words/en/searching';
import { keysOf, removeEntry, textOf, writeEntry } from '../state/entries';
import { isInside } from '../state/insideShape';
import type { Plain, PlainRun } from '../state/plainRun';
import { isStoredRun } from '../state/runShape';
import { INITIAL_SEARCH_FORM } from '../state/searchForm';
import type { SearchRun } from '../state/searchRun';
import { setAside, takeUpEntry } from '../state/unreadable';

const KEY = 'fewbits.search.';

const plain = ({ value, n }: Proportion): Plain => [Math.round(value * n), n];

/** Serializes a run. */
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

/** The inside of a run; null if absent or invalid. JSON has null for numbers that are not finite. */
function insideOf(value: unknown, layers: readonly string[]): Inside | null {
  if (!isInside(value)) return null;
  const policies = value.kind === 'posterior' ? [value.choice.policy, ...(value.next ? [value.next.policy] : [])] : [];
  if (!policies.every((policy) => layers.every((id) => Object.hasOwn(policy, id)))) return null;
  if (value.kind !== 'table') return value;
  const table = value.layers.map((layer) => ({
    ...layer,
    values: layer.values.map((number) => number ?? Number.NaN),
  }));
  return { ...value, layers: table };
}

/** Inverse of `writeRun`; undefined for invalid text. A run that was active when the page closed comes back paused. */
export function readRun(text: string): SearchRun | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (!isStoredRun(parsed)) return undefined;
    const { version: _, layers, points, front, ...run } = parsed;
    const policyOf = (bits: string): BitPolicy => {
      const widths = bits.split(' ').map((pair) => pair.split('.').map(Number) as BitWidth[]);
      return Object.fromEntries(layers.map((id, l) => [id, { weights: widths[l][0], activations: widths[l][1] }]));
    };
    const interrupted = run.state === 'running' || run.state === 'pausing' || run.state === 'queued';
    return {
      ...run,
      scoring: 'no',
      form: { ...INITIAL_SEARCH_FORM, ...run.form, method: run.setting.method },
      ...(interrupted && { state: 'paused', why: searching.because.closed }),
      inside: insideOf(run.inside, layers),
      points: points.map(([bits, steps, role, right, n, loss, [forward, backward, evaluations, seconds]]) => ({
        policy: policyOf(bits),
        steps,
        role,
        accuracy: wilson(right, n),
        loss: loss ?? Number.NaN,
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

/** Id of the run in an entry of the browser's storage; undefined for other entries. */
export function runIdOf(key: string | null): string | undefined {
  return key?.startsWith(KEY) ? key.slice(KEY.length) : undefined;
}

/** Runs whose latest state could not be stored. */
const notStored = new Set<string>();

/** A run as stored; undefined if there is none, it is damaged, or this tab has a later state. */
export function storedRun(id: string): SearchRun | undefined {
  return notStored.has(id) ? undefined : takeRun(KEY + id, textOf(KEY + id));
}

/** The run of an entry; an unreadable entry is set aside. */
export function takeRun(key: string, text: string | null): SearchRun | undefined {
  takeUpEntry(key);
  if (text === null) return undefined;
  const run = readRun(text);
  if (run && KEY + run.id === key) return run;
  setAside('search', key);
  return undefined;
}

/** Stores a run for the next visit. False if the storage is full or unavailable. */
export function storeRun(run: SearchRun): boolean {
  const stored = writeEntry(KEY + run.id, writeRun(run));
  if (stored) notStored.delete(run.id);
  else notStored.add(run.id);
  return stored;
}

/** Removes a run from this browser. */
export function unstoreRun(id: string): void {
  notStored.delete(id);
  removeEntry(KEY + id);
}

/** The runs of earlier visits, newest first; damaged entries are set aside. */
export function storedRuns(): SearchRun[] {
  const runs = keysOf(KEY).flatMap((key) => takeRun(key, textOf(key)) ?? []);
  return runs.sort((a, b) => (a.id < b.id ? 1 : -1));
}
