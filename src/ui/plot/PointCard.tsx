// What is said about a config on the plot: its source, numbers and the profile of its widths.
import type { ReactNode } from 'react';
import type { BitPolicy } from '../../graph/policy';
import { stopOf } from '../../policy/edits';
import type { ShownAxis } from '../../store/measure/axis';
import { pins } from '../../words/en/pins';
import { plot as words } from '../../words/en/plot';
import { classes } from '../parts/classes';
import styles from './PointCard.module.css';
import type { PlotPoint } from './plotData';

/** Where a point's number comes from, in words. */
export function sourceWords({ source, n = 0, method = '' }: PlotPoint): string {
  return source === 'predicted' ? words.predicted(method) : words.source[source](n);
}

/** A point's accuracy with its interval, or with a tilde and its typical error. */
export function accuracyWords({ y, lower, upper, error = Number.NaN }: PlotPoint): string {
  if (lower !== undefined && upper !== undefined) return words.accuracy(y, lower, upper);
  return Number.isNaN(error) ? words.estimate(y) : words.estimateError(y, error);
}

/** The point that has the focus, for the live region. */
export function pointInWords(point: PlotPoint, axis: ShownAxis, at: number, of: number, pinned?: string): string {
  const pin = pinned === undefined ? [] : [words.pinned(pinned)];
  const parts = [point.label, accuracyWords(point), words.costs[axis](point.x), sourceWords(point), ...pin];
  return words.pointInWords(at, of, ...parts);
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
  readonly axis: ShownAxis;
  readonly by: 'pointer' | 'keys';
  /** The pin that the point's config has. */
  readonly pinned?: string | undefined;
  /** Where a tap has shown the card: a button loads the point, and not a click on it. */
  readonly onLoad?: (() => void) | undefined;
  /** And one pins it, unless it is pinned. */
  readonly onPin?: (() => void) | undefined;
}

/** The card beside a point. */
export function PointCard({ point, axis, by, pinned, onLoad, onPin }: PointCardProps): ReactNode {
  return (
    <div className={classes(styles.card, onLoad && styles.loadable)}>
      <b>{point.label}</b>
      <span>{accuracyWords(point)}</span>
      <span>{words.costs[axis](point.x)}</span>
      <span className="note">{sourceWords(point)}</span>
      {pinned !== undefined && <span className="note">{words.pinned(pinned)}</span>}
      <Profile policy={point.policy} />
      {onLoad ? (
        <div className={styles.buttons}>
          {onPin && (
            <button type="button" onClick={onPin}>
              {pins.pin}
            </button>
          )}
          <button type="button" onClick={onLoad}>
            {words.load}
          </button>
        </div>
      ) : (
        <span className="note">{by === 'keys' ? words.keysLoad : words.clickLoads}</span>
      )}
    </div>
  );
}
