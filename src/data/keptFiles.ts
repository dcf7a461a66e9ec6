// Stores bytes with JSON facts between visits: data sets, networks, trained weights, states of searches. They are kept in
// the browser's origin private file system, or else in IndexedDB, as one data file and one manifest per id. The data file is
// named by its content; the manifest, written last, states its length and SHA-256, so that a partly written file is never
// read back. A browser without either storage keeps nothing, and the outcome says so.
import type { Directory, OpenRoot } from './directory';
import { indexedRoot } from './indexedFiles';
import { sha256 } from './sha256';

const privateRoot: OpenRoot = async () => (await navigator.storage.getDirectory()) as unknown as Directory;
/** Storages, in order of preference. Reads look in all of them, because the one available may change between visits. */
const PLACES: readonly OpenRoot[] = [privateRoot, indexedRoot];
const FOLDER = 'datasets';

interface Manifest {
  readonly version: 1;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Time of writing in milliseconds since 1970; of two copies, the later one counts. */
  readonly at?: number;
  /** What a reader needs besides the bytes: class names, counts, an architecture. */
  readonly facts: unknown;
}

export interface Kept {
  readonly facts: unknown;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Result of `keep`; the reason is a clause for display. */
export type KeepOutcome = { readonly kept: true } | { readonly kept: false; readonly reason: string };

/** Why something could not be stored; undefined if it was. */
export function notKeptReason(outcome: KeepOutcome): string | undefined {
  return outcome.kept ? undefined : outcome.reason;
}

/**
 * Stores `bytes` under `id`, replacing the previous content. Never rejects: on failure (no storage, no space left) it returns
 * the reason, and the previous content stays readable.
 * @param facts plain JSON, returned with the bytes
 */
export async function keep(
  id: string,
  facts: unknown,
  bytes: Uint8Array<ArrayBuffer>,
  places = PLACES,
): Promise<KeepOutcome> {
  const hash = await sha256(bytes);
  const manifest = {
    version: 1,
    file: `${id}.${hash.slice(0, 16)}.bin`,
    bytes: bytes.length,
    sha256: hash,
    facts,
  } as const;
  let reason = 'this browser has no storage';
  for (const open of places)
    try {
      await alone(id, async (others) => writeInto(await open(), id, { ...manifest, at: Date.now() }, bytes, others));
      return { kept: true };
    } catch (error) {
      reason = reasonOf(error as Error);
    }
  return { kept: false, reason };
}

/** The content last stored under `id`; undefined if there is none or it is damaged. */
export async function recall(id: string, places = PLACES): Promise<Kept | undefined> {
  let latest: (Kept & { readonly at: number }) | undefined;
  for (const open of places) {
    const copy = await readFrom(open, id);
    if (copy && copy.at >= (latest?.at ?? 0)) latest = copy;
  }
  if (latest) damaged.delete(id);
  return latest && { facts: latest.facts, bytes: latest.bytes };
}

/** Ids whose stored content was found to be damaged. */
const damaged = new Set<string>();

/** True if the last `recall` of an id found only damaged content. */
export function isDamaged(id: string): boolean {
  return damaged.has(id);
}

/** The ids under which something is stored. */
export async function keptIds(places = PLACES): Promise<string[]> {
  const ids = new Set<string>();
  for (const open of places)
    try {
      const folder = await (await open()).getDirectoryHandle(FOLDER);
      for await (const name of folder.keys()) if (name.endsWith('.json')) ids.add(name.slice(0, -'.json'.length));
    } catch {
      // Nothing is stored here.
    }
  return [...ids];
}

/** Deletes the content stored under `id`. */
export async function forget(id: string, places = PLACES): Promise<void> {
  damaged.delete(id);
  for (const open of places)
    try {
      const folder = await (await open()).getDirectoryHandle(FOLDER);
      const names = await filesOf(folder, id);
      // The manifest goes first: without it the rest is not read.
      names.sort((a, b) => Number(b === `${id}.json`) - Number(a === `${id}.json`));
      for (const name of names) await folder.removeEntry(name);
    } catch {
      // Nothing is stored here.
    }
}

/**
 * Runs `work` while no other tab does so for the same id. Without Web Locks, as on pages without https, `work` is told that
 * other tabs may be writing.
 */
async function alone<T>(id: string, work: (others: boolean) => Promise<T>): Promise<T> {
  let begun = false;
  try {
    const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
    if (locks)
      return await locks.request(`fewbits.keep.${id}`, () => {
        begun = true;
        return work(false);
      });
  } catch (error) {
    // Locks that exist but may not be used count as none.
    if (begun) throw error;
  }
  return work(true);
}

async function writeInto(
  root: Directory,
  id: string,
  manifest: Manifest,
  bytes: Uint8Array<ArrayBuffer>,
  others: boolean,
): Promise<void> {
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const before = await readManifest(folder, id).catch(() => undefined);
  // Equal bytes are not rewritten, because a crash during the write would lose them.
  const same = before?.sha256 === manifest.sha256 && (await readWhole(folder, before).catch(() => undefined));
  if (!same)
    await write(folder, manifest.file, bytes).catch(async (error) => {
      await folder.removeEntry(manifest.file).catch(() => undefined);
      throw error;
    });
  await write(folder, `${id}.json`, new TextEncoder().encode(JSON.stringify(manifest)));
  // If another tab may be writing, files that its manifest does not name yet must stay.
  const stale = others ? [before?.file ?? ''] : await filesOf(folder, id);
  for (const name of stale)
    if (name !== manifest.file && name !== `${id}.json`) await folder.removeEntry(name).catch(() => undefined);
}

async function readFrom(open: OpenRoot, id: string): Promise<(Kept & { readonly at: number }) | undefined> {
  let folder: Directory;
  try {
    folder = await (await open()).getDirectoryHandle(FOLDER);
    await folder.getFileHandle(`${id}.json`);
  } catch {
    // No storage, or nothing stored under this id.
    return undefined;
  }
  try {
    const manifest = await readManifest(folder, id);
    const { facts, at = 0 } = manifest;
    return { facts, at, bytes: await readWhole(folder, manifest) };
  } catch {
    damaged.add(id);
    return undefined;
  }
}

/** The bytes that a manifest names. @throws Error if they do not match it. */
async function readWhole(folder: Directory, manifest: Manifest): Promise<Uint8Array<ArrayBuffer>> {
  const file = await (await folder.getFileHandle(manifest.file)).getFile();
  const bytes = file.size === manifest.bytes ? new Uint8Array(await file.arrayBuffer()) : undefined;
  if (manifest.version !== 1 || bytes === undefined || (await sha256(bytes)) !== manifest.sha256)
    throw new Error(`${manifest.file} is damaged`);
  return bytes;
}

async function readManifest(folder: Directory, id: string): Promise<Manifest> {
  const file = await (await folder.getFileHandle(`${id}.json`)).getFile();
  return JSON.parse(await file.text()) as Manifest;
}

async function filesOf(folder: Directory, id: string): Promise<string[]> {
  const names: string[] = [];
  for await (const name of folder.keys()) if (name.startsWith(`${id}.`)) names.push(name);
  return names;
}

function reasonOf({ name, message }: Error): string {
  return name === 'QuotaExceededError' ? 'there is no room left in the storage of this browser' : message;
}

async function write(folder: Directory, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const file = await folder.getFileHandle(name, { create: true });
  if (file.createSyncAccessHandle) {
    const handle = await file.createSyncAccessHandle();
    try {
      handle.truncate(0);
      const written = handle.write(bytes, { at: 0 });
      if (written !== bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes fit into the storage`);
      handle.flush();
    } finally {
      handle.close();
    }
  } else if (file.createWritable) {
    const writable = await file.createWritable();
    await writable.write(bytes);
    await writable.close();
  } else {
    throw new Error('this browser cannot write to its private file system here');
  }
}
