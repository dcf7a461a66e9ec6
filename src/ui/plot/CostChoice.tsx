// Which cost is across the plot, and in its table.
import type { ReactNode } from 'react';
import { axesHere, axisHere, choiceOf, PLAIN_AXES } from '../../store/measure/axis';
import { setAxis } from '../../store/state/view';
import { plot as words } from '../../words/en/plot';
import { Segmented } from '../parts/Segmented';
import { useDesk } from '../parts/useDesk';

/** Model size, bit operations or average bits; with a board or a table, also what a config takes there. */
export function CostChoice(): ReactNode {
  const axis = useDesk(axisHere);
  // A text is equal to the one before when nothing changed.
  const axes = useDesk((state) => axesHere(state).join()).split(',') as (typeof axis)[];
  const options = axes.map((value) => ({ value, label: words.cost[value] }));
  const choose = (value: typeof axis) => setAxis(choiceOf(value));
  if (axes.length === PLAIN_AXES.length)
    return <Segmented small legend={words.costChoice} options={options} value={axis} onChange={choose} />;
  return (
    <select aria-label={words.costChoice} value={axis} onChange={(event) => choose(event.target.value as typeof axis)}>
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
