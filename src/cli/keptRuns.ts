// Stores the searches of `--events`: their reports as lines, and beside them one state per run for resuming, with the
// settings of its measurements. A run resumes only under the same settings, because its points would not compare
// otherwise.
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { networkFingerprint } from '../core/fingerprint';
import type { SearchSettings, SearchSoFar } from '../core/searching';
import { readState, writeState } from '../formats/stateFile';
import { layerCosts } from '../graph/cost';
import { fingerprint } from '../math/fingerprint';
import { readPlain } from '../node/reading';
import { UsageError } from '../node/usageError';
import { appendLine, writeWhole } from '../node/writing';
import { schemeName } from '../quant/registry';
import type { SearchId } from '../search/registry';
import type { RunReport } from '../search/run';
import { limitInWords } from '../search/space';
import { flags } from './flags';
import type { RunInputs } from './setting';

/** One setting: in words for the user, and an exact value if the words are ambiguous. */
type Said = readonly [words: string, exactly?: string];

/** The settings that a run's points depend on, by flag. */
export type RunSettings = Readonly<Record<string, Said>>;

/** The state of a run. */
export interface Kept extends SearchSoFar {
  readonly method: SearchId;
  readonly settings: RunSettings;
  /** Number of reports. */
  readonly reports: number;
}

/** Size limit of a state: points, and weights if a method trains several widths. */
const STATE_BYTES = 2 ** 30;

const list = (items: readonly unknown[]) => items.join(', ') || 'none';

/** The settings of a run, without those that may change on resuming: the budget, and the use of the result. */
export function settingsOf(
  { networkId, network, datasetId, dataset, backend }: RunInputs,
  { scheme, allowed, limits, seeds, images, steps, batchSize, learningRate, seed, options }: SearchSettings,
): RunSettings {
  const weights = layerCosts(network).reduce((sum, layer) => sum + layer.weights, 0);
  const { locks, activations, pairs, ties } = allowed;
  const locked = Object.entries(locks).map(([id, bits]) => `${id}=${bits?.weights}/${bits?.activations}`);
  return {
    network: [networkId, `weights and preprocessing ${networkFingerprint(network, { ...dataset, fingerprint: '' })}`],
    '--dataset': [datasetId, `images ${dataset.fingerprint}`],
    '--quantizer and calibration': [schemeName(scheme)],
    '--images': [`${images}`],
    '--bits': [list(allowed.weights)],
    '--activation-bits': [activations === 'asWeights' ? 'same' : list(activations)],
    ...(pairs && { '--pairs': [list(pairs.map(({ weights, activations }) => `${weights}/${activations}`))] }),
    '--lock': [list(locked)],
    ...(ties && { '--tie': [list(ties.map((group) => group.join('+')))] }),
    '--limit': [
      list(limits.map((limit) => limitInWords(limit, limit.most, weights))),
      list(
        limits.map(({ measure, most, device, table }) => {
          const by = device ?? (table && fingerprint([JSON.stringify(table.rows)]));
          return `${measure}${by === undefined ? '' : `@${by}`} at most ${most}`;
        }),
      ),
    ],
    '--policy': [seeds.length === 0 ? 'none' : `${seeds.length} to start from`, fingerprint([JSON.stringify(seeds)])],
    '--option': [list(Object.entries(options).map(([name, value]) => `${name}=${value}`))],
    '--fine-tune': [`${steps}`],
    ...(steps > 0 && { '--batch-size': [`${batchSize}`], '--learning-rate': [`${learningRate}`] }),
    '--seed': [`${seed}`],
    '--backend': [backend.name],
  };
}

/** Settings compared by content, whatever the name. */
const BY_BYTES = ['network', '--dataset'];

