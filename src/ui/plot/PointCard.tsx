// What is said about a point under the pointer: its source, numbers and the profile of its widths.
import type { ReactNode } from 'react';
import type { BitPolicy } from '../../graph/policy';
import { stopOf } from '../../policy/edits';
import type { Axis } from '../../store/state/desk';
import { plot } from '../../words/en/plot';
import { classes } from '../parts/classes';
import styles from './PointCard.module.css';
import type { PlotPoint } from './plotData';

/** Where a point's number comes from, in words. */
export function sourceWords({ source, n = 0 }: PlotPoint): string {
  return source === 'estimated' ? plot.source.estimated : plot.source[source](n);
}

/** A point's accuracy with its interval, or with a tilde and its typical error. */
export function accuracyWords({ y, lower, upper, error = Number.NaN }: PlotPoint): string {
  return lower === undefined || upper === undefined ? plot.estimatedAt(y, error) : plot.measuredAt(y, lower, upper);
}

/** The weights' widths over depth as small bars. */
export function Profile({ policy }: { readonly policy: BitPolicy }): ReactNode {
  const stops = Object.values(policy).map((bits) => stopOf(bits.weights));
  return (
    <svg
      className={styles.profile}
      viewBox={`0 0 ${stops.length * 6} 24`}
      width={stops.length * 6}
      height={24}
      aria-hidden="true"
    >
      {stops.map((stop, i) => (
        <rect key={i} x={i * 6} width={4.5} y={24 - (stop + 1) * 3} height={(stop + 1) * 3} rx={1} />
      ))}
    </svg>
  );
}

interface PointCardProps {
  readonly point: PlotPoint;
  readonly axis: Axis;
  /** Where a tap has shown the card: a button loads the point, and not a click on it. */
  readonly onLoad?: () => void;
}

/** The tooltip's content. */
export function PointCard({ point, axis, onLoad }: PointCardProps): ReactNode {
  return (
    <div className={classes(styles.card, onLoad && styles.loadable)}>
      <b>{point.label}</b>
      <span>{accuracyWords(point)}</span>
      <span>{plot.costValue[axis](point.x)}</span>
      <span className="note">{sourceWords(point)}</span>
      <Profile policy={point.policy} />
      {onLoad ? (
        <button type="button" onClick={onLoad}>
          {plot.load}
        </button>
      ) : (
        <span className="note">{plot.clickToLoad}</span>
      )}
    </div>
  );
}
