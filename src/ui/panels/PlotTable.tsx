// Points of the plot as a table, for keyboards, screen readers and anybody who wants the numbers.
import type { ReactNode } from 'react';
import type { Axis } from '../../store/desk';
import { samePolicy } from '../../store/policyEdits';
import { AXES } from '../charts/axes';
import { accuracyWords, sourceWords } from '../charts/PointCard';
import { PolicyTable } from '../charts/PolicyTable';
import type { PlotData, PlotPoint } from '../charts/plotData';
import { useYou } from '../charts/usePlotData';

/** Points, the dearest first. */
export function PointRows({ points, axis }: { readonly points: readonly PlotPoint[]; readonly axis: Axis }): ReactNode {
  const { option, format } = AXES[axis];
  const rows = points
    .toSorted((a, b) => b.x - a.x)
    .map((point) => ({
      policy: point.policy,
      label: point.label,
      cells: [
        format(point.x),
        <>
          {accuracyWords(point)}
          <span className="note">{sourceWords(point)}</span>
        </>,
      ],
    }));
  return <PolicyTable title="Policy" columns={[option, 'Accuracy (95 % interval)']} rows={rows} />;
}

/** All points of the plot. */
export function PlotTable({ data, axis }: { readonly data: PlotData; readonly axis: Axis }): ReactNode {
  const you = useYou();
  const points = [...data.marks, ...data.measured, ...data.runs.flatMap((run) => run.points), ...data.cloud];
  const isNew = you && !points.some((point) => point.source === you.source && samePolicy(point.policy, you.policy));
  if (you && isNew) points.unshift({ ...you, label: `you: ${you.label}` });
  if (points.length === 0)
    return <p className="empty">No policy is measured yet. The first one follows as soon as the engine is ready.</p>;
  return <PointRows points={points} axis={axis} />;
}
