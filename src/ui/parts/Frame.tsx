// The frame of a small chart drawn by hand: axes with ticks and titles; what is in it is its child.
import { type ReactNode, useId } from 'react';
import chartStyles from './chart.module.css';
import { classes } from './classes';
import styles from './Frame.module.css';
import { type FrameScale, shareOf } from './frameScale';
import { useSize } from './useSize';

/** Where values lie in the drawing, in pixels, and its edges. */
export interface FramePlace {
  x(value: number): number;
  y(value: number): number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface FrameProps {
  /** What the chart says, in a sentence, for those who do not see it. */
  readonly label: string;
  readonly x: FrameScale;
  readonly y: FrameScale;
  children(place: FramePlace): ReactNode;
}

/** Pixels by which marks may reach over the axes. */
const OVER = 6;
const INSETS = { left: 52, right: 14, top: 10, bottom: 40 } as const;

/** A figure with axes; its height is the style sheet's. What is beyond the axes is cut off, never moved onto them. */
export function Frame({ label, x, y, children }: FrameProps): ReactNode {
  const clip = useId();
  const [figure, { width, height }] = useSize<HTMLElement>();
  const [left, right] = [INSETS.left, width - INSETS.right];
  const [top, bottom] = [INSETS.top, height - INSETS.bottom];
  const place: FramePlace = {
    ...{ left, right, top, bottom },
    x: (value) => left + shareOf(x, value) * (right - left),
    y: (value) => bottom - shareOf(y, value) * (bottom - top),
  };
  return (
    <figure ref={figure} className={classes(chartStyles.chart, styles.frame)} aria-label={label}>
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          {y.ticks.map((tick) => (
            <g key={tick}>
              <line className={styles.grid} x1={left} x2={right} y1={place.y(tick)} y2={place.y(tick)} />
              <text x={left - 6} y={place.y(tick) + 4} textAnchor="end">
                {y.format(tick)}
              </text>
            </g>
          ))}
          {x.ticks.map((tick) => (
            <text key={tick} x={place.x(tick)} y={bottom + 16} textAnchor="middle">
              {x.format(tick)}
            </text>
          ))}
          <path className={styles.axes} d={`M${left},${top}V${bottom}H${right}`} />
          <text className={chartStyles.axisTitle} x={(left + right) / 2} y={height - 6} textAnchor="middle">
            {x.title}
          </text>
          <text
            className={chartStyles.axisTitle}
            transform={`translate(12,${(top + bottom) / 2}) rotate(-90)`}
            textAnchor="middle"
          >
            {y.title}
          </text>
          <clipPath id={clip}>
            <rect x={left - OVER} y={top - OVER} width={right - left + 2 * OVER} height={bottom - top + 2 * OVER} />
          </clipPath>
          <g clipPath={`url(#${clip})`}>{children(place)}</g>
        </svg>
      )}
    </figure>
  );
}
