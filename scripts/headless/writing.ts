// How the runner writes files: whole or not at all.
import { appendFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The card of weights lies beside them. */
export const cardPath = (weights: string) => weights.replace(/(\.safetensors)?$/, '.json');

/** Beside a file, so that a rename puts it in its place; not longer than names may be. */
export const asideOf = (path: string) => join(dirname(path), `.fewbits-${process.pid}.part`);

/** True for what is written into and never replaced: `/dev/stdout`, whatever that is, a terminal, `/dev/null`. */
export async function isStream(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isDirectory() || found.isBlockDevice()) return false;
  return /^\/(dev|proc)\//.test(path) || found.isCharacterDevice();
}

const notWritten = (path: string, error: unknown) =>
  new Error(`"${path}" was not written (${(error as Error).message}): make room there, or name another place.`);

/** Writes a file aside and puts it in its place: a reader, or a run that is killed here, finds the old one or the new. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  // A link stays one: what it leads to is replaced.
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

/** Adds a line to a file. */
export async function appendLine(path: string, line: string): Promise<void> {
  await appendFile(path, `${line}\n`).catch((error) => {
    throw notWritten(path, error);
  });
}
