// Where fingers are: a tap on the plot shows the point nearest to it, and a button on its card loads it. Points are a few
// pixels wide and finger tips are not, so what is hovered and clicked by a mouse is found by distance here.
import { type MouseEvent, type ReactNode, useState } from 'react';
import { setPolicy } from '../../store/policy/actions';
import type { Axis } from '../../store/state/desk';
import { showGhost } from '../../store/state/view';
import { classes } from '../parts/classes';
import { type Extent, type PlotArea, plotArea } from '../parts/scale';
import { useSize } from '../parts/useSize';
import { plotBox } from './costs';
import { PointCard } from './PointCard';
import type { PlotPoint } from './plotData';
import styles from './TapLayer.module.css';

/** Farthest that a point may be from a tap, in pixels: half a target of 48. */
const TAP_RADIUS = 24;

/** The point nearest to a place, within reach of a finger; undefined where there is none. Points below the range are not drawn. */
export function pointAt(
  area: PlotArea,
  points: readonly PlotPoint[],
  [x, y]: readonly [number, number],
): PlotPoint | undefined {
  let best: PlotPoint | undefined;
  let nearest = TAP_RADIUS;
  for (const point of points) {
    const [px, py] = [area.x(point.x), area.y(point.y)];
    const distance = Math.hypot(px - x, py - y);
    if (py > area.bottom || distance > nearest) continue;
    nearest = distance;
    best = point;
  }
  return best;
}

interface TapLayerProps {
  readonly x: Extent;
  readonly y: Extent;
  readonly points: readonly PlotPoint[];
  readonly axis: Axis;
}

/** Over the drawn plot; the table beside it is the way without a pointer. */
export function TapLayer({ points, axis, x, y }: TapLayerProps): ReactNode {
  const [layer, size] = useSize<HTMLDivElement>();
  const [shown, setShown] = useState<PlotPoint>();
  const area = plotArea(x, y, plotBox(size));
  function show(point: PlotPoint | undefined): void {
    setShown(point);
    showGhost(point?.policy ?? null);
  }
  function onClick(event: MouseEvent<HTMLElement>): void {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    show(pointAt(area, points, [event.clientX - left, event.clientY - top]));
  }
  const [left, top] = shown ? [area.x(shown.x), area.y(shown.y)] : [0, 0];
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the table is the way by keys */}
      <div ref={layer} className={styles.layer} onClick={onClick}>
        {shown && <span className={styles.tapped} style={{ left, top }} />}
      </div>
      {shown && (
        <div className={classes(styles.card, top > size.height / 2 && styles.above)}>
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
