// A method's mark, as in the plots.
import type { ReactNode } from 'react';
import { classes } from '../parts/classes';
import styles from './MethodIcon.module.css';
import { markOf } from './methodMarks';

/** The mark at a place of a drawing. */
export function MarkAt({
  method,
  x,
  y,
}: {
  readonly method: string;
  readonly x: number;
  readonly y: number;
}): ReactNode {
  const { path, color, open } = markOf(method);
  return (
    <path
      className={classes(styles.mark, open && styles.open)}
      d={path}
      transform={`translate(${x},${y})`}
      style={open ? { stroke: color } : { fill: color }}
    />
  );
}

/** The mark beside a word. */
export function MethodIcon({ method }: { readonly method: string }): ReactNode {
  return (
    <svg className={styles.icon} viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true">
      <MarkAt method={method} x={0} y={0} />
    </svg>
  );
}
