// Foreign JSON: the caller checks the size; nesting is checked before parsing.
import { jsonFault } from '../jsonFault';
import { IMPORT_LIMITS, ImportError } from './importer';

/** Deepest nesting of JSON text, counted without parsing. */
export function depthOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (quoted) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) quoted = false;
    } else if (byte === 0x22) quoted = true;
    else if (byte === 0x5b || byte === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return deepest;
}

/**
 * Parses UTF-8 JSON. Read objects through `fieldsOf`, so that no key is special.
 * @param where file and place, for messages
 * @throws ImportError for too deep nesting or invalid JSON.
 */
export function parseJson(bytes: Uint8Array, where: string): unknown {
  const depth = depthOf(bytes);
  if (depth > IMPORT_LIMITS.depth)
    throw new ImportError({
      what: `The JSON nests ${depth} levels deep.`,
      where,
      why: `A model needs a few; more than ${IMPORT_LIMITS.depth} are refused.`,
      next: 'Save the model again with the program that made it.',
    });
  let text: string | undefined;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return JSON.parse(text);
  } catch {
    throw new ImportError({
      what: `The JSON cannot be parsed (${text === undefined ? 'it is no UTF-8' : jsonFault(text)}).`,
      where,
      why: 'The JSON text is incomplete or damaged.',
      next: 'Copy or download the file again.',
    });
  }
}

/** Own fields of a parsed object; none for anything else. */
export function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []);
}
