// YOU on the plot, over the drawn chart: so that a drag redraws one marker and not the whole chart.
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { PLOT_INSETS, roomy } from './axes';
import type { PlotPoint } from './plotData';

interface YouLayerProps {
  readonly you: PlotPoint | undefined;
  readonly xRange: readonly [number, number];
  readonly low: number;
  readonly high: number;
}

/** The marker with its interval; hollow and dashed for an estimate. */
export function YouLayer({ you, xRange, low, high }: YouLayerProps): ReactNode {
  const layer = useRef<SVGSVGElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry.contentRect;
      setSize({ width, height });
    });
    if (layer.current) observer.observe(layer.current);
    return () => observer.disconnect();
  }, []);
  const { top, right, bottom, left } = PLOT_INSETS;
  const [from, to] = roomy(xRange).map(Math.log);
  const x = (value: number) => left + ((Math.log(value) - from) / (to - from)) * (size.width - left - right);
  const y = (value: number) => top + ((high - value) / (high - low)) * (size.height - top - bottom);
  const clamped = (value: number) => y(Math.max(low, Math.min(high, value)));
  return (
    <svg ref={layer} className="you-layer" aria-hidden="true">
      {you && size.width > 0 && (
        <g className={`point-you ${you.source}`} transform={`translate(${x(you.x)},0)`}>
          {you.lower !== undefined && you.upper !== undefined && (
            <path d={`M-6,${clamped(you.upper)}h12m-6,0V${clamped(you.lower)}m-6,0h12`} />
          )}
          <circle cy={y(you.y)} r={8} />
          <text x={-13} y={y(you.y) - 9} textAnchor="end">
            you
          </text>
        </g>
      )}
    </svg>
  );
}
