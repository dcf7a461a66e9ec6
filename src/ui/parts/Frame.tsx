// The frame of a small chart drawn by hand: axes with ticks and titles; what is in it is its child.
import { type ReactNode, useId } from 'react';
import chartStyles from './chart.module.css';
import { classes } from './classes';
import styles from './Frame.module.css';
import { chartLabel, type PlotArea, plotArea, type Scale } from './scale';
import { useSize } from './useSize';

interface FrameProps {
  /** What the chart says, in a sentence, for those who do not see it; its axes are told after it. */
  readonly says: string;
  readonly x: Scale;
  readonly y: Scale;
  children(area: PlotArea): ReactNode;
}

/** Pixels by which marks may reach over the axes. */
const OVER = 6;
const INSETS = { left: 52, right: 14, top: 10, bottom: 40 } as const;

/** A figure with axes; its height is the style sheet's. What is beyond the axes is cut off, never moved onto them. */
export function Frame({ says, x, y, children }: FrameProps): ReactNode {
  const clip = useId();
  const [figure, { width, height }] = useSize<HTMLElement>();
  const [left, right] = [INSETS.left, width - INSETS.right];
  const [top, bottom] = [INSETS.top, height - INSETS.bottom];
  const area = plotArea(x, y, { left, right, top, bottom });
  return (
    <figure ref={figure} className={classes(chartStyles.chart, styles.frame)} aria-label={chartLabel(says, x, y)}>
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          {y.ticks.map((tick) => (
            <g key={tick}>
              <line className={styles.grid} x1={left} x2={right} y1={area.y(tick)} y2={area.y(tick)} />
              <text x={left - 6} y={area.y(tick) + 4} textAnchor="end">
                {y.format(tick)}
              </text>
            </g>
          ))}
          {x.ticks.map((tick) => (
            <text key={tick} x={area.x(tick)} y={bottom + 16} textAnchor="middle">
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
          <g clipPath={`url(#${clip})`}>{children(area)}</g>
        </svg>
      )}
    </figure>
  );
}
