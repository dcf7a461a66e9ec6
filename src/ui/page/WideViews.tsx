// What takes the upper left of the desk: the plot, its points as a table, the sensitivity map, and searches compared or
// looked into. The tabs and the tools of the view are one bar.
import { type ComponentType, type ReactNode, useState } from 'react';
import { runsCompared, runsListed } from '../../store/search/selectors';
import type { Desk } from '../../store/state/desk';
import { isUsable } from '../../store/state/searchRun';
import { isHidden } from '../../store/state/shared';
import { showWide } from '../../store/state/view';
import type { WideView } from '../../store/state/wideViews';
import { page } from '../../words/en/page';
import { chunk } from '../parts/chunk';
import { classes } from '../parts/classes';
import { Later } from '../parts/Later';
import { BarSlot } from '../parts/Panel';
import { TabPanel, Tabs } from '../parts/Tabs';
import { useDesk } from '../parts/useDesk';
import styles from './WideViews.module.css';

const VIEWS = 'views';
const Plot = chunk(() => import('../plot/Plot'));
const PlotAsTable = chunk(() => import('../plot/PlotAsTable'));
const Sensitivity = chunk(() => import('../faders/Sensitivity'));
const Compare = chunk(() => import('../search/Compare'));
const Ranking = chunk(() => import('../challenges/Ranking'));
const Teach = chunk(() => import('../teach/Teach'));
const SpeedView = chunk(() => import('../speed/SpeedView'));
const Reproduced = chunk(() => import('../reproduced/Reproduced'));
const RaceView = chunk(() => import('../race/RaceView'));
const ShownRun = chunk(() => import('../search/ShownRun'));

interface View {
  readonly View: ComponentType;
  /** Whether there is something to see; always, if left out. */
  present?(desk: Desk): boolean;
}

const TABLE: Readonly<Record<WideView, View>> = {
  plot: { View: Plot },
  table: { View: PlotAsTable },
  sensitivity: { View: Sensitivity },
  compare: {
    View: Compare,
    present: (desk) => !isHidden(desk, 'search') && runsCompared(desk).some(({ points }) => points.some(isUsable)),
  },
  inside: {
    View: ShownRun,
    present: (desk) => !isHidden(desk, 'search') && runsListed(desk).some(({ id }) => id === desk.shownRun),
  },
  ranking: {
    View: Ranking,
    present: ({ challenge, handIns, wideView }) => challenge !== null && (handIns.length > 0 || wideView === 'ranking'),
  },
  teach: { View: Teach, present: ({ teaching }) => teaching },
  speed: { View: SpeedView, present: ({ speed }) => speed !== null },
  reproduced: { View: Reproduced, present: ({ reproduced }) => reproduced !== null },
  race: { View: RaceView, present: ({ raceShown }) => raceShown },
};
const ALL = Object.keys(TABLE) as WideView[];

/** The bar and the view. */
export function WideViews(): ReactNode {
  const asked = useDesk((desk) => desk.wideView);
  const listed = useDesk((desk) =>
    ALL.filter((id) => !isHidden(desk, id) && (TABLE[id].present?.(desk) ?? true)).join(),
  );
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const views = listed.split(',') as WideView[];
  const shown = views.includes(asked) ? asked : 'plot';
  return (
    <div className={styles.wide} data-wide={shown}>
      <div className={styles.bar}>
        <Tabs
          id={VIEWS}
          label={page.wide}
          tabs={views.map((id) => ({ id, label: page.view[id] }))}
          value={shown}
          className={styles.tabs}
          onChange={showWide}
        />
        <div className={styles.slot} ref={setSlot} />
      </div>
      {views.map((id) => {
        const { View } = TABLE[id];
        return (
          <TabPanel
            key={id}
            of={VIEWS}
            id={id}
            selected={id === shown}
            text={id === 'compare'}
            className={classes(styles.view, id !== 'plot' && styles.scrolls)}
          >
            <BarSlot value={slot}>
              <Later name={page.view[id]}>
                <View />
              </Later>
            </BarSlot>
          </TabPanel>
        );
      })}
    </div>
  );
}
