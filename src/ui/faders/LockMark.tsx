// The sign of a layer that searches leave as it is.
import type { ReactNode } from 'react';
import { faders } from '../../words/en/faders';
import { useDesk } from '../parts/useDesk';
import styles from './LockMark.module.css';

/** A small padlock beside the name of a locked layer; nothing beside others. */
export function LockMark({ layer }: { readonly layer: string }): ReactNode {
  const locked = useDesk((desk) => desk.searchForm.locked.includes(layer));
  if (!locked) return null;
  return (
    <svg className={styles.mark} viewBox="0 0 12 14" width="9" height="11" role="img" aria-label={faders.locked}>
      <path d="M3 6V4a3 3 0 0 1 6 0v2" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <rect x="1" y="6" width="10" height="8" rx="1.5" fill="currentColor" />
    </svg>
  );
}
