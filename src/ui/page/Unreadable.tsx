// Bars for what is stored in this browser and cannot be read: how much of it, with ways to take it along or away.
import type { ReactNode } from 'react';
import type { EntryKind, UnreadableEntry } from '../../store/state/entries';
import { removeUnreadable, unreadableText } from '../../store/state/unreadable';
import { useDesk } from '../parts/useDesk';
import { NoticeBar } from './NoticeBar';

const WORDS: Readonly<Record<EntryKind, readonly [one: string, many: string]>> = {
  search: ['search', 'searches'],
  network: ['network of your own', 'networks of your own'],
  training: ['run of training', 'runs of training'],
};

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function Bar({ kind, entries }: { readonly kind: EntryKind; readonly entries: readonly UnreadableEntry[] }): ReactNode {
  const [one, many] = WORDS[kind];
  const single = entries.length === 1;
  return (
    <NoticeBar role="status">
      <p>
        {entries.length} stored {single ? one : many} could not be read: {single ? 'it is' : 'they are'} damaged, or of
        another version of this page. Nothing else is affected.
      </p>
      <button type="button" onClick={() => download(`unreadable-${kind}.json`, unreadableText(entries))}>
        Download
      </button>
      <button type="button" onClick={() => removeUnreadable(entries)}>
        Remove
      </button>
    </NoticeBar>
  );
}

/** A bar for each kind of which something cannot be read. */
export function Unreadable(): ReactNode {
  const unreadable = useDesk((state) => state.unreadable);
  return (Object.keys(WORDS) as EntryKind[]).map((kind) => {
    const entries = unreadable.filter((entry) => entry.kind === kind);
    return entries.length > 0 && <Bar key={kind} kind={kind} entries={entries} />;
  });
}
