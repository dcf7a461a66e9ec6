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
import { plot } from '../../words/en/plot';
import { classes } from '../parts/classes';
import { xAxis, yAxis } from '../parts/rechartsAxes';
import type { Scale } from '../parts/scale';
import { PLOT_MARGIN } from './costs';
import { MarkAt } from './MethodIcon';
import { markOf } from './methodMarks';
import { PointCard } from './PointCard';
import type { PlotData, PlotMark, PlotPoint } from './plotData';
import pointsStyles from './points.module.css';

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
  readonly axis: Axis;
  readonly x: Scale;
  readonly y: Scale;
}

/** A scatter chart of policies; hovering shows one on the faders and clicking loads it. */
function AccuracyChart({ data, axis, x, y }: AccuracyChartProps): ReactNode {
  const visible = (points: readonly PlotPoint[]) => points.filter((point) => point.y >= y.from);
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ScatterChart margin={PLOT_MARGIN} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--line)" />
        {/* What lies beyond the axes is cut off. */}
        <XAxis dataKey="x" {...xAxis(x)} allowDataOverflow />
        <YAxis dataKey="y" {...yAxis(y)} allowDataOverflow />
        {data.float !== undefined && (
          <ReferenceLine
            y={data.float}
            className={pointsStyles.floatLine}
            label={{ value: plot.floatBefore(data.float), position: 'insideBottomRight' }}
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
            key={`front-${id}`}
            name={`front-${id}`}
            data={front.filter((corner) => corner.y >= y.from)}
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
