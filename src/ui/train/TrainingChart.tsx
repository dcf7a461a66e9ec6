// Curves of a training run: accuracy and, below it, loss over steps; the pointer reads both at one step. Loaded lazily with
// recharts.
import type { ReactNode } from 'react';
import { CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { CurvePoint } from '../../engine/protocol/training';
import { train } from '../../words/en/train';
import { fixed } from '../../words/numbers';
import chartStyles from '../parts/chart.module.css';
import { classes } from '../parts/classes';
import { CHART_MARGIN, xAxis, yAxis } from '../parts/rechartsAxes';
import { chartLabel, type Scale } from '../parts/scale';
import styles from './TrainingChart.module.css';
import { trainingScales } from './trainingScales';

/** The pointer's readings look as the page's tooltips do. */
const TIP = {
  border: '1px solid var(--edge)',
  borderRadius: '6px',
  background: 'var(--raised)',
  fontSize: 'var(--text-s)',
};

interface CurvesProps {
  readonly says: string;
  readonly data: readonly object[];
  readonly x: Scale;
  readonly y: Scale;
  /** Digits behind the point of what the pointer reads. */
  readonly digits: number;
  readonly children: ReactNode;
}

/** Lines over training steps, in the frame that all charts have. */
function Curves({ says, data, x, y, digits, children }: CurvesProps): ReactNode {
  return (
    <figure className={classes(chartStyles.chart, styles.curve)} aria-label={chartLabel(says, x, y)}>
      <ResponsiveContainer width="100%" height="100%">
        <ComposedChart
          data={[...data]}
          margin={CHART_MARGIN}
          accessibilityLayer={false}
          syncId="training"
          syncMethod="value"
        >
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis dataKey="step" {...xAxis(x)} />
          <YAxis {...yAxis(y)} />
          <Tooltip
            contentStyle={TIP}
            isAnimationActive={false}
            labelFormatter={(step) => train.curve.at(Number(step))}
            formatter={(value) => fixed(Number(value), digits)}
          />
          {children}
        </ComposedChart>
      </ResponsiveContainer>
    </figure>
  );
}

interface TrainingChartProps {
  readonly curve: readonly CurvePoint[];
  /** Steps of the whole run. */
  readonly steps: number;
}

/** Live curves; validation accuracy is a dot at the end of each epoch. */
export default function TrainingChart({ curve, steps }: TrainingChartProps): ReactNode {
  const scales = trainingScales(curve, steps);
  const latest = curve.findLast(({ validation }) => validation !== undefined)?.validation;
  const data = curve.map(({ step, loss, accuracy, validation }) => ({
    step,
    loss,
    accuracy: accuracy * 100,
    validation: validation === undefined ? undefined : validation * 100,
  }));
  return (
    <div className={styles.curves}>
      <p className="note" aria-hidden="true">
        <span className={styles.training}>{train.curve.training}</span>{' '}
        <span className={styles.validation}>{train.curve.validation(latest)}</span>
      </p>
      <Curves says={train.curves.accuracy} data={data} x={scales.steps} y={scales.accuracy} digits={1}>
        <Line
          dataKey="accuracy"
          name={train.curve.training}
          stroke="var(--dim)"
          strokeWidth={1.5}
          strokeDasharray="4 3"
          dot={false}
          isAnimationActive={false}
        />
        <Line
          dataKey="validation"
          name={train.curve.validation(undefined)}
          stroke="var(--ink)"
          strokeWidth={2}
          connectNulls
          dot={{ r: 3.5, fill: 'var(--ink)' }}
          isAnimationActive={false}
        />
      </Curves>
      <Curves says={train.curves.loss} data={data} x={scales.steps} y={scales.loss} digits={3}>
        <Line
          dataKey="loss"
          name={train.axes.loss}
          stroke="var(--bits-6)"
          strokeWidth={2}
          dot={false}
          isAnimationActive={false}
        />
      </Curves>
    </div>
  );
}
