// The points of the plot in rows.
import type { ReactNode } from 'react';
import { axisHere } from '../../store/measure/axis';
import { plot as words } from '../../words/en/plot';
import { Panel } from '../parts/Panel';
import { useDesk } from '../parts/useDesk';
import { CostChoice } from './CostChoice';
import styles from './Plot.module.css';
import { PlotTable } from './PlotTable';
import { usePlotData } from './usePlotData';

/** Region "Table". */
export default function PlotAsTable(): ReactNode {
  const axis = useDesk(axisHere);
  const data = usePlotData();
  return (
    <Panel label={words.table} title={words.tableTitle} className={styles.plot} tools={<CostChoice />}>
      <PlotTable data={data} axis={axis} />
    </Panel>
  );
}
