// Icons of lines, in a box of 24 by 24; what they mean is said beside them.
import type { ReactNode } from 'react';
import styles from './Icon.module.css';

const PATHS = {
  undo: 'M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3',
  redo: 'M15 14l5-5-5-5M20 9H10a6 6 0 0 0 0 12h3',
  history: 'M4 5v5h5M4.5 10a8 8 0 1 1-.3 4M12 8v5l3 2',
  learn: 'M2 9l10-5 10 5-10 5zM6 11v6c3 3 9 3 12 0v-6',
  share: 'M10 14a5 5 0 0 0 7 0l3-3a5 5 0 0 0-7-7l-2 2M14 10a5 5 0 0 0-7 0l-3 3a5 5 0 0 0 7 7l2-2',
  export: 'M12 3v12M7 10l5 5 5-5M4 20h16',
  theme: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 3v18M12 7h6M12 12h9M12 17h6',
  help: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 17h.01',
  images: 'M4 4h16v16H4zM4 16l5-5 4 4 2-2 5 5M15 8h.01',
  layer: 'M3 3v18h18M6 17c3 0 3-9 6-9s3 9 6 9',
  train: 'M7 4l12 8-12 8z',
  search: 'M10 4a6 6 0 1 0 0 12a6 6 0 1 0 0-12M15 15l6 6',
  projector: 'M3 4h18M5 4v11h14V4M12 15v3M8 21l4-3 4 3',
  tune: 'M5 3v6M5 13v8M3 9h4v4H3zM12 3v11M12 18v3M10 14h4v4h-4zM19 3v2M19 9v12M17 5h4v4h-4z',
  plot: 'M3 3v18h18M6 17h4v-5h5V8h5',
} as const;

export type IconName = keyof typeof PATHS;

/** One icon, in the color of the text around it. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }): ReactNode {
  return (
    <svg className={styles.icon} viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
