// Accuracy against model size, bit operations or average bits; drawn, or as a table.
import { type ReactNode, Suspense, useMemo, useRef } from 'react';
import type { Axis } from '../../store/state/desk';
import { setAxis } from '../../store/state/view';
import { names } from '../../words/en/names';
import { plot } from '../../words/en/plot';
import chartStyles from '../parts/chart.module.css';
import { chunk } from '../parts/chunk';
import { classes } from '../parts/classes';
import { Panel } from '../parts/Panel';
import { Segmented } from '../parts/Segmented';
import { chartLabel } from '../parts/scale';
import { useDesk, useMedia, usePhone } from '../parts/useDesk';
import { accuracyScale, COSTS, costScale } from './costs';
import { MethodIcon } from './MethodIcon';
import styles from './Plot.module.css';
import { PlotTable } from './PlotTable';
import { hasSearched, type PlotData, type PlotPoint, rangeOfX, rangeOfY } from './plotData';
import { TapLayer } from './TapLayer';
import { usePlotData, useYou } from './usePlotData';
import { YouLayer } from './YouLayer';

const AccuracyChart = chunk(() => import('./AccuracyChart'));
const AXES = Object.keys(COSTS) as Axis[];

/** What is on the plot, each with its sign; of fronts, how many images they were measured on. */
function keysOf(data: PlotData, you: PlotPoint | undefined) {
  const { cloud, measured, marks, front, shippedFront } = data;
  const from = (source: PlotPoint['source']) => marks.filter((mark) => mark.source === source);
  const images = (points: readonly PlotPoint[]) => Math.max(...points.map(({ n = 0 }) => n));
  const { legend } = plot;
  const own = [...measured, ...from('measured')];
  const shipped = [...cloud, ...from('shipped')];
  const keys: readonly (readonly [key: readonly string[], words: string, present: boolean])[] = [
    [['you'], legend.you, you !== undefined],
    [['measured'], legend.measured, measured.length > 0],
    [['mark'], legend.uniform, marks.some(({ name }) => /\d/.test(name))],
    [['estimate'], legend.estimated, from('estimated').length > 0 || you?.source === 'estimated'],
    [['shipped'], legend.precomputed, shipped.length > 0],
    [['front'], legend.front(images(own)), front.length > 1],
    [['front', 'shipped'], legend.precomputedFront(images(shipped)), shippedFront.length > 1],
    [['searched'], legend.searched, hasSearched(data)],
  ];
  return keys.filter(([, , present]) => present);
}

interface LegendProps {
  readonly data: PlotData;
  readonly you: PlotPoint | undefined;
  readonly low: number;
}

function Legend({ data, you, low }: LegendProps): ReactNode {
  const { cloud, measured, marks, runs } = data;
  const methods = [...new Set(runs.map(({ method }) => method))];
  const labels = useDesk((state) => state.searchMethods);
  const points = [...cloud, ...measured, ...marks, ...runs.flatMap((run) => run.points)];
  const below = points.filter((point) => point.y < low).length;
  return (
    <p className={chartStyles.legend} aria-hidden="true">
      {keysOf(data, you).map(([key, words]) => (
        <span key={words} className={chartStyles.entry}>
          <span className={classes(styles.key, ...key.map((name) => styles[name]))} /> {words}
        </span>
      ))}
      {methods.map((method) => (
        <span key={method} className={chartStyles.entry}>
          <MethodIcon method={method} /> {labels.find(({ id }) => id === method)?.label ?? method}
        </span>
      ))}
      {below > 0 && <span className={styles.deeper}>{plot.below(below, low)}</span>}
    </p>
  );
}

/** The lower end of the range, which only goes down while a fader is dragged: nothing jumps under the hand. */
function useSteady(low: number): number {
  const dragging = useDesk((state) => state.gestureStart !== null);
  const held = useRef(low);
  held.current = dragging ? Math.min(held.current, low) : low;
  return held.current;
}

function Drawn({ data }: { readonly data: PlotData }): ReactNode {
  const axis = useDesk((state) => state.axis);
  const narrow = usePhone();
  const touch = useMedia('(pointer: coarse)');
  const you = useYou();
  const [needed, high] = rangeOfY(data, you);
  const low = useSteady(needed);
  const [from, to] = rangeOfX(data, you);
  // Of one identity while they say the same: the drawn chart is not drawn anew at every frame.
  const x = useMemo(() => costScale(axis, [from, to], narrow ? 4 : 8), [axis, from, to, narrow]);
  const onSearchImages = hasSearched(data);
  const y = useMemo(() => {
    return accuracyScale([low, high], plot.accuracyAxis(onSearchImages));
  }, [low, high, onSearchImages]);
  const { cloud, measured, marks, runs } = data;
  const searched = runs.flatMap(({ points: found }) => found);
  const points = [...cloud, ...measured, ...searched, ...marks];
  const own = measured.length + marks.filter((mark) => mark.source === 'measured').length;
  const summary = plot.summary(own, searched.length, cloud.length);
  return (
    <>
      <figure
        className={classes(chartStyles.chart, styles.figure)}
        aria-label={chartLabel(plot.says(plot.cost[axis], summary), x, y)}
      >
        <Suspense fallback={<p className="note">{plot.loading}</p>}>
          <AccuracyChart data={data} axis={axis} x={x} y={y} />
          <YouLayer you={you} marks={data.marks} x={x} y={y} />
          {touch && <TapLayer key={axis} points={points} axis={axis} x={x} y={y} />}
        </Suspense>
      </figure>
      <Legend data={data} you={you} low={low} />
    </>
  );
}

const Costs = (): ReactNode => (
  <Segmented
    legend={plot.costChoice}
    options={AXES.map((value) => ({ value, label: plot.cost[value] }))}
    value={useDesk((state) => state.axis)}
    onChange={setAxis}
  />
);

/** Region "Accuracy against model size". */
export function Plot(): ReactNode {
  const axis = useDesk((state) => state.axis);
  const data = usePlotData();
  return (
    <Panel label={names.plot} title={plot.title(plot.cost[axis])} className={styles.plot} tools={<Costs />}>
      <Drawn data={data} />
    </Panel>
  );
}

/** Region "Table": the same points in rows. */
export function PlotAsTable(): ReactNode {
  const axis = useDesk((state) => state.axis);
  const data = usePlotData();
  return (
    <Panel label={names.table} title={plot.table.title} className={styles.plot} tools={<Costs />}>
      <PlotTable data={data} axis={axis} />
    </Panel>
  );
}
