// The costs that accuracy is plotted against: their names, units and round values.
import { KB, MB } from '../../graph/size';
import type { Axis } from '../../store/state/desk';
import { plot } from '../../words/en/plot';
import { prefixed, upTo } from '../../words/numbers';
import { costTicks, enlarged, type PlotGeometry } from './plotScales';

/** All costs, as choices. */
export const AXES = ['memory', 'bitOps', 'averageBits'] as const satisfies readonly Axis[];

/** An axis of cost: its title, its ticks, and how one is written. */
export interface CostAxis {
  readonly title: string;
  readonly ticks: readonly number[];
  format(value: number): string;
}

/** Pixels from tick to tick, in type of the usual size. */
const GAP = 46;

/** The axis for what a plot shows. */
export function costAxis(axis: Axis, geometry: Pick<PlotGeometry, 'cost' | 'x' | 'type'>): CostAxis {
  const gap = GAP * enlarged(geometry);
  if (axis === 'memory') {
    const large = geometry.cost[1] > 4 * MB;
    const unit = large ? MB : KB;
    return {
      title: plot.axis.memory(large),
      ticks: costTicks(geometry, 2, unit, gap),
      format: (value) => upTo(value / unit, 2),
    };
  }
  if (axis === 'bitOps')
    return { title: plot.axis.bitOps(), ticks: costTicks(geometry, 10, 1, gap), format: operations };
  return { title: plot.axis.averageBits(), ticks: costTicks(geometry, 2, 1, gap), format: (value) => upTo(value, 2) };
}

const operations = (value: number) => prefixed(value).replace(/\.0\b/, '');
