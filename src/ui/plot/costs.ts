// The costs that accuracy is plotted against: their names, units and round values.
import { KB, MB } from '../../graph/size';
import type { ShownAxis } from '../../store/measure/axis';
import { plot } from '../../words/en/plot';
import { prefixed, upTo } from '../../words/numbers';
import { costTicks, enlarged, type PlotGeometry } from './plotScales';

/** An axis of cost: its title, its ticks, and how one is written. */
export interface CostAxis {
  readonly title: string;
  readonly ticks: readonly number[];
  format(value: number): string;
}

/** Pixels from tick to tick, in type of the usual size. */
const GAP = 46;

/** The axis for what a plot shows. */
export function costAxis(axis: ShownAxis, geometry: Pick<PlotGeometry, 'cost' | 'x' | 'type'>): CostAxis {
  const gap = GAP * enlarged(geometry);
  if (axis === 'memory' || axis === 'flash' || axis === 'ram') {
    const large = geometry.cost[1] > 4 * MB;
    const unit = large ? MB : KB;
    return {
      title: plot.axis[axis](large),
      ticks: costTicks(geometry, 2, unit, gap),
      format: (value) => upTo(value / unit, 2),
    };
  }
  if (axis === 'bitOps')
    return { title: plot.axis.bitOps(), ticks: costTicks(geometry, 10, 1, gap), format: operations };
  if (axis !== 'averageBits')
    return { title: plot.axis[axis](), ticks: costTicks(geometry, 10, 1, gap), format: (value) => upTo(value, 3) };
  return { title: plot.axis.averageBits(), ticks: costTicks(geometry, 2, 1, gap), format: (value) => upTo(value, 2) };
}

const operations = (value: number) => prefixed(value).replace(/\.0\b/, '');
