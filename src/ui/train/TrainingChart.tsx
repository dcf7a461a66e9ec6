// Curves of a training run: loss on the left axis, accuracy on the right. Loaded lazily with recharts.
import type { ReactNode } from 'react';
import { CartesianGrid, ComposedChart, Legend, Line, ResponsiveContainer, Scatter, XAxis, YAxis } from 'recharts';
import type { CurvePoint } from '../../engine/protocol/training';
import { train } from '../../words/en/train';
import { xAxis, yAxis } from '../parts/rechartsAxes';
import type { TrainingScales } from './trainingScales';

interface TrainingChartProps {
  readonly curve: readonly CurvePoint[];
  readonly scales: TrainingScales;
}

/** Live curves; validation accuracy is a diamond at the end of each epoch. */
export default function TrainingChart({ curve, scales }: TrainingChartProps): ReactNode {
  const data = curve.map((point) => ({
    step: point.step,
    loss: point.loss,
    training: point.accuracy * 100,
    validation: point.validation === undefined ? undefined : point.validation * 100,
  }));
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart data={data} margin={{ top: 8, right: 8, bottom: 22, left: 8 }} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis dataKey="step" {...xAxis(scales.steps)} />
        <YAxis yAxisId="loss" {...yAxis(scales.loss)} />
        <YAxis yAxisId="accuracy" {...yAxis(scales.accuracy, 'right')} />
        <Legend verticalAlign="top" />
        <Line
          yAxisId="loss"
          dataKey="loss"
          name={train.curve.loss}
          stroke="var(--oi-vermillion)"
          dot={false}
          isAnimationActive={false}
        />
        <Line
          yAxisId="accuracy"
          dataKey="training"
          name={train.curve.training}
          stroke="var(--oi-blue)"
          strokeDasharray="5 3"
          dot={false}
          isAnimationActive={false}
        />
        <Scatter
          data={data.filter((point) => point.validation !== undefined)}
          yAxisId="accuracy"
          dataKey="validation"
          name={train.curve.validation}
          fill="var(--oi-green)"
          shape="diamond"
          legendType="diamond"
          isAnimationActive={false}
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
}
