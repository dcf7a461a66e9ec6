// Keeps bytes with plain facts between visits: data sets, networks, trained weights, states of searches. In the browser's
// origin private file system, or else in IndexedDB. One data file and one manifest an id. The data file is named by its
// content and the manifest, written last, states its length and SHA-256: a file that was written in part is never read back
// as whole. A browser without either storage keeps nothing, and the outcome says so.
import type { Directory, OpenRoot } from './directory';
import { indexedRoot } from './indexedFiles';
import { sha256 } from './sha256';

const privateRoot: OpenRoot = async () => (await navigator.storage.getDirectory()) as unknown as Directory;
/** Where things are kept: in the first that takes them. They are looked for in all, because a browser's mood may change. */
const PLACES: readonly OpenRoot[] = [privateRoot, indexedRoot];
const FOLDER = 'datasets';

interface Manifest {
  readonly version: 1;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Milliseconds since 1970 of the writing; of two places, the later one counts. */
  readonly at?: number;
  /** What the reader of the bytes needs besides: class names, counts, an architecture. */
  readonly facts: unknown;
}

export interface Kept {
  readonly facts: unknown;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What became of a wish to keep something; the reason is a clause for people. */
export type KeepOutcome = { readonly kept: true } | { readonly kept: false; readonly reason: string };

/** Why something could not be kept; undefined when it was. */
export function notKeptReason(outcome: KeepOutcome): string | undefined {
  return outcome.kept ? undefined : outcome.reason;
}

/**
 * Keeps `bytes` under `id`, in place of what was kept there. Never rejects: where it cannot be kept (no storage, no
 * room left) the reason is returned, and what was kept before stays readable.
 * @param facts plain JSON that comes back with the bytes
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

/** What was kept under `id` last; undefined when there is none, or when it is not whole. */
export async function recall(id: string, places = PLACES): Promise<Kept | undefined> {
  let latest: (Kept & { readonly at: number }) | undefined;
  for (const open of places) {
    const found = await readFrom(open, id);
    if (found && found.at >= (latest?.at ?? 0)) latest = found;
  }
  if (latest) notWhole.delete(id);
  return latest && { facts: latest.facts, bytes: latest.bytes };
}

/** Ids of which something was found that is not whole, since they were kept last. */
const notWhole = new Set<string>();

/** True when the last `recall` of an id found something, and that was damaged. */
export function isDamaged(id: string): boolean {
  return notWhole.has(id);
}

/** The ids under which something is kept. */
export async function keptIds(places = PLACES): Promise<string[]> {
  const ids = new Set<string>();
  for (const open of places)
    try {
      const folder = await (await open()).getDirectoryHandle(FOLDER);
      for await (const name of folder.keys()) if (name.endsWith('.json')) ids.add(name.slice(0, -'.json'.length));
    } catch {
      // Nothing is kept here.
    }
  return [...ids];
}

/** Frees the room of what was kept under `id`. */
export async function forget(id: string, places = PLACES): Promise<void> {
  notWhole.delete(id);
  for (const open of places)
    try {
      const folder = await (await open()).getDirectoryHandle(FOLDER);
      const names = await filesOf(folder, id);
      // The manifest first: without it the rest is not read.
      names.sort((a, b) => Number(b === `${id}.json`) - Number(a === `${id}.json`));
      for (const name of names) await folder.removeEntry(name);
    } catch {
      // Nothing kept, nothing to free.
    }
}

/**
 * Does what no other tab does for the same id at the same time. Where there are no locks, as on pages without https, work
 * is told that others may be at it.
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
    // Where locks are there and may not be used, there are none.
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
  // The same bytes once more: they are not touched, because whoever dies at it would lose them.
  const same = before?.sha256 === manifest.sha256 && (await readWhole(folder, before).catch(() => undefined));
  if (!same)
    await write(folder, manifest.file, bytes).catch(async (error) => {
      await folder.removeEntry(manifest.file).catch(() => undefined);
      throw error;
    });
  await write(folder, `${id}.json`, new TextEncoder().encode(JSON.stringify(manifest)));
  // Where another tab may be writing, what it has not named yet must stay.
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
    // No storage, or nothing of this id in it.
    return undefined;
  }
  try {
    const manifest = await readManifest(folder, id);
    const { facts, at = 0 } = manifest;
    return { facts, at, bytes: await readWhole(folder, manifest) };
  } catch {
    notWhole.add(id);
    return undefined;
  }
}

/** The bytes that a manifest names. @throws where they are not what it says. */
async function readWhole(folder: Directory, manifest: Manifest): Promise<Uint8Array<ArrayBuffer>> {
  const file = await (await folder.getFileHandle(manifest.file)).getFile();
  const bytes = file.size === manifest.bytes ? new Uint8Array(await file.arrayBuffer()) : undefined;
  if (manifest.version !== 1 || bytes === undefined || (await sha256(bytes)) !== manifest.sha256)
    throw new Error(`${manifest.file} is not whole`);
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
