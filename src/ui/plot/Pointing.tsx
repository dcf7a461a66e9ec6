// Finding configs on the plot by mouse, finger and keys. What is under the pointer or has the focus is ringed, its card is
// shown and its bits are ghosts on the faders; a click, the card's button or Enter loads it.
import { type KeyboardEvent, type PointerEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { samePolicy } from '../../graph/policy';
import { setPolicy } from '../../store/policy/actions';
import type { Axis } from '../../store/state/desk';
import { showGhost } from '../../store/state/view';
import { plot as words } from '../../words/en/plot';
import { classes } from '../parts/classes';
import { PointCard, pointInWords } from './PointCard';
import styles from './Pointing.module.css';
import type { PlotData, PlotPoint } from './plotData';
import type { PlotGeometry } from './plotScales';
import pointsStyles from './points.module.css';
import { drawnPoints, type Found, nearestPoint, pointByKey } from './walk';

/** Farthest that a point may be from a mouse and from a finger, half a target of 48, in pixels. */
const REACH = { mouse: 12, pen: 16, touch: 24 } as const;

const isSame = (a: PlotPoint, b: PlotPoint) => a.source === b.source && samePolicy(a.policy, b.policy);

interface PointingProps {
  readonly data: PlotData;
  readonly plot: PlotGeometry;
  readonly axis: Axis;
}

/** Over the drawn plot. */
export function Pointing({ data, plot, axis }: PointingProps): ReactNode {
  const points = useMemo(() => drawnPoints(data, plot), [data, plot]);
  const [shown, setShown] = useState<{ readonly found: Found; readonly by: 'pointer' | 'touch' | 'keys' }>();
  const pointer = useRef<keyof typeof REACH>('mouse');
  // By config, because every stage of a measurement makes new points.
  const found = shown && points.find(({ point }) => isSame(point, shown.found.point));
  function show(next: Found | undefined, by: 'pointer' | 'touch' | 'keys'): void {
    if (next?.point === shown?.found.point && by === shown?.by) return;
    setShown(next && { found: next, by });
    showGhost(next?.point.policy ?? null);
  }
  function at({ currentTarget, clientX, clientY }: { currentTarget: Element; clientX: number; clientY: number }) {
    const { left, top } = currentTarget.getBoundingClientRect();
    return nearestPoint(points, clientX - left, clientY - top, REACH[pointer.current]);
  }
  function load({ point }: Found): void {
    show(undefined, 'pointer');
    setPolicy(point.policy);
  }
  function onPointer(event: PointerEvent<HTMLElement>): void {
    pointer.current = event.pointerType === 'touch' ? 'touch' : event.pointerType === 'pen' ? 'pen' : 'mouse';
    if (event.type === 'pointermove' && pointer.current === 'mouse') {
      const next = at(event);
      if (next !== undefined || shown?.by === 'pointer') show(next, 'pointer');
    }
  }
  function onKey(event: KeyboardEvent<HTMLElement>): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = pointByKey(points, found?.point, event.key);
    if (next !== undefined) show(next, 'keys');
    else if (event.key === 'Enter' && found !== undefined) setPolicy(found.point.policy);
    else if (event.key === 'Escape' && found !== undefined) show(undefined, 'keys');
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  const order = found ? points.indexOf(found) + 1 : 0;
  return (
    <>
      <div
        role="application"
        aria-label={words.keys}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the arrow keys
        tabIndex={0}
        className={styles.layer}
        onPointerDown={onPointer}
        onPointerMove={onPointer}
        onPointerLeave={() => {
          if (shown?.by === 'pointer') show(undefined, 'pointer');
        }}
        onClick={(event) => {
          const next = at(event);
          if (pointer.current === 'touch') show(next, 'touch');
          else if (next) load(next);
        }}
        onBlur={() => {
          if (shown?.by === 'keys') show(undefined, 'keys');
        }}
        onKeyDown={onKey}
      />
      {found && (
        <>
          <svg className={styles.ring} aria-hidden="true">
            <circle className={pointsStyles.focus} cx={found.x} cy={found.y} r={11} />
          </svg>
          <div
            className={classes(
              styles.card,
              found.x > (plot.left + plot.right) / 2 ? styles.before : styles.after,
              found.y > (plot.top + plot.bottom) / 2 && styles.above,
              shown.by === 'touch' && styles.pressed,
            )}
            style={{ ...(shown.by !== 'touch' && { left: found.x }), top: found.y }}
          >
            <PointCard
              point={found.point}
              axis={axis}
              by={shown.by === 'keys' ? 'keys' : 'pointer'}
              onLoad={shown.by === 'touch' ? () => load(found) : undefined}
            />
          </div>
        </>
      )}
      <p className="unseen" aria-live="polite">
        {found && shown.by === 'keys' && pointInWords(found.point, axis, order, points.length)}
      </p>
    </>
  );
}
