// The points of the plot without YOU: what is measured, precomputed or predicted, the fronts, and the words beside them.
import { memo, type ReactNode, useMemo } from 'react';
import { plot as words } from '../../words/en/plot';
import { classes } from '../parts/classes';
import { MarkAt } from './MethodIcon';
import { markOf } from './methodMarks';
import { alongSteps, type Label, placeLabels, type Rect, rectOf } from './placeLabels';
import { allPoints, boldFront, type Front, type PlotData, type PlotMark, type PlotPoint } from './plotData';
import { enlarged, type PlotGeometry } from './plotScales';
import styles from './points.module.css';
import { isShown, spotOf } from './spots';

/** A front as a path from the floor, and what it encloses to the right edge. */
function stepsOf(front: Front, { x, y, right, bottom }: PlotGeometry): { line: string; area: string; on: string } {
  const corners = front.map((corner) => `${x(corner.x).toFixed(1)},${y(corner.y).toFixed(1)}`);
  const [first] = front;
  const line = `M${x(first.x).toFixed(1)},${bottom}L${corners.join('L')}`;
  return { line, area: `${line}H${right}V${bottom}Z`, on: `M${corners[corners.length - 1]}H${right}` };
}

/** What is said beside a mark. */
function wordsOf(mark: PlotMark, beyond: boolean, size: string): string {
  if (mark.kind === 'float') return words.float(mark.y, size, beyond);
  if (mark.kind === 'unrounded') return words.unrounded(mark.y, beyond);
  return words.uniform(Object.values(mark.policy)[0]?.weights ?? 0, mark.source === 'estimated');
}

interface PointsProps {
  readonly data: PlotData;
  readonly plot: PlotGeometry;
  /** Cost of a point in words. */
  readonly costInWords: (cost: number) => string;
  /** Where the words must not stand: at YOU. */
  readonly taken: readonly Rect[];
  /** Ids of clips and fills. */
  readonly id: string;
}

/** Points that cost less than is shown. */
const cheaper = (data: PlotData, plot: PlotGeometry) => allPoints(data).filter(({ x }) => x < plot.cost[0]).length;

function labelsOf({ data, plot, costInWords, taken }: PointsProps) {
  const { left, right, top, bottom, breakY, type } = plot;
  const labels: Label[] = [];
  const level = { x: left + 2, lineTo: right - 6, gap: 5, needed: true };
  for (const mark of data.marks) {
    const spot = spotOf(plot, mark);
    if (spot === undefined) continue;
    const isLevel = mark.kind !== 'uniform';
    const text = wordsOf(mark, spot.beyond, costInWords(mark.x));
    // A level is named at its left end, where no point is, or else at its right end.
    if (isLevel && spot.beyond) labels.unshift({ text, y: spot.y, ...level });
    else labels.push({ text, ...spot });
  }
  if (data.float !== undefined && data.float >= plot.accuracy.low && data.float <= plot.accuracy.high)
    labels.unshift({ text: words.floatBefore(data.float), y: plot.y(data.float), ...level });
  const bold = data[boldFront(data)].filter((corner) => isShown(plot, corner));
  const steps = bold.map((corner) => ({ x: plot.x(corner.x), y: plot.y(corner.y) }));
  // In the middle of the rise, where the line is steep.
  const knee = steps.filter(({ y }) => y < (breakY ?? bottom) - 20 && y > top + 30)[0] ?? steps[steps.length - 1];
  if (knee && steps.length > 2) labels.push({ text: words.front, x: knee.x - 2, y: knee.y - 2 });
  const points = [...data.cloud, ...data.measured, ...data.marks, ...data.runs.flatMap((run) => run.points)];
  const soft = points.flatMap((point) => {
    const spot = spotOf(plot, point);
    return spot ? [{ left: spot.x - 4, right: spot.x + 4, top: spot.y - 4, bottom: spot.y + 4 }] : [];
  });
  const bounds = { left, right: right + 8, top: top - 16 * enlarged(plot), bottom: bottom + 2 };
  const before = cheaper(data, plot);
  const more = before > 0 ? [rectOf(words.cheaper(before), left + 4, bottom - 9 * enlarged(plot), 'start', type)] : [];
  const lines = alongSteps(steps);
  return placeLabels(labels, bounds, [...taken, ...more], [...soft, ...lines, ...lines], type);
}

