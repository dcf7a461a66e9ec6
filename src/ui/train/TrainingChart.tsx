// Curves of a training run: accuracy and, below it, loss over steps.
import type { ReactNode } from 'react';
import type { CurvePoint } from '../../engine/protocol/training';
import { train } from '../../words/en/train';
import { Frame } from '../parts/Frame';
import type { PlotArea } from '../parts/scale';
import styles from './TrainingChart.module.css';
import { trainingScales } from './trainingScales';

/** A line through the finite values of a curve. */
function pathOf(curve: readonly CurvePoint[], { x, y }: PlotArea, value: (point: CurvePoint) => number): string {
  const finite = curve.filter((point) => Number.isFinite(value(point)));
  return finite.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.step)},${y(value(point))}`).join('');
}

interface TrainingChartProps {
  readonly curve: readonly CurvePoint[];
  /** Steps of the whole run. */
  readonly steps: number;
}

/** Live curves; validation accuracy is a dot at the end of each epoch. */
export function TrainingChart({ curve, steps }: TrainingChartProps): ReactNode {
  const scales = trainingScales(curve, steps);
  const validated = curve.filter(({ validation }) => validation !== undefined);
  const latest = validated.at(-1)?.validation;
  return (
    <div className={styles.curves}>
      <p className="note" aria-hidden="true">
        <span className={styles.training}>{train.curve.training}</span>{' '}
        <span className={styles.validation}>{train.curve.validation(latest)}</span>
      </p>
      <Frame says={train.curves.accuracy} x={scales.steps} y={scales.accuracy}>
        {(area) => (
          <>
            <path className={styles.faint} d={pathOf(curve, area, ({ accuracy }) => accuracy * 100)} />
            <path className={styles.line} d={pathOf(validated, area, ({ validation = 0 }) => validation * 100)} />
            {validated.map(({ step, validation = 0 }) => (
              <circle key={step} className={styles.dot} cx={area.x(step)} cy={area.y(validation * 100)} r={3.5} />
            ))}
          </>
        )}
      </Frame>
      <Frame says={train.curves.loss} x={scales.steps} y={scales.loss}>
        {(area) => <path className={styles.loss} d={pathOf(curve, area, (point) => point.loss)} />}
      </Frame>
    </div>
  );
}
