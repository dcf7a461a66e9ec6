// `--request`: a command line as JSON, for programs that write one.
import { readFileSync } from 'node:fs';
import { fieldsOf } from '../formats/import/json';
import { jsonFault } from '../formats/jsonFault';
import { UsageError } from '../node/usageError';

const FORM = 'write {"command": "evaluate", "network": "tiny", ...}, with the names of flags';

function contentOf(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new UsageError(`--request "${path}" cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** The words of one flag: lists are joined with commas, false is `--no-`. */
function wordsOf(path: string, name: string, value: unknown): string[] {
  if (value === true) return [`--${name}`];
  if (value === false) return [`--no-${name}`];
  const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (parts.length === 0 || !parts.every((part) => typeof part === 'string' || typeof part === 'number'))
    throw new UsageError(`--request "${path}": "${name}" is neither text, a number, true, false nor a list of those.`);
  return [`--${name}=${parts.join(',')}`];
}

/** The command and the words of a request. @throws UsageError for anything but a flat JSON object. */
export function readRequest(path: string): { readonly command: string | undefined; readonly words: readonly string[] } {
  const text = contentOf(path);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UsageError(`--request "${path}" is not valid JSON (${jsonFault(text)}): ${FORM}.`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new UsageError(`--request "${path}" holds no object: ${FORM}.`);
  const { command, ...flags } = Object.fromEntries(fieldsOf(parsed));
  if (command !== undefined && typeof command !== 'string')
    throw new UsageError(`--request "${path}": "command" is not text: ${FORM}.`);
  if (flags.request !== undefined) throw new UsageError(`--request "${path}": a request names no other one.`);
  return { command, words: Object.entries(flags).flatMap(([name, value]) => wordsOf(path, name, value)) };
}
