// The drawn plot of accuracy against cost. Loaded lazily: recharts is larger than the rest of the page.
import type { ReactNode } from 'react';
import { CartesianGrid, ErrorBar, ResponsiveContainer, Scatter, ScatterChart, Tooltip, XAxis, YAxis } from 'recharts';
import type { BitPolicy } from '../../graph/policy';
import type { Axis } from '../../store/desk';
import { AXES, doublings, roomy } from './axes';
import { PointCard } from './PointCard';
import type { PlotData, PlotMark, PlotPoint } from './plotData';

interface ShapeProps {
  readonly cx?: number;
  readonly cy?: number;
  readonly payload?: PlotPoint;
}
type Shape = (props: ShapeProps) => ReactNode;

const dot: Shape = ({ cx, cy }) => <circle className="point-shipped" cx={cx} cy={cy} r={3} />;
const square: Shape = ({ cx = 0, cy = 0 }) => (
  <rect className="point-measured" x={cx - 4.5} y={cy - 4.5} width={9} height={9} rx={1.5} />
);
const mark: Shape = ({ cx = 0, cy = 0, payload }) => {
  const { name, source, covered } = payload as PlotMark;
  return (
    <g className={`point-mark ${source} ${name === 'float' ? 'float' : ''}`}>
      <circle cx={cx} cy={cy} r={5.5} />
      {!covered && (
        <text x={cx + 9} y={cy + 17}>
          {name}
        </text>
      )}
    </g>
  );
};
const you: Shape = ({ cx = 0, cy = 0, payload }) => (
  <g className={`point-you ${payload?.source ?? ''}`}>
    <circle cx={cx} cy={cy} r={8} />
    <text x={cx - 13} y={cy - 9} textAnchor="end">
      {payload?.label}
    </text>
  </g>
);
const nothing: Shape = () => <g />;

const withInterval = (point: PlotPoint) => ({
  ...point,
  interval:
    point.lower === undefined || point.upper === undefined ? undefined : [point.y - point.lower, point.upper - point.y],
});

interface AccuracyChartProps {
  readonly data: PlotData;
  readonly axis: Axis;
  readonly narrow: boolean;
  onHover(policy: BitPolicy | null): void;
  onPick(policy: BitPolicy): void;
}

/** A scatter chart of policies; hovering tells about one and clicking loads it. */
export default function AccuracyChart({ data, axis, narrow, onHover, onPick }: AccuracyChartProps): ReactNode {
  const words = AXES[axis];
  const events = {
    isAnimationActive: false,
    onMouseEnter: (point: unknown) => onHover((point as { payload: PlotPoint }).payload.policy),
    onMouseLeave: () => onHover(null),
    onClick: (point: unknown) => onPick((point as { payload: PlotPoint }).payload.policy),
  } as const;
  const [low, high] = data.yRange;
  const yTicks = Array.from({ length: Math.floor((high - low) / 10) + 1 }, (_, i) => low + i * 10);
  const visible = (points: readonly PlotPoint[]) => points.filter((point) => point.y >= low);
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ScatterChart margin={{ top: 14, right: 36, bottom: 22, left: 8 }} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--line)" />
        <XAxis
          type="number"
          dataKey="x"
          scale="log"
          domain={roomy(data.xRange)}
          allowDataOverflow
          ticks={doublings(data.xRange, words.unit, narrow ? 4 : 8)}
          tickFormatter={words.tick}
          stroke="var(--edge)"
          label={{ value: words.title, position: 'insideBottomRight', offset: -14, className: 'axis-title' }}
        />
        <YAxis
          type="number"
          dataKey="y"
          domain={[low, high]}
          allowDataOverflow
          width={48}
          stroke="var(--edge)"
          ticks={yTicks}
          tickFormatter={(value: number) => `${value} %`}
        />
        <Tooltip
          cursor={false}
          isAnimationActive={false}
          content={({ active, payload }) =>
            active && payload?.[0] ? <PointCard point={payload[0].payload as PlotPoint} axis={axis} /> : null
          }
        />
        <Scatter name="shipped" data={visible(data.cloud)} shape={dot as never} {...events} />
        <Scatter
          name="front"
          data={[...data.front]}
          shape={nothing as never}
          line={{ className: 'front-line' }}
          lineType="joint"
          isAnimationActive={false}
          tooltipType="none"
        />
        <Scatter name="measured" data={visible(data.measured)} shape={square as never} {...events} />
        <Scatter name="marks" data={visible(data.marks)} shape={mark as never} {...events} />
        {data.you && (
          <Scatter
            name="you"
            data={[{ ...withInterval(data.you), label: data.youLabel }]}
            shape={you as never}
            {...events}
          >
            <ErrorBar dataKey="interval" direction="y" width={6} strokeWidth={2} className="interval-bar" />
          </Scatter>
        )}
      </ScatterChart>
    </ResponsiveContainer>
  );
}
