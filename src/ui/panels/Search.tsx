// Looking for a good policy: what was measured here, and the series of uniform policies to compare with.
import type { ReactNode } from 'react';
import { type BitWidth, uniformPolicy } from '../../graph/policy';
import type { QuantScheme } from '../../quant/registry';
import { desk } from '../../store/desk';
import { measureSeries, stopSeries } from '../../store/measuring';
import { isInReach, reachOf } from '../../store/reach';
import { usePlotData } from '../charts/usePlotData';
import { Panel } from '../controls/Panel';
import { useDesk } from '../useDesk';
import { PointRows } from './PlotTable';

const SERIES: readonly BitWidth[] = [8, 6, 4, 3, 2];

/** The widths of the series that a scheme has, or its smallest. */
function seriesOf(scheme: QuantScheme): readonly BitWidth[] {
  const reach = reachOf(scheme, 'weights');
  const widths = SERIES.filter((bits) => isInReach(bits, reach));
  return widths.length > 0 ? widths : [reach[0]];
}

function measureUniform(widths: readonly BitWidth[]): void {
  const { architecture, scheme } = desk.getState();
  void measureSeries(widths.map((bits) => ({ policy: uniformPolicy(architecture, bits, 8), scheme })));
}

/** Region "Search". */
export function Search(): ReactNode {
  const data = usePlotData();
  const left = useDesk((state) => state.seriesLeft);
  const ready = useDesk((state) => state.network !== null);
  const axis = useDesk((state) => state.axis);
  const scheme = useDesk((state) => state.scheme);
  const widths = seriesOf(scheme);
  const points = [...data.marks, ...data.measured].filter((point) => point.source === 'measured');
  const tools = (
    <>
      {left > 0 && <span className="note">{left} left</span>}
      {left > 0 ? (
        <button type="button" onClick={stopSeries}>
          Stop
        </button>
      ) : (
        <button type="button" className="primary" disabled={!ready} onClick={() => measureUniform(widths)}>
          Measure uniform {widths.join(', ')}
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
