// Scales as recharts wants them, so that its charts have the axes of all others (Frame.tsx).
import type { XAxisProps, YAxisProps } from 'recharts';
import chartStyles from './chart.module.css';
import type { Scale } from './scale';

/** Pixels around the axes; the title of the x axis reaches into them. */
export const CHART_MARGIN = { top: 10, right: 14, bottom: 12, left: 0 } as const;

function shared({ from, to, kind, ticks, format }: Scale) {
  return {
    type: 'number',
    domain: [from, to],
    scale: kind === 'log' ? 'log' : 'linear',
    ticks: [...ticks],
    tickFormatter: format,
    tickLine: false,
    stroke: 'var(--edge)',
    allowDataOverflow: true,
  } as const;
}

/** Of an `XAxis`. */
export function xAxis(scale: Scale): XAxisProps {
  const label = { value: scale.title, position: 'insideBottom', offset: -8, className: chartStyles.axisTitle } as const;
  return { ...shared(scale), height: 28, label };
}

/** Of a `YAxis`. */
export function yAxis(scale: Scale): YAxisProps {
  const label = {
    value: scale.title,
    angle: -90,
    position: 'insideLeft',
    offset: 6,
    className: chartStyles.axisTitle,
    style: { textAnchor: 'middle' },
  } as const;
  return { ...shared(scale), width: 52, label };
}
