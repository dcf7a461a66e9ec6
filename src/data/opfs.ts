// Keeps a verified data set between visits, in the browser's origin private file system, keyed by its id.
// One data file and one manifest a data set. The data file is named by its content and the manifest, written last,
// states its length and SHA-256: a file that was written in part is never read back as whole.
// A browser without this storage (private windows, old versions) keeps nothing, which is no error.

/** The part of the directory handle that is used; `navigator.storage.getDirectory()` gives one. */
export interface Directory {
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<Directory>;
  getFileHandle(name: string, options?: { create?: boolean }): Promise<StoredFile>;
  removeEntry(name: string): Promise<void>;
  keys(): AsyncIterable<string>;
}

export interface StoredFile {
  getFile(): Promise<Blob>;
  createWritable?(): Promise<{ write(data: Uint8Array<ArrayBuffer>): Promise<void>; close(): Promise<void> }>;
  /** In dedicated workers only; the one way to write in older Safari. */
  createSyncAccessHandle?(): Promise<{
    truncate(size: number): void;
    write(data: Uint8Array<ArrayBuffer>, options: { at: number }): number;
    flush(): void;
    close(): void;
  }>;
}

/** Gives the directory, or rejects where there is none. */
export type OpenRoot = () => Promise<Directory>;

const browserRoot: OpenRoot = async () => (await navigator.storage.getDirectory()) as unknown as Directory;

interface Manifest {
  readonly version: 1;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** What the data set itself needs to read its bytes: class names, counts. */
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
export async function keepDataset(
  id: string,
  facts: unknown,
  bytes: Uint8Array<ArrayBuffer>,
  root: OpenRoot = browserRoot,
): Promise<KeepOutcome> {
  try {
    const folder = await (await root()).getDirectoryHandle('datasets', { create: true });
    const sha256 = await digest(bytes);
    const file = `${id}.${sha256.slice(0, 16)}.bin`;
    await write(folder, file, bytes).catch(async (error) => {
      await folder.removeEntry(file).catch(() => undefined);
      throw error;
    });
    const manifest: Manifest = { version: 1, file, bytes: bytes.length, sha256, facts };
    await write(folder, `${id}.json`, new TextEncoder().encode(JSON.stringify(manifest)));
    for await (const name of folder.keys()) {
      if (name.startsWith(`${id}.`) && name !== file && name !== `${id}.json`) await folder.removeEntry(name);
    }
    return { kept: true };
  } catch (error) {
    return { kept: false, reason: reasonOf(error as Error) };
  }
}

/** What was kept under `id`; undefined when there is none, or when it is not whole. */
export async function recallDataset(id: string, root: OpenRoot = browserRoot): Promise<Kept | undefined> {
  try {
    const folder = await (await root()).getDirectoryHandle('datasets');
    const text = await (await folder.getFileHandle(`${id}.json`)).getFile();
    const manifest = JSON.parse(await text.text()) as Manifest;
    if (manifest.version !== 1) return undefined;
    const file = await (await folder.getFileHandle(manifest.file)).getFile();
    if (file.size !== manifest.bytes) return undefined;
    const bytes = new Uint8Array(await file.arrayBuffer());
    return (await digest(bytes)) === manifest.sha256 ? { facts: manifest.facts, bytes } : undefined;
  } catch {
    // No storage, no such file, or a manifest that was written in part.
    return undefined;
  }
}

/** Frees the room of what was kept under `id`. */
export async function forgetDataset(id: string, root: OpenRoot = browserRoot): Promise<void> {
  try {
    const folder = await (await root()).getDirectoryHandle('datasets');
    const names: string[] = [];
    for await (const name of folder.keys()) if (name.startsWith(`${id}.`)) names.push(name);
    // The manifest first: without it the rest is not read.
    names.sort((a, b) => Number(b === `${id}.json`) - Number(a === `${id}.json`));
    for (const name of names) await folder.removeEntry(name);
  } catch {
    // Nothing kept, nothing to free.
  }
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

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
