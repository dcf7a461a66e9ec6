// Accuracy against memory, bit operations or average bits; drawn, or as a table.
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import { type Axis, desk } from '../../store/desk';
import { AXES } from '../charts/axes';
import { type PlotData, rangeOfX, rangeOfY } from '../charts/plotData';
import { usePlotData, useYou } from '../charts/usePlotData';
import { YouLayer } from '../charts/YouLayer';
import { Panel } from '../controls/Panel';
import { Segmented } from '../controls/Segmented';
import { MethodIcon } from '../search/MethodIcon';
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

function Legend({ below, runs }: { readonly below: number; readonly runs: PlotData['runs'] }): ReactNode {
  const methods = [...new Set(runs.map(({ method }) => method))];
  const labels = useDesk((state) => state.searchMethods);
  return (
    <p className="legend" aria-hidden="true">
      {KEYS.map(([key, words]) => (
        <span key={key} className="entry">
          <span className={`key ${key}`} /> {words}
        </span>
      ))}
      {methods.map((method) => (
        <span key={method} className="entry">
          <MethodIcon method={method} /> {labels.find(({ id }) => id === method)?.label ?? method}
        </span>
      ))}
      {below > 0 && <span className="deeper">{below} more below this range</span>}
    </p>
  );
}

function Drawn({ data }: { readonly data: PlotData }): ReactNode {
  const axis = useDesk((state) => state.axis);
  const narrow = usePhone();
  const you = useYou();
  const [low, high] = rangeOfY(data, you);
  const [from, to] = rangeOfX(data, you);
  const xRange = useMemo(() => [from, to] as const, [from, to]);
  const { cloud, measured, marks, runs } = data;
  const searched = runs.flatMap(({ points }) => points);
  const below = [...cloud, ...measured, ...marks, ...searched].filter((point) => point.y < low).length;
  const own = measured.length + marks.filter((mark) => mark.source === 'measured').length;
  const summary = `${own} policies measured here, ${searched.length} found by searches, ${cloud.length} shipped with the page.`;
  return (
    <>
      <figure className="chart" aria-label={`Plot of accuracy against ${AXES[axis].option}. ${summary}`}>
        <Suspense fallback={<p className="note">The plot is on its way…</p>}>
          <AccuracyChart data={data} xRange={xRange} axis={axis} narrow={narrow} low={low} high={high} />
          <YouLayer you={you} marks={data.marks} xRange={xRange} low={low} high={high} />
        </Suspense>
      </figure>
      <Legend below={below} runs={runs} />
    </>
  );
}

/** Region "Accuracy against memory". */
export function Plot(): ReactNode {
  const axis = useDesk((state) => state.axis);
  const [asTable, setAsTable] = useState(false);
  const data = usePlotData();
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
      {asTable ? <PlotTable data={data} axis={axis} /> : <Drawn data={data} />}
    </Panel>
  );
}
