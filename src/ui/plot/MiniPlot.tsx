// The plot in 88 by 56 pixels: the front, the cloud and you.
import type { ReactNode } from 'react';
import { classes } from '../parts/classes';
import { plotArea } from '../parts/scale';
import { type Front, rangeOfX, rangeOfY } from './plotData';
import pointsStyles from './points.module.css';
import { usePlotData, useYou } from './usePlotData';

const WIDTH = 88;
const HEIGHT = 56;
const BOX = { left: 6, right: WIDTH - 6, top: 6, bottom: HEIGHT - 6 };

/** A thumbnail of the accuracy plot; the numbers beside it say the same in words. */
export function MiniPlot(): ReactNode {
  const data = usePlotData();
  const you = useYou();
  const [low, high] = rangeOfY(data, you);
  const [from, to] = rangeOfX(data, you);
  const { x, y } = plotArea({ from, to, kind: 'log' }, { from: low, to: high }, BOX);
  const line = (front: Front) =>
    front
      .map(({ x: cost, y: share }, i) => `${i === 0 ? 'M' : 'L'}${x(cost).toFixed(1)},${y(share).toFixed(1)}`)
      .join('');
  const shown = [...data.measured, ...data.marks].filter((point) => point.y >= low);
  const cloud = data.cloud.filter((point, i) => i % 3 === 0 && point.y >= low);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      {cloud.map((point, i) => (
        <circle key={i} className={pointsStyles.pointShipped} cx={x(point.x)} cy={y(point.y)} r={1.5} />
      ))}
      <path className={classes(pointsStyles.frontLine, pointsStyles.shipped)} d={line(data.shippedFront)} />
      <path className={pointsStyles.frontLine} d={line(data.front)} />
      {shown.map((point, i) => (
        <circle key={i} className={pointsStyles.pointMeasured} cx={x(point.x)} cy={y(point.y)} r={2} />
      ))}
      {you && (
        <g className={classes(pointsStyles.pointYou, pointsStyles[you.source])}>
          <circle cx={x(you.x)} cy={y(you.y)} r={5} />
        </g>
      )}
    </svg>
  );
}
