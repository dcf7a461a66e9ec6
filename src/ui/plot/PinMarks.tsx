// Pinned configs on the plot: a dot with a flag that bears the pin's letter.
import type { ReactNode } from 'react';
import { classes } from '../parts/classes';
import type { Rect } from './placeLabels';
import { enlarged, type PlotGeometry } from './plotScales';
import styles from './points.module.css';
import { isShown } from './spots';
import type { PinPoint } from './usePlotData';

const FLAG = 16;
const sizeOf = (plot: PlotGeometry) => FLAG * enlarged(plot);

/** Upper left corner of a flag: at the right of its point, or at the left where there is no room. */
function flagOf(plot: PlotGeometry, { point }: PinPoint): { readonly x: number; readonly y: number } {
  const [x, y] = [plot.x(point.x), plot.y(point.y)];
  const size = sizeOf(plot);
  const isTight = x + 9 + size > plot.right;
  return { x: isTight ? x - 9 - size : x + 9, y: Math.max(plot.top - 9, y - 9 - size) };
}

const shownOf = (plot: PlotGeometry, pins: readonly PinPoint[]) => pins.filter(({ point }) => isShown(plot, point));

/** What the flags cover. */
export function roomOfPins(plot: PlotGeometry, pins: readonly PinPoint[]): Rect[] {
  return shownOf(plot, pins).map((pin) => {
    const { x, y } = flagOf(plot, pin);
    const size = sizeOf(plot);
    return { left: x - 2, right: x + size + 2, top: y - 2, bottom: y + size + 2 };
  });
}

/** Drawn over the points and under YOU. */
export function PinMarks({
  plot,
  pins,
}: {
  readonly plot: PlotGeometry;
  readonly pins: readonly PinPoint[];
}): ReactNode {
  const size = sizeOf(plot);
  return shownOf(plot, pins).map((pin) => {
    const { x, y } = flagOf(plot, pin);
    const [cx, cy] = [plot.x(pin.point.x), plot.y(pin.point.y)];
    return (
      <g key={pin.name} className={styles.pin}>
        <path d={`M${cx},${cy}L${x + size / 2},${y + size / 2}`} />
        <circle className={classes(pin.point.source === 'estimated' && styles.guessed)} cx={cx} cy={cy} r={4.5} />
        <rect x={x} y={y} width={size} height={size} rx={4} />
        <text x={x + size / 2} y={y + size - size / 4} textAnchor="middle">
          {pin.name}
        </text>
      </g>
    );
  });
}
