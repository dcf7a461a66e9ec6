// Bars for what is stored in this browser and cannot be read: how much of it, with ways to take it along or away.
import type { ReactNode } from 'react';
import type { EntryKind, UnreadableEntry } from '../../store/state/entries';
import { removeUnreadable, unreadableText } from '../../store/state/unreadable';
import { notices } from '../../words/en/notices';
import { saveFile } from '../parts/saveFile';
import { useDesk } from '../parts/useDesk';
import { NoticeBar } from './NoticeBar';

const KINDS = ['search', 'network', 'training'] as const satisfies readonly EntryKind[];

function Bar({ kind, entries }: { readonly kind: EntryKind; readonly entries: readonly UnreadableEntry[] }): ReactNode {
  return (
    <NoticeBar role="status">
      <p>{notices.unreadable[kind](entries.length)}</p>
      <button
        type="button"
        onClick={() =>
          saveFile(new Blob([unreadableText(entries)], { type: 'application/json' }), `unreadable-${kind}.json`)
        }
      >
        {notices.download}
      </button>
      <button type="button" onClick={() => removeUnreadable(entries)}>
        {notices.remove}
      </button>
    </NoticeBar>
  );
}

/** A bar for each kind of which something cannot be read. */
export default function Unreadable(): ReactNode {
  const unreadable = useDesk((state) => state.unreadable);
  return KINDS.map((kind) => {
    const entries = unreadable.filter((entry) => entry.kind === kind);
    return entries.length > 0 && <Bar key={kind} kind={kind} entries={entries} />;
  });
}
