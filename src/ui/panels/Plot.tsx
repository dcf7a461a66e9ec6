// Accuracy against memory, bit operations or average bits; drawn, or as a table.
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { type Axis, desk } from '../../store/desk';
import { setPolicy } from '../../store/policyActions';
import { AXES } from '../charts/axes';
import { usePlotData } from '../charts/usePlotData';
import { Panel } from '../controls/Panel';
import { Segmented } from '../controls/Segmented';
import { useDesk, usePhone } from '../useDesk';
import { PlotTable } from './PlotTable';

const AccuracyChart = lazy(() => import('../charts/AccuracyChart'));
const OPTIONS = (Object.keys(AXES) as Axis[]).map((value) => ({ value, label: AXES[value].option }));

function Legend(): ReactNode {
  return (
    <p className="legend" aria-hidden="true">
      <span className="key you" /> you
      <span className="key measured" /> measured here
      <span className="key mark" /> the same bits everywhere
      <span className="key estimate" /> ~ estimated
      <span className="key shipped" /> shipped with the page
      <span className="key front" /> best measured so far
    </p>
  );
}

/** Region "Accuracy against memory". */
export function Plot(): ReactNode {
  const axis = useDesk((state) => state.axis);
  const narrow = usePhone();
  const [asTable, setAsTable] = useState(false);
  const data = usePlotData();
  const summary = `${data.measured.length + data.marks.filter((m) => m.source === 'measured').length} policies measured here, ${data.cloud.length} shipped with the page.`;
  const tools = (
    <>
      <Segmented legend="Cost" options={OPTIONS} value={axis} onChange={(next) => desk.setState({ axis: next })} />
      <button type="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
        As a table
      </button>
    </>
  );
  return (
    <Panel
      label="Accuracy against memory"
      title={`Accuracy against ${AXES[axis].option}`}
      className="plot"
      tools={tools}
    >
      {asTable ? (
        <PlotTable data={data} axis={axis} />
      ) : (
        <>
          <figure className="chart" aria-label={`Plot of accuracy against ${AXES[axis].option}. ${summary}`}>
            <Suspense fallback={<p className="note">The plot is on its way…</p>}>
              <AccuracyChart
                data={data}
                axis={axis}
                narrow={narrow}
                onHover={(ghost) => desk.setState({ ghost })}
                onPick={setPolicy}
              />
            </Suspense>
          </figure>
          <Legend />
        </>
      )}
    </Panel>
  );
}
