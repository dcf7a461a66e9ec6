// Finding configs on the plot by mouse, finger and keys. What is under the pointer or has the focus is ringed, its card is
// shown and its bits are ghosts on the faders; a click, the card's button or Enter loads it, P pins it. And zoom and pan.
import { type KeyboardEvent, type PointerEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { samePolicy } from '../../graph/policy';
import type { ShownAxis } from '../../store/measure/axis';
import { setPolicy } from '../../store/policy/actions';
import { pinPolicy } from '../../store/policy/pins';
import { showGhost } from '../../store/state/view';
import { plot as words } from '../../words/en/plot';
import { classes } from '../parts/classes';
import { useDesk } from '../parts/useDesk';
import { PointCard, pointInWords } from './PointCard';
import styles from './Pointing.module.css';
import type { PlotData, PlotPoint } from './plotData';
import pointsStyles from './points.module.css';
import { placeIn, useZoom, type Zoomable } from './useZoom';
import { drawnPoints, type Found, nearestPoint, pointByKey } from './walk';
import { bounded, type Place, windowByKey } from './zoom';

/** Farthest that a point may be from a mouse and from a finger, half a target of 48, in pixels. */
const REACH = { mouse: 12, pen: 16, touch: 24 } as const;

const isSame = (a: PlotPoint, b: PlotPoint) => a.source === b.source && samePolicy(a.policy, b.policy);

interface PointingProps extends Zoomable {
  readonly data: PlotData;
  readonly axis: ShownAxis;
}

function Brush({ corners: [a, b] }: { readonly corners: readonly [Place, Place] }): ReactNode {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return <rect className={styles.brush} x={x} y={y} width={Math.abs(a.x - b.x)} height={Math.abs(a.y - b.y)} />;
}

/** Over the drawn plot. */
export function Pointing(props: PointingProps): ReactNode {
  const { data, plot, axis } = props;
  const layer = useRef<HTMLDivElement>(null);
  const zoom = useZoom(layer, props);
  const pins = useDesk((state) => state.pins);
  const points = useMemo(() => drawnPoints(data, plot), [data, plot]);
  const [shown, setShown] = useState<{ readonly found: Found; readonly by: 'pointer' | 'touch' | 'keys' }>();
  const pointer = useRef<keyof typeof REACH>('mouse');
  // By config, because every stage of a measurement makes new points.
  const found = shown && points.find(({ point }) => isSame(point, shown.found.point));
  function show(next: Found | undefined, by: 'pointer' | 'touch' | 'keys'): void {
    if (next?.point === shown?.found.point && by === shown?.by) return;
    setShown(next && { found: next, by });
    const run = data.runs.find(({ points, predicted }) => [...points, ...predicted].some((one) => one === next?.point));
    showGhost(next?.point.policy ?? null, run?.method);
  }
  function at(event: Parameters<typeof placeIn>[0]): Found | undefined {
    const { x, y } = placeIn(event);
    return nearestPoint(points, x, y, REACH[pointer.current]);
  }
  function load({ point }: Found): void {
    show(undefined, 'pointer');
    setPolicy(point.policy);
  }
  function onPointer(event: PointerEvent<HTMLElement>): void {
    pointer.current = event.pointerType === 'touch' ? 'touch' : event.pointerType === 'pen' ? 'pen' : 'mouse';
    zoom.onPointer(event);
    if (event.type === 'pointermove' && pointer.current === 'mouse') {
      const next = zoom.brush ? undefined : at(event);
      if (next !== undefined || shown?.by === 'pointer') show(next, 'pointer');
    }
  }
  function onKey(event: KeyboardEvent<HTMLElement>): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const center = { x: (plot.left + plot.right) / 2, y: (plot.top + plot.bottom) / 2 };
    const wanted = windowByKey(plot, event.key, event.shiftKey, found ?? center);
    const next = wanted === undefined ? pointByKey(points, found?.point, event.key) : undefined;
    if (wanted !== undefined) props.onZoom(bounded(wanted, props.home, props.all));
    else if (event.key === '0') props.onZoom(null);
    else if (event.key === 'Escape' && zoom.cancel()) show(undefined, 'pointer');
    else if (next !== undefined) show(next, 'keys');
    else if (event.key === 'Enter' && found !== undefined) setPolicy(found.point.policy);
    else if (event.key.toLowerCase() === 'p' && found !== undefined) pinPolicy(found.point.policy, true);
    else if (event.key === 'Escape' && found !== undefined) show(undefined, 'keys');
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  const order = found ? points.indexOf(found) + 1 : 0;
  const pinned = found && pins.find(({ policy }) => samePolicy(policy, found.point.policy))?.name;
  // Said when a key leads here, and not again because a measurement adds points.
  const inWords = useMemo(
    () => found && shown.by === 'keys' && pointInWords(found.point, axis, order, points.length, pinned),
    [shown, pinned],
  );
  return (
    <>
      <div
        ref={layer}
        role="application"
        aria-label={words.keys}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the arrow keys
        tabIndex={0}
        className={styles.layer}
        onPointerDown={onPointer}
        onPointerMove={onPointer}
        onPointerUp={onPointer}
        onPointerCancel={onPointer}
        onPointerLeave={() => {
          if (shown?.by === 'pointer') show(undefined, 'pointer');
        }}
        onClick={(event) => {
          if (zoom.wasDrag()) return;
          const next = at(event);
          if (pointer.current === 'touch') show(next, 'touch');
          else if (next && event.shiftKey) pinPolicy(next.point.policy);
          else if (next) load(next);
        }}
        onBlur={() => {
          if (shown?.by === 'keys') show(undefined, 'keys');
        }}
        onKeyDown={onKey}
      />
      <svg className={styles.ring} aria-hidden="true">
        {found && <circle className={pointsStyles.focus} cx={found.x} cy={found.y} r={11} />}
        {zoom.brush && <Brush corners={zoom.brush} />}
      </svg>
      {found && (
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
            pinned={pinned}
            by={shown.by === 'keys' ? 'keys' : 'pointer'}
            onLoad={shown.by === 'touch' ? () => load(found) : undefined}
            onPin={pinned === undefined ? () => pinPolicy(found.point.policy) : undefined}
          />
        </div>
      )}
      <p className="unseen" aria-live="polite">
        {found && inWords}
      </p>
    </>
  );
}
