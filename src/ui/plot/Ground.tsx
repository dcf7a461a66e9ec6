// What lies under the points of the plot: grid and ticks, the break of the axis of accuracy, and the level of float.
import { memo, type ReactNode } from 'react';
import type { ShownAxis } from '../../store/measure/axis';
import { upTo } from '../../words/numbers';
import { costAxis } from './costs';
import styles from './Ground.module.css';
import { type Rect, rectOf } from './placeLabels';
import { accuracyTicks, enlarged, type PlotGeometry } from './plotScales';

/** A zigzag from left to right at a height. */
function zigzag(left: number, right: number, y: number): string {
  const teeth = Math.max(0, Math.floor((right - left) / 8));
  return `M${left},${y}${'l4,-3l4,3'.repeat(teeth)}`;
}

/** What the title of the cost covers. */
export function roomOfTitle(plot: PlotGeometry, axis: ShownAxis): Rect {
  return rectOf(costAxis(axis, plot).title, plot.right - 2, plot.bottom - 10 * enlarged(plot), 'end', plot.type);
}

interface GroundProps {
  readonly plot: PlotGeometry;
  readonly axis: ShownAxis;
  /** Levels in percent at which float networks are. */
  readonly levels: readonly number[];
}

/** Drawn once per size and range. */
export const Ground = memo(function Ground({ plot, axis, levels }: GroundProps): ReactNode {
  const { left, right, bottom, breakY } = plot;
  const by = enlarged(plot);
  const cost = costAxis(axis, plot);
  const percents = accuracyTicks(plot);
  const isWithin = (level: number) => level >= plot.accuracy.low && level <= plot.accuracy.high;
  const place = (tick: number) => Math.min(plot.y(tick) + 4 * by, bottom);
  return (
    <g>
      {percents.map((tick, i) => (
        <g key={tick}>
          <line className={styles.grid} x1={left} x2={right} y1={plot.y(tick)} y2={plot.y(tick)} />
          <text className={styles.tick} x={left - 7} y={place(tick)} textAnchor="end">
            {upTo(tick, 1)}
            {i === percents.length - 1 && left > 40 ? ' %' : ''}
          </text>
        </g>
      ))}
      <line className={styles.floor} x1={left} x2={right} y1={bottom} y2={bottom} />
      {breakY !== undefined && <path className={styles.break} d={zigzag(left - 5, right, breakY)} />}
      {cost.ticks.map((tick) => (
        <g key={tick}>
          <line className={styles.floor} x1={plot.x(tick)} x2={plot.x(tick)} y1={bottom} y2={bottom + 4} />
          <text className={styles.tick} x={plot.x(tick)} y={bottom + 17 * by} textAnchor="middle">
            {cost.format(tick)}
          </text>
        </g>
      ))}
      {/* Within the plot, where the costly and bad points are, of which there are none. */}
      <text className={styles.title} x={right - 2} y={bottom - 6 * by} textAnchor="end">
        {cost.title}
      </text>
      {levels.filter(isWithin).map((level) => (
        <line key={level} className={styles.level} x1={left} x2={right} y1={plot.y(level)} y2={plot.y(level)} />
      ))}
    </g>
  );
});
