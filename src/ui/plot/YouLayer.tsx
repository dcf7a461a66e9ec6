// YOU on the plot, over the drawn chart: so that a drag redraws one marker and not the whole chart.
import type { ReactNode } from 'react';
import { plot } from '../../words/en/plot';
import { classes } from '../parts/classes';
import { type Extent, plotArea } from '../parts/scale';
import { useSize } from '../parts/useSize';
import { plotBox } from './costs';
import type { PlotMark, PlotPoint } from './plotData';
import pointsStyles from './points.module.css';
import styles from './YouLayer.module.css';

// Where the word "you" may stand around its marker, the best place first.
const PLACES = [
  { dx: -13, dy: -9, anchor: 'end' },
  { dx: 13, dy: -9, anchor: 'start' },
  { dx: -13, dy: 20, anchor: 'end' },
  { dx: 13, dy: 22, anchor: 'start' },
] as const;
const WORD = { width: 30, height: 16 };

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly name: string;
}

/** The place that touches the fewest of the named marks and their names. */
export function placeOfWord(x: number, y: number, spots: readonly Spot[]): (typeof PLACES)[number] {
  const hits = ({ dx, dy, anchor }: (typeof PLACES)[number]) => {
    const left = x + dx - (anchor === 'end' ? WORD.width : 0);
    const bottom = y + dy + 3;
    const touches = (l: number, t: number, r: number, b: number) =>
      left < r && left + WORD.width > l && bottom - WORD.height < b && bottom > t;
    return spots.filter(
      (spot) =>
        touches(spot.x - 7, spot.y - 7, spot.x + 7, spot.y + 7) ||
        touches(spot.x + 8, spot.y + 5, spot.x + 10 + 8 * spot.name.length, spot.y + 20),
    ).length;
  };
  return PLACES.reduce((best, place) => (hits(place) < hits(best) ? place : best));
}

interface YouLayerProps {
  readonly marks: readonly PlotMark[];
  readonly you: PlotPoint | undefined;
  readonly x: Extent;
  readonly y: Extent;
}

/** The marker with its interval; hollow and dashed for an estimate. */
export function YouLayer({ you, marks, ...scales }: YouLayerProps): ReactNode {
  const [layer, size] = useSize<SVGSVGElement>();
  const { x, y } = plotArea(scales.x, scales.y, plotBox(size));
  const { from: low, to: high } = scales.y;
  const clamped = (value: number) => y(Math.max(low, Math.min(high, value)));
  const spots = marks.filter((mark) => mark.y >= low).map((mark) => ({ x: x(mark.x), y: y(mark.y), name: mark.name }));
  const place = you && placeOfWord(x(you.x), y(you.y), spots);
  return (
    <svg ref={layer} className={styles.layer} aria-hidden="true">
      {you && place && size.width > 0 && (
        <g className={classes(pointsStyles.pointYou, pointsStyles[you.source])} transform={`translate(${x(you.x)},0)`}>
          {you.lower !== undefined && you.upper !== undefined && (
            <path d={`M-6,${clamped(you.upper)}h12m-6,0V${clamped(you.lower)}m-6,0h12`} />
          )}
          <circle cy={y(you.y)} r={8} />
          <text x={place.dx} y={y(you.y) + place.dy} textAnchor={place.anchor}>
            {plot.you}
          </text>
        </g>
      )}
    </svg>
  );
}
