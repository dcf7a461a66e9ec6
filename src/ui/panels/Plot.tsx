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

const KEYS = [
  ['you', 'you'],
  ['measured', 'measured here'],
  ['mark', 'uniform bits'],
  ['estimate', '~ estimated'],
  ['shipped', 'shipped with the page'],
  ['front', 'best measured'],
] as const;

function Legend({ below }: { readonly below: number }): ReactNode {
  return (
    <p className="legend" aria-hidden="true">
      {KEYS.map(([key, words]) => (
        <span key={key} className="entry">
          <span className={`key ${key}`} /> {words}
        </span>
      ))}
      {below > 0 && <span className="deeper">{below} more below this range</span>}
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
          <Legend below={data.below} />
        </>
      )}
    </Panel>
  );
}
