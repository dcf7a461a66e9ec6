// One line for pages that are no secure context, as those of a server in a classroom are: what browsers hide there, and how
// to have it. Once dismissed it stays away.
import { type ReactNode, useState } from 'react';
import { notices } from '../../words/en/notices';
import { useDesk } from '../parts/useDesk';
import { NoticeBar } from './NoticeBar';

const KEY = 'fewbits.insecure-read';

function wasRead(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

/** A bar like those of `Notices`; nothing where the page is a secure context, or in a live room. */
export function InsecureNotice(): ReactNode {
  const [shown, setShown] = useState(() => !isSecureContext && !wasRead());
  // Whoever serves a room is told in its terminal; the bar would cover where all others enter their names.
  const inRoom = useDesk(({ room }) => room !== null);
  if (!shown || inRoom) return null;
  function dismiss(): void {
    try {
      localStorage.setItem(KEY, '1');
    } catch {
      // Without storage it is gone as long as the page lasts.
    }
    setShown(false);
  }
  return (
    <NoticeBar role="status">
      <p>{notices.insecure}</p>
      <button type="button" onClick={dismiss}>
        {notices.dismiss}
      </button>
    </NoticeBar>
  );
}
