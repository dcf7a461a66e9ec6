// One line for pages that are no secure context, as those of a server in a classroom are: what browsers hide there, and how
// to have it. Once dismissed it stays away.
import { type ReactNode, useState } from 'react';
import { NoticeBar } from './NoticeBar';

const KEY = 'fewbits.insecure-read';

function wasRead(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

/** A bar like those of `Notices`; nothing where the page is a secure context. */
export function InsecureNotice(): ReactNode {
  const [shown, setShown] = useState(() => !isSecureContext && !wasRead());
  if (!shown) return null;
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
      <p>
        This address has no https, so the browser hides WebGPU from the page: all works, but networks may run more
        slowly. Open it by https or from http://localhost to have it (docs/hosting.md says how to serve it).
      </p>
      <button type="button" onClick={dismiss}>
        Dismiss
      </button>
    </NoticeBar>
  );
}
