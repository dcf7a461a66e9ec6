// The drawn plot of accuracy against cost: ground, points, YOU, and what finds points under pointer and keys.
import { type ReactNode, useId, useMemo } from 'react';
import type { ShownAxis } from '../../store/measure/axis';
import { plot as words } from '../../words/en/plot';
import type { Box } from '../parts/scale';
import { useDesk } from '../parts/useDesk';
import { useSize } from '../parts/useSize';
import { BudgetControls, BudgetGround } from './Budget';
import styles from './Chart.module.css';
import { Ground, roomOfTitle } from './Ground';
import { PinMarks, roomOfPins } from './PinMarks';
import { Pointing } from './Pointing';
import { Points } from './Points';
import type { PlotData, PlotPoint } from './plotData';
import { enlarged, type PlotGeometry, type PlotRanges, plotGeometry } from './plotScales';
import { usePinPoints, useTrail, useYou } from './usePlotData';
import { rangesOf, usePlotRanges, useSettled } from './usePlotScales';
import { roomOfYou, YouMarks } from './YouMarks';

const NARROW = 480;

/** The plotted area of a chart of a size, with words that are larger by a factor. */
function boxOf(width: number, height: number, by: number): Box {
  return { left: (width < NARROW ? 34 : 50) * by, right: width - 16, top: 18 + 16 * by, bottom: height - 26 * by };
}

/** What the plot shows, for those who do not see it. */
function summaryOf(data: PlotData, axis: ShownAxis, { cost, accuracy }: PlotGeometry): string {
  const own = [...data.measured, ...data.marks].filter(({ source }) => source === 'measured').length;
  const searched = data.runs.reduce((sum, { points }) => sum + points.length, 0);
  const { low, breakAt, high } = accuracy;
  return words.summary(
    words.title[axis],
    own,
    searched,
    data.cloud.length,
    words.ends(words.costs[axis](cost[0]), words.costs[axis](cost[1])),
    breakAt === undefined ? words.percents(low, high) : words.broken(low, breakAt, high),
  );
}

interface ChartProps {
  readonly data: PlotData;
  readonly axis: ShownAxis;
  readonly shown: 'top' | 'all';
  /** A part of it, if zoomed. */
  readonly zoom: PlotRanges | null;
  onZoom(shown: PlotRanges | null): void;
}

/** A figure that fills its box; a drag redraws YOU alone. */
export function Chart({ data, axis, shown, zoom, onZoom }: ChartProps): ReactNode {
  const [figure, { width, height }] = useSize<HTMLElement>();
  const id = useId();
  const you = useYou();
  const trail = useTrail();
  // All points are as the page rounds, whatever the result shows.
  const isPage = useDesk((state) => state.measuredAs === 'page');
  const word = isPage ? words.you : words.youByPage;
  const dragging = useDesk((state) => state.gestureStart !== null);
  const home = usePlotRanges(data, you, shown);
  // The projector view has larger type.
  const projected = useDesk((state) => state.projected);
  const plot = useMemo(() => {
    const { cost, accuracy } = zoom ?? home;
    const type = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--text-s'));
    const box = boxOf(width, height, enlarged({ type }));
    return { ...plotGeometry(cost, accuracy, box), zoomed: zoom !== null, type };
  }, [zoom, home, width, height, projected]);
  const settled: PlotPoint | undefined = useSettled(you, dragging);
  const all = useMemo(() => rangesOf(data, settled, 'all'), [data, settled]);
  const pins = usePinPoints();
  const taken = useMemo(
    () => [...(settled ? [roomOfYou(plot, settled, word)] : []), ...roomOfPins(plot, pins), roomOfTitle(plot, axis)],
    [plot, settled, word, pins, axis],
  );
  const levels = useMemo(() => {
    const far = data.marks.filter(({ kind }) => kind === 'float').map(({ y }) => y);
    return data.float === undefined ? far : [data.float];
  }, [data]);
  return (
    <figure ref={figure} data-plot="" className={styles.chart} aria-label={summaryOf(data, axis, plot)}>
      {width > 0 && height > 0 && (
        <>
          <svg width={width} height={height} aria-hidden="true">
            <rect className={styles.paper} width={width} height={height} />
            <Ground plot={plot} axis={axis} levels={levels} />
            {axis === 'memory' && <BudgetGround plot={plot} id={id} />}
            <Points data={data} plot={plot} costInWords={words.costs[axis]} taken={taken} id={id} />
            <PinMarks plot={plot} pins={pins} />
            {you && <YouMarks plot={plot} you={you} word={word} trail={trail} />}
          </svg>
          <Pointing data={data} plot={plot} axis={axis} home={home} all={all} onZoom={onZoom} />
          {axis === 'memory' && <BudgetControls plot={plot} />}
        </>
      )}
    </figure>
  );
}
