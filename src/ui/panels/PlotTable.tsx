// Points of the plot as a table, for keyboards, screen readers and anybody who wants the numbers.
import type { ReactNode } from 'react';
import { type Axis, desk } from '../../store/desk';
import { setPolicy } from '../../store/policyActions';
import { samePolicy } from '../../store/policyEdits';
import { AXES } from '../charts/axes';
import { accuracyWords, Profile, sourceWords } from '../charts/PointCard';
import type { PlotData, PlotPoint } from '../charts/plotData';
import { useYou } from '../charts/usePlotData';

/** Rows of points with a button that loads each one's policy. */
export function PointRows({ points, axis }: { readonly points: readonly PlotPoint[]; readonly axis: Axis }): ReactNode {
  const sorted = [...points].sort((a, b) => b.x - a.x);
  return (
    <div className="table-scroll">
      <table className="points">
        <thead>
          <tr>
            <th scope="col">Policy</th>
            <th scope="col">Profile</th>
            <th scope="col">{AXES[axis].option}</th>
            <th scope="col">Accuracy (95 % interval)</th>
            <th scope="col">
              <span className="unseen">Load</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((point, i) => (
            <tr
              key={i}
              onMouseEnter={() => desk.setState({ ghost: point.policy })}
              onMouseLeave={() => desk.setState({ ghost: null })}
            >
              <th scope="row">{point.label}</th>
              <td>
                <Profile policy={point.policy} />
              </td>
              <td>{AXES[axis].format(point.x)}</td>
              <td>
                {accuracyWords(point)}
                <span className="note">{sourceWords(point)}</span>
              </td>
              <td>
                <button type="button" aria-label={`Load ${point.label}`} onClick={() => setPolicy(point.policy)}>
                  Load
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
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
