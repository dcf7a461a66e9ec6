// Checks the output files of a command before its work: they must be writable, are not read by the same command, and
// replace no foreign file.
import { access, constants, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Export, type ExportId, exports } from '../formats/export/registry';
import { UsageError } from '../node/usageError';
import { asideOf, cardPath, isStream } from '../node/writing';
import { flags, positionals } from './flags';
import { areWeightsOf, isEarlier, type OutputKind } from './ours';

/** Larger files were not written by this program. */
const MOST_BYTES = 2 ** 28;

/** A file named by a flag, or written beside one. */
interface Output {
  readonly flag: 'json' | 'out' | 'events' | 'results';
  readonly path: string;
  readonly kind: OutputKind;
}

/** The further files of an export. */
const BESIDE: Readonly<Record<string, OutputKind>> = { 'load.py': 'loader', 'weights.bin': 'shard' };

/** The files of `--out`. */
function outOf(command: string, path: string): Output[] {
  const flag = 'out';
  if (['train', 'distil', 'calibrate'].includes(command))
    return [
      { flag, path, kind: 'weights' },
      { flag, path: cardPath(path), kind: 'card' },
    ];
  const kind = flags.format as ExportId;
  if (command !== 'export' || !Object.hasOwn(exports, kind)) return [];
  const { beside = [] }: Export = exports[kind];
  return [
    { flag, path, kind },
    ...beside.map((name) => ({ flag, path: join(dirname(path), name), kind: BESIDE[name] }) as const),
  ];
}

/** All files that a command writes. */
function outputsOf(command: string): Output[] {
  const { json, out, events, results } = flags;
  return [
    ...(json === undefined ? [] : [{ flag: 'json', path: json, kind: 'result' } as const]),
    ...(out === undefined ? [] : outOf(command, out)),
    ...(results === undefined ? [] : [{ flag: 'results', path: results, kind: 'lines' } as const]),
    ...(events === undefined || !['search', 'reproduce'].includes(command)
      ? []
      : [{ flag: 'events', path: events, kind: 'events' } as const]),
  ];
}

/** A key equal for different names of one file; a file that does not exist yet is keyed by its folder. */
async function placeOf(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  return real ?? join(await realpath(dirname(path)).catch(() => resolve(dirname(path))), basename(path));
}

/** Checks that the file can be written. */
async function checkWritable({ flag, path }: Output): Promise<void> {
  const refuse = (why: string): never => {
    throw new UsageError(`--${flag} "${path}" cannot be written: ${why}.`);
  };
  if (path === '' || path.endsWith('/')) refuse('it names no file; give it a name');
  if (await isStream(path)) return;
  const found = await stat(path).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENAMETOOLONG' ? refuse('its name is too long; shorten it') : undefined,
  );
  if (found?.isDirectory()) refuse('it is a folder; name a file in it');
  if (found && !found.isFile()) refuse('it is not a file but a pipe, a socket or a device; name a file');
  if (found) await access(path, constants.W_OK).catch(() => refuse('it is write-protected; name another file'));
  const target = await realpath(path).catch(() => path);
  const folder = dirname(target);
  const at = await stat(folder).catch(() => undefined);
  if (at === undefined) refuse(`there is no folder "${folder}"; make it first`);
  if (!at?.isDirectory()) refuse(`"${folder}" is not a folder; name one`);
  const aside = asideOf(target);
  await writeFile(aside, '').catch((error: NodeJS.ErrnoException) =>
    refuse(`the folder "${folder}" takes no files (${error.code}); name another`),
  );
  await rm(aside, { force: true });
}

/** Refuses to replace or append to a file that is not an earlier output. */
async function checkEarlier({ flag, path, kind }: Output): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return;
  const bytes = found.size > MOST_BYTES ? undefined : await readFile(path);
  if (bytes && isEarlier(kind, bytes)) return;
  const model = kind === 'shard' && flags.out ? await readFile(flags.out).catch(() => undefined) : undefined;
  if (bytes && model && areWeightsOf(model, basename(path), bytes)) return;
  throw new UsageError(
    `--${flag} would overwrite "${path}", which is not an earlier output of this kind: name another place, or overwrite it with --force.`,
  );
}

/**
 * Checks all output files of the current command.
 * @throws UsageError naming flag, file and remedy, if a file cannot be written, is named twice or is also read, or,
 * without `--force`, if the file is not an earlier output of this program and kind.
 */
export async function checkOutputs(command: string): Promise<void> {
  const inputs = new Map<string, string>();
  for (const path of positionals.slice(1)) inputs.set(await placeOf(path), command);
  for (const flag of ['request', 'model', 'weights', 'policy', 'images', 'images-json'] as const)
    for (const path of flags[flag]?.split(flag === 'policy' ? ',' : '\0') ?? [])
      inputs.set(await placeOf(path), `--${flag}`);
  const taken = new Map<string, Output>();
  for (const output of outputsOf(command)) {
    const { flag, path } = output;
    await checkWritable(output);
    if (await isStream(path)) continue;
    const place = await placeOf(path);
    const other = taken.get(place);
    if (other) throw new UsageError(`--${flag} and --${other.flag} would both write "${path}": name two files.`);
    taken.set(place, output);
    const read = inputs.get(place);
    if (read) throw new UsageError(`--${flag} would overwrite "${path}", which ${read} reads: name another file.`);
    if (!flags.force) await checkEarlier(output);
  }
}
