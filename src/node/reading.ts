// Reads files named by users: anything but a plain file, and too large a file, is refused before reading.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IMPORT_LIMITS } from '../formats/import/importer';
import { depthOf } from '../formats/import/json';
import { jsonFault } from '../formats/jsonFault';
import { UsageError } from './usageError';

/** Size limit of a JSON file written by users: a policy, a card. */
const JSON_BYTES = 16_000_000;

/** Limit of files in a data folder. */
const MOST_FILES = 200_000;

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en-US')} MB`;

/**
 * Size of a plain file of at most `most` bytes.
 * @throws UsageError for anything else: a folder, a pipe, a device, a larger or missing file.
 */
export async function plainSize(path: string, most: number): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`"${path}" cannot be read (${error.code}): check its name and permissions.`);
  });
  if (found.isDirectory()) throw new UsageError(`"${path}" is a folder: name a file in it.`);
  if (!found.isFile())
    throw new UsageError(
      `"${path}" is not a regular file but a pipe, a socket or a device: save what it gives as a file.`,
    );
  if (found.size > most)
    throw new UsageError(
      `"${path}" has ${megabytes(found.size)}, more than the ${megabytes(most)} that are read: is it the right file?`,
    );
  return found.size;
}

/** The bytes of a plain file. @throws UsageError as `plainSize`. */
export async function readPlain(path: string, most: number): Promise<Uint8Array<ArrayBuffer>> {
  // A file of size 0 may be endless, like system files.
  if ((await plainSize(path, most)) === 0) throw new UsageError(`"${path}" is empty: is it the right file?`);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`"${path}" cannot be read (${error.code}): check its permissions.`);
  });
  return new Uint8Array(bytes);
}

/**
 * The value of a UTF-8 JSON file, with or without a byte order mark.
 * @throws UsageError naming file, line and column of a syntax error.
 */
export async function readJson(path: string, most = JSON_BYTES): Promise<unknown> {
  const bytes = await readPlain(path, most);
  if (bytes[0] >= 0xfe && bytes[1] >= 0xfe) throw new UsageError(`"${path}" is in UTF-16: save it in UTF-8.`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`"${path}" is not text in UTF-8, as JSON is: name a JSON file, or save it in UTF-8.`);
  }
  if (depthOf(bytes) > IMPORT_LIMITS.depth)
    throw new UsageError(`"${path}" nests more than ${IMPORT_LIMITS.depth} levels deep: is it the right file?`);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`"${path}" is not valid JSON (${jsonFault(text)}): mend it there.`);
  }
}

/**
 * Paths of all files in a folder and its subfolders; links are not followed.
 * @throws UsageError if the path is not a folder or holds more files than data sets have.
 */
export async function filesIn(folder: string): Promise<string[]> {
  const paths: string[] = [];
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const at = next;
    const entries = await readdir(at, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(
        `"${at}" is not a folder that can be read (${error.code}): name the one with the data set's files.`,
      );
    });
    for (const entry of entries)
      if (entry.isFile()) paths.push(join(at, entry.name));
      else if (entry.isDirectory()) folders.push(join(at, entry.name));
    if (paths.length + folders.length > MOST_FILES)
      throw new UsageError(`"${folder}" holds more than ${MOST_FILES} files: name the folder of the data set alone.`);
  }
  return paths.sort();
}