/** Every differing setting, as "--images is 128 and was 32". */
export function differences(now: RunSettings, before: RunSettings): string[] {
  const none: Said = ['not set'];
  const names = [...new Set([...Object.keys(now), ...Object.keys(before)])];
  const pairs = names.map((name) => [name, now[name] ?? none, before[name] ?? none] as const);
  const same = (name: string) => now[name]?.[1] === before[name]?.[1];
  // With another network, the exact numbers of the other settings differ anyway.
  const exact = same('network');
  return pairs.flatMap(([name, is, was]) => {
    if (BY_BYTES.includes(name) && same(name)) return [];
    if (is[0] !== was[0]) return [`${name} is ${is[0]} and was ${was[0]}`];
    if (same(name) || !(exact || BY_BYTES.includes(name))) return [];
    return [`${name} is ${is[0]} (${is[1]}) and was ${was[0]} (${was[1]})`];
  });
}

/** The path of a run's state; a run is named by its method, unless a command has several runs of one method. */
const stateFile = (run: string) => `${flags.events}.${run}.state`;

/** Stores a run after a report: the report as a line, then the whole state. */
export async function keepRun(run: string, kept: Kept, { state: _, ...report }: RunReport): Promise<void> {
  if (flags.events === undefined) return;
  const line = { method: kept.method, ...(run !== kept.method && { run }), ...report };
  await appendLine(flags.events, JSON.stringify(line));
  const bytes = writeState(kept);
  await writeWhole(stateFile(run), writeState({ fingerprint: fingerprint([bytes]), run: bytes }));
}

function parseKept(bytes: Uint8Array): Kept {
  const { fingerprint: stated, run } = readState(bytes) as { readonly fingerprint?: unknown; readonly run?: unknown };
  if (!(run instanceof Uint8Array) || stated !== fingerprint([run])) throw new Error('its bytes were changed');
  return readState(run) as Kept;
}

/**
 * The stored state of a run, for resuming; undefined if the run starts. Nothing is written.
 * @throws UsageError if the state was made under other settings, cannot be read, or would be lost.
 */
export async function recallRun(run: string, settings: RunSettings): Promise<Kept | undefined> {
  if (flags.events === undefined) {
    if (flags.resume) throw new UsageError('--resume goes on with a run that was kept; name it by --events.');
    return undefined;
  }
  const path = stateFile(run);
  const isKept = existsSync(path);
  if (!flags.resume) {
    if (!isKept || flags.force) return undefined;
    throw new UsageError(
      `"${path}" keeps an earlier run of ${run}, which would be lost: go on with it by --resume, name other --events, or begin anew by --force.`,
    );
  }
  if (!isKept) {
    console.log(`${run}: nothing is kept in "${path}", so it begins anew`);
    return undefined;
  }
  let kept: Kept;
  try {
    kept = parseKept(await readPlain(path, STATE_BYTES));
  } catch (error) {
    throw new UsageError(
      `"${path}", the state of ${run}, is damaged, cut short or of an earlier version (${(error as Error).message.replace(/\.$/, '')}): put back a whole copy, or leave out --resume and begin anew by --force.`,
    );
  }
  const different = differences(settings, kept.settings);
  if (different.length === 0) return kept;
  throw new UsageError(
    `"${path}" keeps a run under other settings, whose points do not compare: ${different.join('; ')}; give the earlier settings, or begin another run by other --events.`,
  );
}

/** Cuts `--events` at a resumed run's state, whose later reports are repeated; cuts a restarted run completely. */
export async function rewindRun(run: string, kept: Kept | undefined): Promise<void> {
  if (flags.events === undefined) return;
  const anew = kept === undefined && flags.force;
  if (anew) await rm(stateFile(run), { force: true });
  const most = kept?.reports ?? (anew ? 0 : Number.POSITIVE_INFINITY);
  const text = await readFile(flags.events, 'utf8').catch(() => '');
  let told = 0;
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .filter((line) => runOf(line) !== undefined && (runOf(line) !== run || told++ < most));
  const whole = lines.map((line) => `${line}\n`).join('');
  if (whole !== text) await writeWhole(flags.events, whole);
}

/** The run of a line of `--events`; undefined for any other line. */
export function runOf(line: string): string | undefined {
  try {
    const { method, run = method, spent } = JSON.parse(line);
    return typeof run === 'string' && typeof spent === 'object' ? run : undefined;
  } catch {
    return undefined;
  }
}
