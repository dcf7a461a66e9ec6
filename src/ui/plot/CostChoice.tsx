// Which cost is across the plot, and in its table.
import type { ReactNode } from 'react';
import { setAxis } from '../../store/state/view';
import { plot as words } from '../../words/en/plot';
import { Segmented } from '../parts/Segmented';
import { useDesk } from '../parts/useDesk';
import { AXES } from './costs';

/** Model size, bit operations or average bits. */
export const CostChoice = (): ReactNode => (
  <Segmented
    small
    legend={words.costChoice}
    options={AXES.map((value) => ({ value, label: words.cost[value] }))}
    value={useDesk((state) => state.axis)}
    onChange={setAxis}
  />
);
