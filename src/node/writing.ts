// Writes files whole or not at all.
import { appendFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The card of weights lies beside them. */
export const cardPath = (weights: string) => weights.replace(/(\.safetensors)?$/, '.json');

/** The temporary path beside a file, so that a rename replaces the file; within the length limit of names. */
export const asideOf = (path: string) => join(dirname(path), `.fewbits-${process.pid}.part`);

/** True for a target that is written into and never replaced: `/dev/stdout` of any kind, a terminal, `/dev/null`. */
export async function isStream(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isDirectory() || found.isBlockDevice()) return false;
  return /^\/(dev|proc)\//.test(path) || found.isCharacterDevice();
}

const notWritten = (path: string, error: unknown) =>
  new Error(`"${path}" was not written (${(error as Error).message}): make room there, or name another place.`);

/** Writes a temporary file and renames it: a reader, or a run killed here, finds the old file or the new one. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  // A link stays a link: its target is replaced.
  const target = await realpath(path).catch(() => path);
  const aside = asideOf(target);
  try {
    if (await isStream(path)) return await appendFile(path, content);
    await writeFile(aside, content, { flush: true });
    await rename(aside, target);
  } catch (error) {
    await rm(aside, { force: true });
    throw notWritten(path, error);
  }
}

/** Appends a line to a file. */
export async function appendLine(path: string, line: string): Promise<void> {
  await appendFile(path, `${line}\n`).catch((error) => {
    throw notWritten(path, error);
  });
}
