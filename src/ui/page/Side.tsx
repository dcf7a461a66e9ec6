// What stands beside the desk: the images, the layer, training, searches and what there is to learn, one at a time.
import type { ComponentType, ReactNode } from 'react';
import { activeRun } from '../../store/search/selectors';
import type { Tab as TabId } from '../../store/state/desk';
import { isHidden } from '../../store/state/shared';
import { showTab } from '../../store/state/view';
import { names } from '../../words/en/names';
import { page } from '../../words/en/page';
import { chunk } from '../parts/chunk';
import { SIDE } from '../parts/goTo';
import { Later } from '../parts/Later';
import { TabPanel, Tabs } from '../parts/Tabs';
import { useDesk, useMedia } from '../parts/useDesk';
import styles from './Side.module.css';

export type SideTab = Exclude<TabId, 'tune' | 'plot'>;

const Images = chunk(() => import('./Images'));
const Inspector = chunk(() => import('../inspect/Inspector'));
const Training = chunk(() => import('../train/Training'));
const Search = chunk(() => import('../search/Search'));
const Learn = chunk(() => import('./Learn'));

const VIEWS: Readonly<Record<SideTab, ComponentType>> = {
  images: Images,
  layer: Inspector,
  train: Training,
  search: Search,
  learn: Learn,
};
const ALL = Object.keys(VIEWS) as SideTab[];

/** Whether the tabs are a rail and their panel lies over the plot. */
export const useDrawer = () => useMedia('(min-width: 768px) and (max-width: 1099px)');

/** The tabs that no link has hidden. */
const useShown = () => useDesk((desk) => ALL.filter((id) => !isHidden(desk, id)).join()).split(',') as SideTab[];

/** A dot behind the name of a tab where something runs. */
function Running({ of }: { readonly of: 'train' | 'search' }): ReactNode {
  const runs = useDesk((desk) => (of === 'train' ? desk.trainingActive : activeRun(desk) !== undefined));
  return (
    runs && (
      <span className={styles.running}>
        <span className="unseen"> {page.running}</span>
      </span>
    )
  );
}

/** The tabs. In a drawer, the selected one closes it. */
export function SideTabs({ tabs = ALL, shown }: { readonly tabs?: readonly SideTab[]; readonly shown: string }) {
  const drawer = useDrawer();
  const present = useShown();
  const listed = tabs
    .filter((id) => present.includes(id))
    .map((id) => {
      const mark = (id === 'train' || id === 'search') && <Running of={id} />;
      return { id, label: names[id], mark, ...(drawer && { icon: id }) };
    });
  return (
    <Tabs
      id={SIDE}
      label={page.side}
      tabs={listed}
      value={shown}
      className={styles.tabs}
      onChange={(tab) => showTab(drawer && tab === shown ? 'tune' : tab)}
    />
  );
}

/** The panels of all tabs, of which one is shown. */
export function SidePanels({ shown }: { readonly shown: string }): ReactNode {
  return useShown().map((id) => {
    const View = VIEWS[id];
    return (
      <TabPanel key={id} of={SIDE} id={id} selected={id === shown} text={id === 'learn'} className={styles.panel}>
        <Later name={names[id]}>
          <View />
        </Later>
      </TabPanel>
    );
  });
}
