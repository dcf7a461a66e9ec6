// Looking for a good policy: what was measured here, and the series of uniform policies to compare with.
import type { ReactNode } from 'react';
import { type BitWidth, uniformPolicy } from '../../graph/policy';
import { desk } from '../../store/desk';
import { measureSeries, stopSeries } from '../../store/measuring';
import { usePlotData } from '../charts/usePlotData';
import { Panel } from '../controls/Panel';
import { useDesk } from '../useDesk';
import { PointRows } from './PlotTable';

const SERIES: readonly BitWidth[] = [8, 6, 4, 3, 2];

function measureUniform(): void {
  const { architecture } = desk.getState();
  void measureSeries(SERIES.map((bits) => uniformPolicy(architecture, bits, 8)));
}

/** Region "Search". */
export function Search(): ReactNode {
  const data = usePlotData();
  const left = useDesk((state) => state.seriesLeft);
  const ready = useDesk((state) => state.network !== null);
  const axis = useDesk((state) => state.axis);
  const points = [...data.marks, ...data.measured].filter((point) => point.source === 'measured');
  const tools = (
    <>
      {left > 0 && <span className="note">{left} left</span>}
      {left > 0 ? (
        <button type="button" onClick={stopSeries}>
          Stop
        </button>
      ) : (
        <button type="button" className="primary" disabled={!ready} onClick={measureUniform}>
          Measure uniform 8, 6, 4, 3, 2
        </button>
      )}
    </>
  );
  return (
    <Panel
      label="Search"
      className="search"
      note="policies measured here, activations at 8 bits in the series"
      tools={tools}
    >
      {points.length === 0 ? (
        <p className="empty">
          Nothing is measured yet: move a fader, or measure the uniform policies to have something to beat.
        </p>
      ) : (
        <PointRows points={points} axis={axis} />
      )}
    </Panel>
  );
}
