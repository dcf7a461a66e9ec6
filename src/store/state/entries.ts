// The browser's localStorage as this page uses it: an entry for each thing, so that tabs do not overwrite each other's, and
// no call that throws. Where it is refused or full, writing says so.
import { askToPersist } from './persistence';

/** What an entry is of. */
export type EntryKind = 'search' | 'network' | 'training';

/** An entry that cannot be read. */
export interface UnreadableEntry {
  readonly kind: EntryKind;
  /** In localStorage. */
  readonly key: string;
}

/** The text of an entry; null where there is none. */
export function textOf(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Writes an entry; false where there is no room, or no storage. */
export function writeEntry(key: string, text: string): boolean {
  try {
    localStorage.setItem(key, text);
    askToPersist();
    return true;
  } catch {
    return false;
  }
}

/** Takes an entry away. */
export function removeEntry(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}

/** The keys that begin with `prefix`. */
export function keysOf(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}
