// A bar over the page: what is said, with its buttons.
import type { ReactNode } from 'react';
import { classes } from '../parts/classes';
import styles from './NoticeBar.module.css';

interface NoticeBarProps {
  /** An alert interrupts a screen reader, a status waits. */
  readonly role: 'alert' | 'status';
  /** True where the status line says the same (store/state/announce.ts). */
  readonly silent?: boolean;
  /** True where nothing has failed. */
  readonly mild?: boolean;
  readonly children: ReactNode;
}

/** A status looks mild; an alert looks like a fault unless it is told to be mild. */
export function NoticeBar({ role, silent, mild = role === 'status', children }: NoticeBarProps): ReactNode {
  return (
    <div className={classes(styles.notice, mild && styles.mild)} role={role} aria-live={silent ? 'off' : undefined}>
      {children}
    </div>
  );
}
