// Where fingers are: a tap on the plot shows the point nearest to it, and a button on its card loads it. Points are a few
// pixels wide and finger tips are not, so what is hovered and clicked by a mouse is found by distance here.
import { type MouseEvent, type ReactNode, useState } from 'react';
import { setPolicy } from '../../store/policy/actions';
import type { Axis } from '../../store/state/desk';
import { showGhost } from '../../store/state/view';
import { classes } from '../parts/classes';
import { useSize } from '../parts/useSize';
import { PLOT_INSETS, roomy } from './axes';
import { PointCard } from './PointCard';
import type { PlotPoint } from './plotData';
import styles from './TapLayer.module.css';

/** Farthest that a point may be from a tap, in pixels: half a target of 48. */
const REACH = 24;

/** Pixels of a point in a plot of a size; as `YouLayer` draws YOU. */
export interface PlotPlane {
  readonly width: number;
  readonly height: number;
  readonly xRange: readonly [number, number];
  readonly low: number;
  readonly high: number;
}

function placeOf({ width, height, xRange, low, high }: PlotPlane, point: PlotPoint): readonly [number, number] {
  const { top, right, bottom, left } = PLOT_INSETS;
  const [from, to] = roomy(xRange).map(Math.log);
  const x = left + ((Math.log(point.x) - from) / (to - from)) * (width - left - right);
  return [x, top + ((high - point.y) / (high - low)) * (height - top - bottom)];
}

/** The point nearest to a place, within reach of a finger; undefined where there is none. Points below the range are not drawn. */
export function pointAt(
  plane: PlotPlane,
  points: readonly PlotPoint[],
  [x, y]: readonly [number, number],
): PlotPoint | undefined {
  let best: PlotPoint | undefined;
  let nearest = REACH;
  for (const point of points) {
    const [px, py] = placeOf(plane, point);
    const distance = Math.hypot(px - x, py - y);
    if (point.y < plane.low || distance > nearest) continue;
    nearest = distance;
    best = point;
  }
  return best;
}

interface TapLayerProps extends Pick<PlotPlane, 'xRange' | 'low' | 'high'> {
  readonly points: readonly PlotPoint[];
  readonly axis: Axis;
}

/** Over the drawn plot; the table beside it is the way without a pointer. */
export function TapLayer({ points, axis, ...range }: TapLayerProps): ReactNode {
  const [layer, size] = useSize<HTMLDivElement>();
  const [shown, setShown] = useState<PlotPoint>();
  const plane = { ...range, ...size };
  function show(point: PlotPoint | undefined): void {
    setShown(point);
    showGhost(point?.policy ?? null);
  }
  function onClick(event: MouseEvent<HTMLElement>): void {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    show(pointAt(plane, points, [event.clientX - left, event.clientY - top]));
  }
  const [x, y] = shown ? placeOf(plane, shown) : [0, 0];
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the table is the way by keys */}
      <div ref={layer} className={styles.layer} onClick={onClick}>
        {shown && <span className={styles.tapped} style={{ left: x, top: y }} />}
      </div>
      {shown && (
        <div className={classes(styles.card, y > size.height / 2 && styles.above)}>
          <PointCard
            point={shown}
            axis={axis}
            onLoad={() => {
              show(undefined);
              setPolicy(shown.policy);
            }}
          />
        </div>
      )}
    </>
  );
}
