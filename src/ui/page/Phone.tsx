// What narrow screens have instead of one wide page: a sticky head with the two numbers and a small plot, and tabs.
import type { ReactNode } from 'react';
import type { Tab } from '../../store/state/desk';
import { showTab } from '../../store/state/view';
import { useDesk } from '../parts/useDesk';
import { Accuracy, Memory } from '../plot/Headline';
import { MiniPlot } from '../plot/MiniPlot';
import styles from './Phone.module.css';

/** The bar's tabs; two of them show two panels, which have tabs of their own. */
const TABS: readonly { readonly shows: readonly Tab[]; readonly label: string; readonly icon: string }[] = [
  {
    shows: ['tune'],
    label: 'Tune',
    icon: 'M5 3v6M5 13v8M3 9h4v4H3zM12 3v11M12 18v3M10 14h4v4h-4zM19 3v2M19 9v12M17 5h4v4h-4z',
  },
  { shows: ['plot'], label: 'Plot', icon: 'M3 3v18h18M6 17h4v-5h5V8h5' },
  { shows: ['images', 'layer'], label: 'Images', icon: 'M4 4h16v16H4zM4 16l5-5 4 4 2-2 5 5M15 8h.01' },
  {
    shows: ['search', 'train'],
    label: 'Search',
    icon: 'M10 4a6 6 0 1 0 0 12a6 6 0 1 0 0-12M15 15l6 6',
  },
  { shows: ['learn'], label: 'Learn', icon: 'M2 9l10-5 10 5-10 5zM6 11v6c3 3 9 3 12 0v-6' },
];

/** Accuracy, memory and the plot in small; the plot opens its tab. */
export function PhoneHead(): ReactNode {
  return (
    <section aria-label="Result" className={styles.head}>
      <Accuracy brief />
      <Memory brief />
      <button type="button" className={styles.mini} aria-label="Open the plot" onClick={() => showTab('plot')}>
        <MiniPlot />
      </button>
    </section>
  );
}

/** The bar of tabs at the bottom. */
export function PhoneTabs(): ReactNode {
  const active = useDesk((state) => state.tab);
  return (
    <nav aria-label="Views" className={styles.tabs}>
      {TABS.map(({ shows, label, icon }) => (
        <button
          key={label}
          type="button"
          aria-current={shows.includes(active) ? 'page' : undefined}
          onClick={() => {
            showTab(shows[0]);
            scrollTo({ top: 0 });
          }}
        >
          <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
            <path d={icon} />
          </svg>
          {label}
        </button>
      ))}
    </nav>
  );
}
