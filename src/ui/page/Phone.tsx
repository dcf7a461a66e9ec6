// The bar of tabs at the bottom of narrow screens.
import type { ReactNode } from 'react';
import type { Tab } from '../../store/state/desk';
import { isHidden, tabHere } from '../../store/state/shared';
import { showTab } from '../../store/state/view';
import { names } from '../../words/en/names';
import { page } from '../../words/en/page';
import { Icon, type IconName } from '../parts/Icon';
import { useDesk } from '../parts/useDesk';
import styles from './Phone.module.css';

/** The bar's tabs; two of them show two panels, which have tabs of their own. */
const TABS: readonly { readonly shows: readonly Tab[]; readonly icon: IconName }[] = [
  { shows: ['tune'], icon: 'tune' },
  { shows: ['plot'], icon: 'plot' },
  { shows: ['images', 'layer'], icon: 'images' },
  { shows: ['search', 'train'], icon: 'search' },
  { shows: ['learn'], icon: 'learn' },
];
const labelOf = (tab: Tab) => (tab === 'tune' || tab === 'plot' ? page[tab] : names[tab]);

/** The bar of tabs at the bottom. */
export function PhoneTabs(): ReactNode {
  const active = useDesk(tabHere);
  // The first that no link has hidden of each.
  const firsts = useDesk((desk) => TABS.map(({ shows }) => shows.find((tab) => !isHidden(desk, tab)) ?? '').join());
  return (
    <nav aria-label={page.views} className={styles.tabs}>
      {TABS.map(({ shows, icon }, i) => {
        const first = firsts.split(',')[i] as Tab | '';
        return (
          first !== '' && (
            <button
              key={icon}
              type="button"
              aria-current={shows.includes(active) ? 'page' : undefined}
              onClick={() => {
                showTab(first);
                scrollTo({ top: 0 });
              }}
            >
              <Icon name={icon} size={22} />
              {labelOf(first)}
            </button>
          )
        );
      })}
    </nav>
  );
}
