// The plot in 88 by 56 pixels: the front, the cloud and you.
import type { ReactNode } from 'react';
import { usePlotData } from './usePlotData';

const WIDTH = 88;
const HEIGHT = 56;

/** A thumbnail of the accuracy plot; the numbers beside it say the same in words. */
export function MiniPlot(): ReactNode {
  const { cloud, measured, marks, front, you, xRange, yRange } = usePlotData();
  const [left, right] = xRange.map(Math.log);
  const x = (value: number) => 5 + ((Math.log(value) - left) / (right - left)) * (WIDTH - 10);
  const y = (value: number) =>
    Math.min(HEIGHT - 4, HEIGHT - 5 - ((value - yRange[0]) / (yRange[1] - yRange[0])) * (HEIGHT - 10));
  const line = front.map((corner, i) => `${i === 0 ? 'M' : 'L'}${x(corner.x).toFixed(1)},${y(corner.y).toFixed(1)}`);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} className="mini-plot" aria-hidden="true">
      {cloud.map(
        (point, i) =>
          i % 3 === 0 && (
            <circle key={point.label + point.x} className="point-shipped" cx={x(point.x)} cy={y(point.y)} r={1.5} />
          ),
      )}
      {line.length > 1 && <path className="front-line" d={line.join('')} />}
      {[...measured, ...marks].map((point) => (
        <circle key={`${point.label}/${point.x}`} className="point-measured" cx={x(point.x)} cy={y(point.y)} r={2} />
      ))}
      {you && (
        <g className={`point-you ${you.source}`}>
          <circle cx={x(you.x)} cy={y(you.y)} r={5} />
        </g>
      )}
    </svg>
  );
}
