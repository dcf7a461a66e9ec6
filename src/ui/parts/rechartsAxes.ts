// Scales as recharts wants them, so that its charts have the axes of all others.
import type { XAxisProps, YAxisProps } from 'recharts';
import chartStyles from './chart.module.css';
import { classes } from './classes';
import type { Scale } from './scale';

/** Pixels that the axes take beside the plotted area, with their ticks; titles reach into the chart's margin. */
export const X_AXIS_HEIGHT = 30;
export const Y_AXIS_WIDTH = 58;

function shared({ from, to, kind, ticks, format }: Scale) {
  return {
    type: 'number',
    domain: [from, to],
    scale: kind === 'log' ? 'log' : 'linear',
    ticks: [...ticks],
    tickFormatter: format,
    stroke: 'var(--edge)',
  } as const;
}

/** Of an `XAxis`. */
export function xAxis(scale: Scale): XAxisProps {
  const label = {
    value: scale.title,
    position: 'insideBottom',
    offset: -16,
    className: chartStyles.axisTitle,
  } as const;
  return { ...shared(scale), height: X_AXIS_HEIGHT, label };
}

/** Of a `YAxis`. */
export function yAxis(scale: Scale, side: 'left' | 'right' = 'left'): YAxisProps {
  const className = classes(chartStyles.axisTitle, chartStyles.centered);
  const label =
    side === 'left'
      ? ({ value: scale.title, angle: -90, position: 'insideLeft', className } as const)
      : ({ value: scale.title, angle: 90, position: 'insideRight', className } as const);
  return { ...shared(scale), orientation: side, width: Y_AXIS_WIDTH, label };
}
