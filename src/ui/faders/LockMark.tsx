// The sign of a layer that keeps its bits.
import type { ReactNode } from 'react';
import { lockedLayers } from '../../store/policy/locked';
import { faders } from '../../words/en/faders';
import { useDesk } from '../parts/useDesk';
import styles from './LockMark.module.css';

/** A padlock, open or closed. */
export function LockIcon({ open = false }: { readonly open?: boolean }): ReactNode {
  return (
    <svg viewBox="0 0 12 14" width="10" height="12" aria-hidden="true">
      <path
        d={open ? 'M3 6V4a3 3 0 0 1 5.8-1' : 'M3 6V4a3 3 0 0 1 6 0v2'}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
      />
      <rect x="1" y="6" width="10" height="8" rx="1.5" fill="currentColor" />
    </svg>
  );
}

/** A small padlock beside the name of a locked layer; nothing beside others. */
export function LockMark({ layer }: { readonly layer: string }): ReactNode {
  const locked = useDesk((desk) => lockedLayers(desk).includes(layer));
  if (!locked) return null;
  return (
    <span className={styles.mark} role="img" aria-label={faders.isLocked}>
      <LockIcon />
    </span>
  );
}
