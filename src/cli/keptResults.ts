// Files of finished results, one line of JSON each (`--results`): what is in them is not computed again.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { appendLine } from '../node/writing';

/** The lines of a file; none without a file. outputs.ts has checked that they are ours. */
export async function readResults<Row>(path: string | undefined): Promise<Row[]> {
  if (path === undefined || !existsSync(path)) return [];
  const lines = (await readFile(path, 'utf8')).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** Appends a line, if there is a file. */
export async function appendResult(path: string | undefined, row: object): Promise<void> {
  if (path !== undefined) await appendLine(path, JSON.stringify(row));
}
