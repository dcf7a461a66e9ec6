// Wraps localStorage: one entry per item, so that tabs do not overwrite each other's, and functions that never throw. If the
// storage is refused or full, writing returns false.
import { askToPersist } from './persistence';

/** What an entry stores. */
export type EntryKind = 'search' | 'network' | 'training';

/** An entry that cannot be read. */
export interface UnreadableEntry {
  readonly kind: EntryKind;
  /** Its key in localStorage. */
  readonly key: string;
}

/** The text of an entry; null if there is none. */
export function textOf(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Writes an entry; false if the storage is full or unavailable. */
export function writeEntry(key: string, text: string): boolean {
  try {
    localStorage.setItem(key, text);
    askToPersist();
    return true;
  } catch {
    return false;
  }
}

/** Removes an entry. */
export function removeEntry(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing is stored.
  }
}

/** The keys that start with `prefix`. */
export function keysOf(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}
