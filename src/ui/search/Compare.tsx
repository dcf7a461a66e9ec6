// The runs that are compared: their race at an equal budget, their bits layer by layer, and mixed against uniform widths.
import { type ComponentType, type ReactNode, useState } from 'react';
import { runsCompared } from '../../store/search/selectors';
import { isUsable, type SearchRun } from '../../store/state/searchRun';
import { setRaceShown } from '../../store/state/view';
import { compare } from '../../words/en/compare';
import { Panel } from '../parts/Panel';
import { Segmented } from '../parts/Segmented';
import { useDesk } from '../parts/useDesk';
import { AgainstUniform } from './AgainstUniform';
import styles from './Compare.module.css';
import { LayerBits } from './LayerBits';
import { Race } from './Race';

type View = keyof typeof COMPARISONS;

/** The comparisons, in the order of their buttons. A new one is a file and a line here. */
const COMPARISONS = {
  race: Race,
  layers: LayerBits,
  uniform: AgainstUniform,
} as const satisfies Readonly<Record<string, ComponentType<{ readonly runs: readonly SearchRun[] }>>>;
const VIEWS = Object.keys(COMPARISONS) as View[];

/** The comparison; nothing before the first policy that a person could use. */
export default function Compare(): ReactNode {
  const [view, setView] = useState<View>('race');
  const runs = useDesk(runsCompared).filter(({ points }) => points.some(isUsable));
  if (runs.length === 0) return null;
  const Chart = COMPARISONS[view];
  return (
    <Panel
      label={compare.title}
      className={styles.compare}
      note={compare.note}
      tools={
        <Segmented
          small
          legend={compare.choice}
          options={VIEWS.map((value) => ({ value, label: compare.view[value] }))}
          value={view}
          onChange={(next) => setView(next)}
        />
      }
    >
      <Chart runs={runs} />
      <div className="buttons">
        <button type="button" onClick={() => setRaceShown(true)}>
          {compare.watch}
        </button>
      </div>
    </Panel>
  );
}
