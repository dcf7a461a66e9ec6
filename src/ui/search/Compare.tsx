// The runs that are compared: their race at an equal budget, their bits layer by layer, and mixed against uniform widths.
import { type ReactNode, useState } from 'react';
import { runsCompared } from '../../store/search/selectors';
import { isUsable } from '../../store/state/searchRun';
import panelStyles from '../parts/Panel.module.css';
import { Segmented } from '../parts/Segmented';
import { useDesk } from '../parts/useDesk';
import { AgainstUniform } from './AgainstUniform';
import styles from './Compare.module.css';
import { LayerBits } from './LayerBits';
import { Race } from './Race';

type View = 'race' | 'layers' | 'uniform';
const VIEWS: readonly { value: View; label: string }[] = [
  { value: 'race', label: 'race' },
  { value: 'layers', label: 'bits per layer' },
  { value: 'uniform', label: 'mixed against uniform' },
];

/** The comparison; nothing before the first policy that a person could use. */
export function Compare(): ReactNode {
  const [view, setView] = useState<View>('race');
  const runs = useDesk(runsCompared).filter(({ points }) => points.some(isUsable));
  if (runs.length === 0) return null;
  return (
    <section aria-label="Comparison" className={styles.compare}>
      <div className={panelStyles.head}>
        <h3>Comparison</h3>
        <span className="note">of the runs with a check mark</span>
        <div className={panelStyles.tools}>
          <Segmented legend="Compare" options={VIEWS} value={view} onChange={(next) => setView(next)} />
        </div>
      </div>
      {view === 'race' && <Race runs={runs} />}
      {view === 'layers' && <LayerBits runs={runs} />}
      {view === 'uniform' && <AgainstUniform runs={runs} />}
    </section>
  );
}
