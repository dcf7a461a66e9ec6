// Curves of a training run: loss on the left axis, accuracy on the right. Loaded lazily with recharts.
import type { ReactNode } from 'react';
import { CartesianGrid, ComposedChart, Legend, Line, ResponsiveContainer, Scatter, XAxis, YAxis } from 'recharts';
import type { CurvePoint } from '../../engine/protocol/training';
import chartStyles from '../parts/chart.module.css';

/** Live curves; validation accuracy is a diamond at the end of each epoch. */
export default function TrainingChart({
  curve,
  steps,
}: {
  readonly curve: readonly CurvePoint[];
  readonly steps: number;
}): ReactNode {
  const data = curve.map((point) => ({
    step: point.step,
    loss: point.loss,
    training: point.accuracy * 100,
    validation: point.validation === undefined ? undefined : point.validation * 100,
  }));
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart data={data} margin={{ top: 8, right: 8, bottom: 18, left: 8 }} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis
          dataKey="step"
          type="number"
          domain={[0, Math.max(steps, 1)]}
          label={{ value: 'training steps', position: 'insideBottom', offset: -12, className: chartStyles.axisTitle }}
        />
        <YAxis
          yAxisId="loss"
          width={52}
          domain={[0, 'auto']}
          label={{ value: 'loss (nats)', angle: -90, position: 'insideLeft', className: chartStyles.axisTitle }}
        />
        <YAxis
          yAxisId="accuracy"
          orientation="right"
          width={56}
          domain={[0, 100]}
          ticks={[0, 25, 50, 75, 100]}
          label={{ value: 'accuracy (%)', angle: 90, position: 'insideRight', className: chartStyles.axisTitle }}
        />
        <Legend verticalAlign="top" height={24} />
        <Line
          yAxisId="loss"
          dataKey="loss"
          name="loss"
          stroke="var(--oi-vermillion)"
          dot={false}
          isAnimationActive={false}
        />
        <Line
          yAxisId="accuracy"
          dataKey="training"
          name="accuracy on training images"
          stroke="var(--oi-blue)"
          strokeDasharray="5 3"
          dot={false}
          isAnimationActive={false}
        />
        <Scatter
          data={data.filter((point) => point.validation !== undefined)}
          yAxisId="accuracy"
          dataKey="validation"
          name="accuracy on validation images"
          fill="var(--oi-green)"
          shape="diamond"
          legendType="diamond"
          isAnimationActive={false}
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
}
