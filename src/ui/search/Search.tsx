// Looking for a good policy: what the next search does, the runs there are, and what was measured by hand.
import type { ReactNode } from 'react';
import { type BitWidth, uniformPolicy } from '../../graph/policy';
import { isInRange, widthRangeOf } from '../../policy/widths';
import type { QuantScheme } from '../../quant/registry';
import { axisHere } from '../../store/measure/axis';
import { measureSeries, stopSeries } from '../../store/measure/measuring';
import { desk } from '../../store/state/desk';
import { names } from '../../words/en/names';
import { search } from '../../words/en/search';
import { Panel } from '../parts/Panel';
import { useDesk } from '../parts/useDesk';
import { PointRows } from '../plot/PlotTable';
import { usePlotData } from '../plot/usePlotData';
import { RoomShares } from '../room/RoomMeasures';
import { LoseAtMost } from './LoseAtMost';
import { RunList } from './RunList';
import styles from './Search.module.css';
import { SearchSetup } from './SearchSetup';

const SERIES: readonly BitWidth[] = [8, 6, 4, 3, 2];

/** The widths of the series that a scheme has, or its smallest. */
function seriesOf(scheme: QuantScheme): readonly BitWidth[] {
  const range = widthRangeOf(scheme, 'weights');
  const widths = SERIES.filter((bits) => isInRange(bits, range));
  return widths.length > 0 ? widths : [range[0]];
}

function measureUniform(widths: readonly BitWidth[]): void {
  const { architecture, scheme } = desk.getState();
  void measureSeries(widths.map((bits) => ({ policy: uniformPolicy(architecture, bits, 8), scheme })));
}

/** What was measured on test images from the faders, and the uniform policies to compare with. */
function MeasuredByHand(): ReactNode {
  const data = usePlotData();
  const left = useDesk((state) => state.seriesLeft);
  const ready = useDesk((state) => state.network !== null);
  const axis = useDesk(axisHere);
  const scheme = useDesk((state) => state.scheme);
  const widths = seriesOf(scheme);
  const points = [...data.marks, ...data.measured].filter((point) => point.source === 'measured');
  return (
    <details>
      <summary>{search.byHand(points.length)}</summary>
      <div className="buttons">
        {left > 0 && <span className="note">{search.seriesLeft(left)}</span>}
        {left > 0 ? (
          <button type="button" onClick={stopSeries}>
            {search.stop}
          </button>
        ) : (
          <button type="button" disabled={!ready} onClick={() => measureUniform(widths)}>
            {search.measureUniform(widths.join(', '))}
          </button>
        )}
      </div>
      {points.length === 0 ? <p className="empty">{search.byHandEmpty}</p> : <PointRows points={points} axis={axis} />}
    </details>
  );
}

/** Region "Search". */
export default function Search(): ReactNode {
  return (
    <Panel label={names.search} className={styles.search} note={search.note}>
      <div className={styles.grid}>
        <LoseAtMost />
        <SearchSetup />
        <div className={styles.found}>
          <RoomShares />
          <RunList />
          <MeasuredByHand />
        </div>
      </div>
    </Panel>
  );
}
