// YOU on the plot, the only mark in the accent color: a dot with its interval and word, and where YOU were before.
import type { ReactNode } from 'react';
import { classes } from '../parts/classes';
import type { Rect } from './placeLabels';
import type { PlotPoint } from './plotData';
import { enlarged, type PlotGeometry } from './plotScales';
import styles from './points.module.css';

/** A spot moved into the plot, and where it really is: beyond the edge that it now lies on. */
interface Spot {
  readonly x: number;
  readonly y: number;
  readonly off: 'up' | 'down' | 'left' | 'right' | undefined;
}

const ROOM = 9;

/** Where YOU stand: at an edge with an arrow, if outside of what is shown. */
export function spotOfYou({ left, right, top, bottom, x, y }: PlotGeometry, you: PlotPoint): Spot {
  const [px, py] = [x(you.x), y(you.y)];
  const off =
    px > right + 1 ? 'right' : px < left - 1 ? 'left' : py < top - ROOM ? 'up' : py > bottom + 1 ? 'down' : undefined;
  const within = (value: number, from: number, to: number) => Math.max(from, Math.min(to, value));
  return {
    x: off === 'left' || off === 'right' ? within(px, left + ROOM, right - ROOM) : within(px, left, right),
    y: off === 'up' || off === 'down' ? within(py, top + 2, bottom - ROOM) : within(py, top - ROOM, bottom),
    off,
  };
}

interface WordSpot {
  readonly y: number;
  readonly top: number;
  readonly bottom: number;
}

/** The interval in pixels, cut off at the edges, and the word above it, or below where it would leave the plot. */
function intervalOf(plot: PlotGeometry, you: PlotPoint, spot: Spot): WordSpot {
  const inside = (percent: number) => Math.max(plot.top - ROOM, Math.min(plot.bottom, plot.y(percent)));
  const [upper, lower] = [inside(you.upper ?? you.y), inside(you.lower ?? you.y)];
  const top = Math.min(upper, spot.y - 9);
  const bottom = Math.max(lower, spot.y + 9);
  const by = enlarged(plot);
  return { y: top - 20 * by >= plot.top - ROOM * by ? top - 6 : bottom + 16 * by, top: upper, bottom: lower };
}

/** Half the width of the word. */
const halfOf = (word: string, by: number) => Math.max(18, 3.4 * word.length) * by;

/** What YOU and the word cover. */
export function roomOfYou(plot: PlotGeometry, you: PlotPoint, word: string): Rect {
  const spot = spotOfYou(plot, you);
  const { y, top, bottom } = intervalOf(plot, you, spot);
  const by = enlarged(plot);
  return {
    left: spot.x - halfOf(word, by),
    right: spot.x + halfOf(word, by),
    top: Math.min(top, y - 14 * by, spot.y - 9),
    bottom: Math.max(bottom, y, spot.y + 9),
  };
}

const ARROWS = { up: 'M-4,-11l4,-5l4,5', down: 'M-4,11l4,5l4,-5', left: 'M-11,-4l-5,4l5,4', right: 'M11,-4l5,4l-5,4' };

interface YouMarksProps {
  readonly plot: PlotGeometry;
  readonly you: PlotPoint;
  /** What YOU are called. */
  readonly word: string;
  /** Where YOU were before, oldest first. */
  readonly trail: readonly PlotPoint[];
}

/** Hollow and dashed while YOUR accuracy is an estimate. */
export function YouMarks({ plot, you, word, trail }: YouMarksProps): ReactNode {
  const spot = spotOfYou(plot, you);
  const { y, top, bottom } = intervalOf(plot, you, spot);
  const way = [...trail, you].map((point) => spotOfYou(plot, point));
  const half = halfOf(word, enlarged(plot));
  const hasInterval = you.lower !== undefined && spot.off === undefined;
  return (
    <g>
      {way.slice(1).map((to, i) => (
        <path
          key={i}
          className={styles.trail}
          opacity={(0.15 + (0.5 * (i + 1)) / way.length).toFixed(2)}
          d={`M${way[i].x.toFixed(1)},${way[i].y.toFixed(1)}L${to.x.toFixed(1)},${to.y.toFixed(1)}`}
        />
      ))}
      <g className={classes(styles.you, you.source === 'estimated' && styles.open)}>
        {hasInterval && <path d={`M${spot.x - 5},${top}h10m-5,0V${bottom}m-5,0h10`} />}
        <circle cx={spot.x} cy={spot.y} r={8 * Math.sqrt(enlarged(plot))} />
        {spot.off && <path d={ARROWS[spot.off]} transform={`translate(${spot.x},${spot.y})`} />}
        <text
          x={Math.max(plot.left + half - 2, Math.min(plot.right + 6 * enlarged(plot) - half, spot.x))}
          y={y}
          textAnchor="middle"
        >
          {word}
        </text>
      </g>
    </g>
  );
}
