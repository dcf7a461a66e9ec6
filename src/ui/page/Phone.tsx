// What narrow screens have instead of one wide page: a sticky head with the two numbers and a small plot, and tabs.
import type { ReactNode } from 'react';
import type { PhoneTab } from '../../store/state/desk';
import { showPanel } from '../../store/state/view';
import { useDesk } from '../parts/useDesk';
import { Accuracy, Memory } from '../plot/Headline';
import { MiniPlot } from '../plot/MiniPlot';
import styles from './Phone.module.css';

const TABS: readonly { readonly id: PhoneTab; readonly label: string; readonly icon: string }[] = [
  {
    id: 'tune',
    label: 'Tune',
    icon: 'M5 3v6M5 13v8M3 9h4v4H3zM12 3v11M12 18v3M10 14h4v4h-4zM19 3v2M19 9v12M17 5h4v4h-4z',
  },
  { id: 'plot', label: 'Plot', icon: 'M3 3v18h18M6 17h4v-5h5V8h5' },
  { id: 'inspect', label: 'Inspect', icon: 'M3 3h7v7H3zM14 3h7v7h-7zM3 14h7v7H3zM14 14h7v7h-7z' },
  { id: 'train', label: 'Train', icon: 'M3 4c2 12 6 14 18 15M3 3v18h18' },
  { id: 'search', label: 'Search', icon: 'M10 4a6 6 0 1 0 0 12a6 6 0 1 0 0-12M15 15l6 6' },
];

/** Accuracy, memory and the plot in small; the plot opens its tab. */
export function PhoneHead(): ReactNode {
  return (
    <section aria-label="Result" className={styles.head}>
      <Accuracy brief />
      <Memory brief />
      <button type="button" className={styles.mini} aria-label="Open the plot" onClick={() => showPanel('plot')}>
        <MiniPlot />
      </button>
    </section>
  );
}

/** The bar of tabs at the bottom. */
export function PhoneTabs(): ReactNode {
  const active = useDesk((state) => state.phoneTab);
  return (
    <nav aria-label="Views" className={styles.tabs}>
      {TABS.map(({ id, label, icon }) => (
        <button
          key={id}
          type="button"
          aria-current={id === active ? 'page' : undefined}
          onClick={() => {
            showPanel(id);
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
