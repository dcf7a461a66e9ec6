// Where a component stands whose code comes later (chunk.tsx).
import { type ReactNode, Suspense } from 'react';
import { parts } from '../../words/en/parts';
import styles from './Later.module.css';
import { Boundary } from './Panel';

interface LaterProps {
  /** What is said not to be shown if its code does not come. */
  readonly name: string;
  /** What is said after a moment of waiting, e.g. "Loading the curves…". */
  readonly loading?: string;
  readonly children: ReactNode;
}

/** Waits for the code of what is in it; says so if that takes long, and offers to try again if it fails. */
export function Later({ name, loading = parts.loading, children }: LaterProps): ReactNode {
  return (
    <Boundary name={name}>
      <Suspense fallback={<p className={styles.loading}>{loading}</p>}>{children}</Suspense>
    </Boundary>
  );
}
