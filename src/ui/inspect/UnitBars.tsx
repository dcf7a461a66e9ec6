// What a dense layer gives: a bar for each number, float as a broad bar, rounded as a narrow one over it, and the change
// below on a scale of its own. The drawing stretches with the panel; texts are HTML.
import type { ReactNode } from 'react';
import type { ActivationInspection } from '../../engine/protocol/inspecting';
import { layer as words } from '../../words/en/layer';
import { classes } from '../parts/classes';
import { positionOf } from '../parts/scale';
import { tip } from '../parts/Tooltip';
import { signed } from './histogramData';
import styles from './UnitBars.module.css';

/** More numbers than these get no text below their bars. */
const MOST_NAMES = 12;

interface UnitBarsProps {
  readonly inspection: ActivationInspection;
  /** Names of the numbers, where they have any. */
  readonly names: readonly string[];
}

/** SVG path of bars from zero, 100 wide and 100 high; `inset` is the gap at either side as a share of a bar's room. */
export function barsFromZero(values: ArrayLike<number>, min: number, max: number, inset: number): string {
  const width = 100 / values.length;
  const y = (value: number) => (100 * (1 - positionOf({ from: min, to: max }, value))).toFixed(2);
  return Array.from(values, (value, i) => {
    const [left, right] = [(i + inset) * width, (i + 1 - inset) * width].map((x) => x.toFixed(3));
    return `M${left},${y(0)}V${y(value)}H${right}V${y(0)}Z`;
  }).join('');
}

/** Bars of all units. */
export function UnitBars({ inspection, names }: UnitBarsProps): ReactNode {
  const { float, rounded, report } = inspection;
  const [low, high] = [Math.min(0, report.min), Math.max(0, report.max)];
  const change = rounded.map((value, i) => value - float[i]);
  const less = change.map((value) => Math.min(0, value));
  const more = change.map((value) => Math.max(0, value));
  const reach = report.reach || 1;
  const drawing = (className: string, content: ReactNode) => (
    <svg className={className} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      {content}
    </svg>
  );
  return (
    <div className={styles.units}>
      <span className={styles.end}>{signed(high)}</span>
      {drawing(
        styles.values,
        <>
          <path className={styles.float} d={barsFromZero(float, low, high, 0.12)} />
          <path className={styles.rounded} d={barsFromZero(rounded, low, high, 0.36)} />
        </>,
      )}
      <span className={classes(styles.end, styles.low)}>{signed(low)}</span>
      <span className={styles.end}>±{signed(report.reach)}</span>
      {drawing(
        styles.change,
        <>
          <path className={styles.less} d={barsFromZero(less, -reach, reach, 0.12)} />
          <path className={styles.more} d={barsFromZero(more, -reach, reach, 0.12)} />
        </>,
      )}
      {float.length <= MOST_NAMES && (
        <div className={styles.names}>
          {Array.from(float, (value, i) => (
            <span key={i} {...tip(words.both(signed(value), signed(rounded[i])))}>
              {names[i] ?? i}
            </span>
          ))}
        </div>
      )}
    </div>
  );
}
