// Unreadable entries of the browser's storage: damaged, or of another version of the page. They stay where they are, and the
// page lists them, so that the user can save or remove them.
import { session } from '../../words/en/session';
import { announce } from './announce';
import { desk } from './desk';
import { type EntryKind, removeEntry, textOf, type UnreadableEntry } from './entries';

/** Lists an unreadable entry. */
export function setAside(kind: EntryKind, key: string): void {
  desk.setState(({ unreadable }) =>
    unreadable.some((entry) => entry.key === key) ? {} : { unreadable: [...unreadable, { kind, key }] },
  );
}

/** Takes an entry off the list: it was removed, or can be read again. */
export function takeUpEntry(key: string): void {
  if (desk.getState().unreadable.some((entry) => entry.key === key))
    desk.setState(({ unreadable }) => ({ unreadable: unreadable.filter((entry) => entry.key !== key) }));
}

/** Removes entries from this browser. */
export function removeUnreadable(entries: readonly UnreadableEntry[]): void {
  for (const { key } of entries) {
    removeEntry(key);
    takeUpEntry(key);
  }
  announce(session.removed);
}

/** The stored entries as the text of a file. */
export function unreadableText(entries: readonly UnreadableEntry[]): string {
  return JSON.stringify(Object.fromEntries(entries.map(({ key }) => [key, textOf(key)])), null, 1);
}
