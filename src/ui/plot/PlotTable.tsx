// Points of the plot as a table, for keyboards, screen readers and anybody who wants the numbers.
import { type ReactNode, useState } from 'react';
import { type BitPolicy, FLOAT, samePolicy } from '../../graph/policy';
import type { ShownAxis } from '../../store/measure/axis';
import { costsOf } from '../../store/measure/costs';
import { plot as words } from '../../words/en/plot';
import { classes } from '../parts/classes';
import { useDesk } from '../parts/useDesk';
import styles from './PlotTable.module.css';
import { accuracyWords, sourceWords } from './PointCard';
import { PolicyTable } from './PolicyTable';
import { allPoints, type PlotData, type PlotPoint } from './plotData';
import { useYou } from './usePlotData';

/** Bits of all layers, input to output, where they differ: what tells mixed configs apart. */
function widthsInWords(policy: BitPolicy): string[] {
  const layers = Object.values(policy);
  return (['weights', 'activations'] as const).flatMap((tensor) => {
    const widths = layers.map((bits) => (bits[tensor] === FLOAT ? 'f' : String(bits[tensor])));
    // The image that the first layer reads stays float, so that activations of one width differ there alone.
    const differ = new Set(tensor === 'weights' ? widths : widths.slice(1)).size > 1;
    if (!differ) return [];
    return [tensor === 'weights' ? words.weightBits(widths.join(' ')) : words.activationBits(widths.join(' '))];
  });
}

interface PointRowsProps {
  readonly points: readonly PlotPoint[];
  readonly axis: ShownAxis;
  /** Of what scrolls. */
  readonly className?: string | undefined;
}

/** Points, the largest first. */
export function PointRows({ points, axis, className }: PointRowsProps): ReactNode {
  const architecture = useDesk((state) => state.architecture);
  const scheme = useDesk((state) => state.scheme);
  const rows = points
    .toSorted((a, b) => b.x - a.x)
    .map((point) => {
      const { averageBits } = costsOf(architecture, point.policy, scheme);
      const widths = widthsInWords(point.policy);
      if (widths.length > 0) widths.push(words.costs.averageBits(averageBits));
      return {
        policy: point.policy,
        label: point.label,
        name: (
          <>
            {point.label}
            {widths.length > 0 && <span className="note">{widths.join(' · ')}</span>}
          </>
        ),
        values: [point.label, point.x, point.y],
        cells: [
          words.costs[axis](point.x),
          <>
            {accuracyWords(point)}
            <span className="note">{sourceWords(point)}</span>
          </>,
        ],
      };
    });
  const columns = [words.cost[axis], words.accuracyColumn];
  return <PolicyTable title={words.config} columns={columns} rows={rows} className={className} />;
}

/** The points with YOU among them: in place of the same policy on fewer images. */
export function onceEach(points: readonly PlotPoint[], you: PlotPoint | undefined): PlotPoint[] {
  if (you === undefined) return [...points];
  const known = points.find(({ policy, source }) => source !== 'searched' && samePolicy(policy, you.policy));
  if (known && (known.n ?? 0) >= (you.n ?? 0)) return [...points];
  return [{ ...you, label: words.youAre(you.label) }, ...points.filter((point) => point !== known)];
}

/** Whether a row says all words that are looked for, in any order. */
export function isFound(point: PlotPoint, wanted: string): boolean {
  const text = [point.label, sourceWords(point), point.method, ...widthsInWords(point.policy)].join(' ').toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

interface PlotTableProps extends Pick<PointRowsProps, 'axis' | 'className'> {
  readonly data: PlotData;
}

/** All points of the plot, or those with the words in the filter. */
export function PlotTable({ data, axis, className }: PlotTableProps): ReactNode {
  const you = useYou();
  const [wanted, setWanted] = useState('');
  const points = onceEach(allPoints(data), you);
  if (points.length === 0) return <p className="empty">{words.empty}</p>;
  const found = points.filter((point) => isFound(point, wanted));
  return (
    <div className={classes(styles.table, className)}>
      <label className={styles.filter}>
        {words.filter}
        <input type="search" value={wanted} onChange={(event) => setWanted(event.target.value)} />
        <span className="note" role="status">
          {words.found(found.length, points.length)}
        </span>
      </label>
      <PointRows points={found} axis={axis} className={styles.rows} />
    </div>
  );
}
