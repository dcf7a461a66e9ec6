// Points of the plot as a table, for keyboards, screen readers and anybody who wants the numbers.
import type { ReactNode } from 'react';
import { type BitPolicy, FLOAT, samePolicy } from '../../graph/policy';
import type { Axis } from '../../store/state/desk';
import { plot } from '../../words/en/plot';
import { COSTS } from './costs';
import { accuracyWords, sourceWords } from './PointCard';
import { PolicyTable } from './PolicyTable';
import type { PlotData, PlotPoint } from './plotData';
import { useYou } from './usePlotData';

/** Bits of all layers, input to output, where they differ: what tells mixed policies apart. */
function Widths({ policy }: { readonly policy: BitPolicy }): ReactNode {
  const layers = Object.values(policy);
  const listed = (['weights', 'activations'] as const).flatMap((tensor) => {
    const widths = layers.map((bits) => (bits[tensor] === FLOAT ? 'f' : String(bits[tensor])));
    // The image that the first layer reads stays float, so that activations of one width differ there alone.
    const differ = new Set(tensor === 'weights' ? widths : widths.slice(1)).size > 1;
    return differ ? [plot.table.widths[tensor](widths.join(' '))] : [];
  });
  return listed.length === 0 ? null : <span className="note">{listed.join(' · ')}</span>;
}

interface PointRowsProps {
  readonly points: readonly PlotPoint[];
  readonly axis: Axis;
  /** Of what scrolls. */
  readonly className?: string | undefined;
}

/** Points, the largest first. */
export function PointRows({ points, axis, className }: PointRowsProps): ReactNode {
  const rows = points
    .toSorted((a, b) => b.x - a.x)
    .map((point) => ({
      policy: point.policy,
      label: point.label,
      name: (
        <>
          {point.label}
          <Widths policy={point.policy} />
        </>
      ),
      values: [point.label, point.x, point.y],
      cells: [
        COSTS[axis].format(point.x),
        <>
          {accuracyWords(point)}
          <span className="note">{sourceWords(point)}</span>
        </>,
      ],
    }));
  const columns = [plot.cost[axis], plot.table.accuracy];
  return <PolicyTable title={plot.table.config} columns={columns} rows={rows} className={className} />;
}

/** The points with YOU among them: in place of the same policy on fewer images. */
export function onceEach(points: readonly PlotPoint[], you: PlotPoint | undefined): PlotPoint[] {
  if (you === undefined) return [...points];
  const known = points.find(({ policy }) => samePolicy(policy, you.policy));
  if (known && (known.n ?? 0) >= (you.n ?? 0)) return [...points];
  return [{ ...you, label: plot.table.you(you.label) }, ...points.filter((point) => point !== known)];
}

interface PlotTableProps extends Pick<PointRowsProps, 'axis' | 'className'> {
  readonly data: PlotData;
}

/** All points of the plot. */
export function PlotTable({ data, axis, className }: PlotTableProps): ReactNode {
  const you = useYou();
  const points = onceEach([...data.marks, ...data.measured, ...data.cloud], you);
  points.push(...data.runs.flatMap((run) => run.points));
  if (points.length === 0) return <p className="empty">{plot.table.empty}</p>;
  return <PointRows points={points} axis={axis} className={className} />;
}
