// What the plot shows of accuracy and cost. The ranges stay while a fader is dragged: nothing moves under the hand.
import { useMemo, useRef } from 'react';
import { axisHere } from '../../store/measure/axis';
import { useDesk } from '../parts/useDesk';
import type { PlotData, PlotPoint } from './plotData';
import { allPoints } from './plotData';
import { accuracyRange, costRange, type PlotRanges } from './plotScales';

/**
 * The ranges of what is shown. `all` holds every point. `top` holds those above the break and YOU, without the float network,
 * which costs far more: worse points that cost less than any of these are counted at the left edge.
 */
export function rangesOf(data: PlotData, you: PlotPoint | undefined, shown: 'top' | 'all'): PlotRanges {
  const points = allPoints(data);
  const float = data.marks.find(({ kind }) => kind !== 'uniform');
  // Widths may cost the same time, and float no more.
  const isFar = float && (points.length === 1 || points.some(({ x }) => x < float.x));
  const far = isFar ? float.x : Number.POSITIVE_INFINITY;
  const accuracies = points.map(({ y }) => y);
  if (data.float !== undefined) accuracies.push(data.float);
  // Alone, YOU give the range; else what is outside is marked at the edge.
  if (accuracies.length === 0 && you) accuracies.push(you.y);
  const accuracy = accuracyRange(accuracies, shown);
  const isGood = (point: PlotPoint) => point.y >= (accuracy.breakAt ?? accuracy.low) && point.x < far;
  const counted = shown === 'all' ? points : points.filter(isGood);
  const costs = [...counted, ...(you && (shown === 'all' || you.x < far) ? [you] : [])].map(({ x }) => x);
  return { cost: costRange(costs, data.leastCost), accuracy };
}

/** The ranges for what the desk has, of one identity while they say the same. */
export function usePlotRanges(data: PlotData, you: PlotPoint | undefined, shown: 'top' | 'all'): PlotRanges {
  const dragging = useDesk((state) => state.gestureStart !== null);
  const place = useDesk((state) => `${state.networkId} ${axisHere(state)}`);
  const held = useRef<{ readonly of: string; readonly ranges: PlotRanges }>(undefined);
  const settled = useSettled(you, dragging);
  const ranges = useMemo(() => rangesOf(data, settled, shown), [data, settled, shown]);
  const of = `${place} ${shown}`;
  const stays = held.current?.of === of && (dragging || JSON.stringify(held.current.ranges) === JSON.stringify(ranges));
  if (!stays) held.current = { of, ranges };
  return held.current?.ranges ?? ranges;
}

/** A value as it was before the drag in progress. */
export function useSettled<T>(value: T, dragging: boolean): T {
  const settled = useRef(value);
  if (!dragging) settled.current = value;
  return settled.current;
}
