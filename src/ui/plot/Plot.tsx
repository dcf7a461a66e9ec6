// Accuracy against model size, bit operations or average bits; drawn, or as a table.
import { type ReactNode, useCallback, useState } from 'react';
import { axisHere } from '../../store/measure/axis';
import { setPlotRange } from '../../store/state/view';
import { said } from '../../words/en/declared';
import { names } from '../../words/en/names';
import { plot as words } from '../../words/en/plot';
import { room } from '../../words/en/room';
import { Panel } from '../parts/Panel';
import { Segmented } from '../parts/Segmented';
import { useDesk } from '../parts/useDesk';
import { Chart } from './Chart';
import { CostChoice } from './CostChoice';
import { ExportMenu } from './ExportMenu';
import { MethodIcon } from './MethodIcon';
import styles from './Plot.module.css';
import { hasSearched, type PlotData } from './plotData';
import type { PlotRanges } from './plotScales';
import { usePlotData } from './usePlotData';

/** What the marks are: the methods whose points are on the plot, and how points that are no test measurements look. */
function Marks({ data }: { readonly data: PlotData }): ReactNode {
  const isPage = useDesk((state) => state.measuredAs === 'page');
  const labels = useDesk((state) => state.searchMethods);
  const methods = [...new Set(data.runs.flatMap(({ method, points }) => (points.length > 0 ? [method] : [])))];
  return (
    <span className={styles.marks}>
      {methods.map((method) => (
        <span key={method} className={styles.entry}>
          <MethodIcon method={method} />{' '}
          {said(labels.find(({ id }) => id === method)?.label ?? (method === 'room' ? room.others : method))}
        </span>
      ))}
      {data.runs.some(({ predicted }) => predicted.length > 0) && (
        <span className={styles.entry}>
          <span className={styles.predicted} /> {words.predictedMark}
        </span>
      )}
      <span>{isPage ? words.note(hasSearched(data)) : words.noteByPage}</span>
    </span>
  );
}

/** Region "Accuracy against model size". */
export default function Plot(): ReactNode {
  const axis = useDesk(axisHere);
  const shown = useDesk((state) => state.plotRange);
  const data = usePlotData();
  // A zoom is of one network and cost.
  const place = useDesk((state) => `${state.networkId} ${axisHere(state)}`);
  const [kept, setKept] = useState<{ readonly of: string; readonly ranges: PlotRanges | null }>();
  const zoom = kept?.of === place ? kept.ranges : null;
  const onZoom = useCallback((ranges: PlotRanges | null) => setKept({ of: place, ranges }), [place]);
  const tools = (
    <>
      <CostChoice />
      <Segmented
        small
        legend={words.rangeChoice}
        options={(['top', 'all', ...(zoom ? (['zoom'] as const) : [])] as const).map((value) => ({
          value,
          label: words.range[value],
        }))}
        value={zoom ? 'zoom' : shown}
        onChange={(value) => {
          if (value === 'zoom') return;
          onZoom(null);
          setPlotRange(value);
        }}
      />
      <ExportMenu data={data} />
    </>
  );
  return (
    <Panel
      label={names.plot}
      title={words.title[axis]}
      note={<Marks data={data} />}
      className={styles.plot}
      tools={tools}
    >
      <Chart data={data} axis={axis} shown={shown} zoom={zoom} onZoom={onZoom} />
    </Panel>
  );
}
