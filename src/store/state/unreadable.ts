// Entries of the browser's storage that cannot be read: damaged, or of another version of the page. They stay where they
// are, and the page names them, so that a person can take them along or away. Nothing is drawn of them.
import { announce } from './announce';
import { desk } from './desk';
import { type EntryKind, removeEntry, textOf, type UnreadableEntry } from './entries';

/** Names an entry that cannot be read. */
export function setAside(kind: EntryKind, key: string): void {
  desk.setState(({ unreadable }) =>
    unreadable.some((entry) => entry.key === key) ? {} : { unreadable: [...unreadable, { kind, key }] },
  );
}

/** Names an entry no more: it is gone, or can be read again. */
export function takeUpEntry(key: string): void {
  if (desk.getState().unreadable.some((entry) => entry.key === key))
    desk.setState(({ unreadable }) => ({ unreadable: unreadable.filter((entry) => entry.key !== key) }));
}

/** Takes entries out of this browser. */
export function removeUnreadable(entries: readonly UnreadableEntry[]): void {
  for (const { key } of entries) {
    removeEntry(key);
    takeUpEntry(key);
  }
  announce('Removed from this browser.');
}

/** Entries as they are stored, as the text of a file. */
export function unreadableText(entries: readonly UnreadableEntry[]): string {
  return JSON.stringify(Object.fromEntries(entries.map(({ key }) => [key, textOf(key)])), null, 1);
}
