// What is across the plot: costs that every config has, and those of the chosen board and of the user's own table.
import { hasUnit } from '../../device/costTable';
import type { Axis, Desk, PlainAxis } from '../state/desk';

/** The costs that every config has. */
export const PLAIN_AXES = ['memory', 'bitOps', 'averageBits'] as const satisfies readonly PlainAxis[];

/** A latency is an estimate unless the user's own table states it. */
export type ShownAxis = Axis | 'estimate';
export type BoardAxis = Exclude<ShownAxis, PlainAxis>;

export const isPlain = (axis: ShownAxis): axis is PlainAxis => (PLAIN_AXES as readonly ShownAxis[]).includes(axis);

type Known = Pick<Desk, 'axis' | 'board' | 'costTable' | 'estimates'>;

const tabled = ({ costTable }: Known, unit: 'ms' | 'mJ') => costTable !== null && hasUnit(costTable.table, unit);

/** How the latency is known; undefined where it is not. */
function latencyAxis(state: Known): ShownAxis | undefined {
  if (tabled(state, 'ms')) return 'latency';
  return state.board !== null && state.estimates ? 'estimate' : undefined;
}

/** All that can be shown now. */
export function axesHere(state: Known): readonly ShownAxis[] {
  const latency = latencyAxis(state);
  return [
    ...PLAIN_AXES,
    ...(state.board === null ? [] : (['flash', 'ram'] as const)),
    ...(latency ? [latency] : []),
    ...(tabled(state, 'mJ') ? (['energy'] as const) : []),
  ];
}

/** What is shown: model size in place of what is not known. */
export function axisHere(state: Known): ShownAxis {
  const asked = state.axis === 'latency' ? latencyAxis(state) : state.axis;
  return asked !== undefined && axesHere(state).includes(asked) ? asked : 'memory';
}

/** The choice that shows an axis. */
export const choiceOf = (axis: ShownAxis): Axis => (axis === 'estimate' ? 'latency' : axis);