/** Drawn anew only when points, ranges or size change; a drag moves YOU alone. */
export const Points = memo(function Points(props: PointsProps): ReactNode {
  const { data, plot, id } = props;
  const labels = useMemo(() => labelsOf(props), [props]);
  const { left, right, top, bottom } = plot;
  const by = Math.sqrt(enlarged(plot));
  const bold = boldFront(data);
  const faint = bold === 'front' ? data.shippedFront : data.front;
  const steps = data[bold].length > 0 ? stepsOf(data[bold], plot) : undefined;
  const at = (points: readonly PlotPoint[]) => points.filter((point) => isShown(plot, point));
  const before = cheaper(data, plot);
  const edge = [...data.cloud, ...data.measured, ...data.marks].filter(
    (point) => !isShown(plot, point) && spotOf(plot, point) !== undefined,
  );
  return (
    <g>
      <clipPath id={`${id}clip`}>
        <rect x={left} y={top - 9} width={Math.max(0, right - left)} height={Math.max(0, bottom - top + 9)} />
      </clipPath>
      <g clipPath={`url(#${id}clip)`}>
        {steps && <path className={styles.under} d={steps.area} />}
        {/* Through more than a few points, which would be a cross at YOU. */}
        {faint.length > 7 && <path className={styles.faintFront} d={stepsOf(faint, plot).line} />}
        {at(data.cloud).map((point, i) => (
          <circle key={i} className={styles.precomputed} cx={plot.x(point.x)} cy={plot.y(point.y)} r={2.6 * by} />
        ))}
        {data.runs.map(
          ({ id: run, method, front }) =>
            front.length > 1 && (
              <path
                key={run}
                className={styles.runFront}
                style={{ stroke: markOf(method).color }}
                d={stepsOf(front, plot).line}
              />
            ),
        )}
        {steps && <path className={styles.front} d={steps.line} />}
        {steps && <path className={styles.frontOn} d={steps.on} />}
      </g>
      {at(data.measured).map((point, i) => (
        <circle key={i} className={styles.measured} cx={plot.x(point.x)} cy={plot.y(point.y)} r={3.6 * by} />
      ))}
      {data.runs.map((run) => (
        <RunMarks key={run.id} run={run} plot={plot} at={at} />
      ))}
      {data.marks
        .filter((mark) => isShown(plot, mark))
        .map((mark) => (
          <circle
            key={mark.label}
            className={classes(
              styles.mark,
              mark.kind !== 'uniform' && styles.full,
              mark.source === 'estimated' && styles.open,
            )}
            cx={plot.x(mark.x)}
            cy={plot.y(mark.y)}
            r={5}
          />
        ))}
      {before > 0 && (
        <text className={styles.more} x={left + 4} y={bottom - 5}>
          {words.cheaper(before)}
        </text>
      )}
      {edge.map((point, i) => (
        <path key={i} className={styles.edge} d={`M${right - 7},${plot.y(point.y) - 4}l6,4l-6,4`} />
      ))}
      {labels.map(({ text, x, y, anchor }) => (
        <text
          key={text}
          className={classes(styles.label, text === words.front && styles.strong)}
          x={x}
          y={y + 4}
          textAnchor={anchor}
        >
          {text}
        </text>
      ))}
    </g>
  );
});

interface RunMarksProps {
  readonly run: PlotData['runs'][number];
  readonly plot: PlotGeometry;
  at(points: readonly PlotPoint[]): readonly PlotPoint[];
}

/** Points of a run in the shape of its method: faint on search images, hollow if predicted, the newest in a ring. */
function RunMarks({ run: { method, points, predicted, newest }, plot, at }: RunMarksProps): ReactNode {
  const { color } = markOf(method);
  return (
    <g>
      {at(predicted).map((point, i) => (
        <path
          key={`p${i}`}
          className={styles.predicted}
          style={{ stroke: color }}
          d={markOf(method).path}
          transform={`translate(${plot.x(point.x)},${plot.y(point.y)})`}
        />
      ))}
      {at(points).map((point, i) => (
        <g key={i} className={point.source === 'searched' ? styles.searched : undefined}>
          <MarkAt method={method} x={plot.x(point.x)} y={plot.y(point.y)} />
        </g>
      ))}
      {newest && at([newest]).length > 0 && (
        <circle className={styles.newest} style={{ stroke: color }} cx={plot.x(newest.x)} cy={plot.y(newest.y)} r={9} />
      )}
    </g>
  );
}
