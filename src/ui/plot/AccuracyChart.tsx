// The drawn plot of accuracy against cost, without YOU. Loaded lazily: recharts is larger than the rest of the page.
import { memo, type ReactNode } from 'react';
import {
  CartesianGrid,
  ReferenceLine,
  ResponsiveContainer,
  Scatter,
  ScatterChart,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { setPolicy } from '../../store/policy/actions';
import type { Axis } from '../../store/state/desk';
import { showGhost } from '../../store/state/view';
import chartStyles from '../parts/chart.module.css';
import { classes } from '../parts/classes';
import { AXES, PLOT_INSETS, roomy } from './axes';
import { MarkAt } from './MethodIcon';
import { markOf } from './methodMarks';
import { PointCard } from './PointCard';
import { hasSearched, type PlotData, type PlotMark, type PlotPoint } from './plotData';
import pointsStyles from './points.module.css';

const X_AXIS_HEIGHT = 30;
const Y_AXIS_WIDTH = 58;
const MARGIN = {
  top: PLOT_INSETS.top,
  right: PLOT_INSETS.right,
  bottom: PLOT_INSETS.bottom - X_AXIS_HEIGHT,
  left: PLOT_INSETS.left - Y_AXIS_WIDTH,
};

interface ShapeProps {
  readonly cx?: number;
  readonly cy?: number;
  readonly payload?: PlotPoint;
}
type Shape = (props: ShapeProps) => ReactNode;

const dot: Shape = ({ cx, cy }) => <circle className={pointsStyles.pointShipped} cx={cx} cy={cy} r={3} />;
const square: Shape = ({ cx = 0, cy = 0 }) => (
  <rect className={pointsStyles.pointMeasured} x={cx - 4.5} y={cy - 4.5} width={9} height={9} rx={1.5} />
);
const mark: Shape = ({ cx = 0, cy = 0, payload }) => {
  const { name, source } = payload as PlotMark;
  return (
    <g className={classes(pointsStyles.pointMark, pointsStyles[source], !/\d/.test(name) && pointsStyles.float)}>
      <circle cx={cx} cy={cy} r={5.5} />
      <text x={cx + 9} y={cy + 17}>
        {name}
      </text>
    </g>
  );
};
const nothing: Shape = () => <g />;

const marked =
  (method: string): Shape =>
  ({ cx = 0, cy = 0, payload }) => (
    <g className={payload?.source === 'searched' ? pointsStyles.pointSearched : undefined}>
      <MarkAt method={method} x={cx} y={cy} />
    </g>
  );

const pointOf = (event: unknown) => (event as { payload: PlotPoint }).payload;
const EVENTS = {
  isAnimationActive: false,
  onMouseEnter: (event: unknown) => showGhost(pointOf(event).policy),
  onMouseLeave: () => showGhost(null),
  onClick: (event: unknown) => setPolicy(pointOf(event).policy),
} as const;

interface AccuracyChartProps {
  readonly data: PlotData;
  readonly xRange: PlotData['xRange'];
  readonly axis: Axis;
  readonly narrow: boolean;
  readonly low: number;
  readonly high: number;
}

/** A scatter chart of policies; hovering shows one on the faders and clicking loads it. */
function AccuracyChart({ data, xRange, axis, narrow, low, high }: AccuracyChartProps): ReactNode {
  const words = AXES[axis];
  const yTicks = Array.from({ length: Math.floor((high - low) / 10) + 1 }, (_, i) => low + i * 10);
  const visible = (points: readonly PlotPoint[]) => points.filter((point) => point.y >= low);
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ScatterChart margin={MARGIN} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--line)" />
        <XAxis
          type="number"
          dataKey="x"
          scale="log"
          domain={roomy(xRange)}
          allowDataOverflow
          height={X_AXIS_HEIGHT}
          ticks={words.ticks(xRange, narrow ? 4 : 8)}
          tickFormatter={words.tick}
          stroke="var(--edge)"
          label={{ value: words.title, position: 'insideBottom', offset: -16, className: chartStyles.axisTitle }}
        />
        <YAxis
          type="number"
          dataKey="y"
          domain={[low, high]}
          allowDataOverflow
          width={Y_AXIS_WIDTH}
          stroke="var(--edge)"
          ticks={yTicks}
          label={{
            value: hasSearched(data) ? 'accuracy (%), on test images unless faint' : 'accuracy on test images (%)',
            angle: -90,
            position: 'insideLeft',
            className: classes(chartStyles.axisTitle, chartStyles.centered),
          }}
        />
        {data.float !== undefined && (
          <ReferenceLine
            y={data.float}
            className={pointsStyles.floatLine}
            label={{ value: `float before training, ${data.float.toFixed(1)} %`, position: 'insideBottomRight' }}
          />
        )}
        <Tooltip
          cursor={false}
          isAnimationActive={false}
          content={({ active, payload }) =>
            active && payload?.[0] ? <PointCard point={payload[0].payload as PlotPoint} axis={axis} /> : null
          }
        />
        <Scatter name="shipped" data={visible(data.cloud)} shape={dot as never} {...EVENTS} />
        {(['shippedFront', 'front'] as const).map((name) => (
          <Scatter
            key={name}
            name={name}
            data={[...data[name]]}
            shape={nothing as never}
            line={{ className: classes(pointsStyles.frontLine, name === 'shippedFront' && pointsStyles.shipped) }}
            lineType="joint"
            isAnimationActive={false}
            tooltipType="none"
          />
        ))}
        {data.runs.map(({ id, method, front }) => (
          <Scatter
            key={`front of ${id}`}
            name={`front of ${id}`}
            data={front.filter((corner) => corner.y >= low)}
            shape={nothing as never}
            line={{ className: pointsStyles.runFront, stroke: markOf(method).color }}
            lineType="joint"
            isAnimationActive={false}
            tooltipType="none"
          />
        ))}
        <Scatter name="measured" data={visible(data.measured)} shape={square as never} {...EVENTS} />
        {data.runs.map(({ id, method, points }) => (
          <Scatter key={id} name={id} data={visible(points)} shape={marked(method) as never} {...EVENTS} />
        ))}
        <Scatter name="marks" data={visible(data.marks)} shape={mark as never} {...EVENTS} />
      </ScatterChart>
    </ResponsiveContainer>
  );
}

export default memo(AccuracyChart);
