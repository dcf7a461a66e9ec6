// The plot in 88 by 56 pixels: the front, the best points and YOU.
import type { ReactNode } from 'react';
import { classes } from '../parts/classes';
import { boldFront } from './plotData';
import { plotGeometry } from './plotScales';
import pointsStyles from './points.module.css';
import { isShown } from './spots';
import { usePlotData, useYou } from './usePlotData';
import { usePlotRanges } from './usePlotScales';
import { spotOfYou } from './YouMarks';

const WIDTH = 88;
const HEIGHT = 56;
const BOX = { left: 6, right: WIDTH - 6, top: 6, bottom: HEIGHT - 6 };

/** A thumbnail of the accuracy plot; the numbers beside it say the same in words. */
export function MiniPlot(): ReactNode {
  const data = usePlotData();
  const you = useYou();
  const { cost, accuracy } = usePlotRanges(data, you, 'top');
  const plot = plotGeometry(cost, accuracy, BOX);
  const front = data[boldFront(data)].map(({ x, y }) => `${plot.x(x).toFixed(1)},${plot.y(y).toFixed(1)}`);
  const shown = [...data.cloud.filter((_, i) => i % 3 === 0), ...data.measured].filter((point) => isShown(plot, point));
  const spot = you && spotOfYou(plot, you);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      {shown.map((point, i) => (
        <circle key={i} className={pointsStyles.precomputed} cx={plot.x(point.x)} cy={plot.y(point.y)} r={1.5} />
      ))}
      {front.length > 0 && <path className={pointsStyles.front} d={`M${front.join('L')}`} />}
      {spot && (
        <g className={classes(pointsStyles.you, you.source === 'estimated' && pointsStyles.open)}>
          <circle cx={spot.x} cy={spot.y} r={5} />
        </g>
      )}
    </svg>
  );
}
