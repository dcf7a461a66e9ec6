// What can stand in the place of the plot.
import type { ReproducedSlice } from './reproducedSlice';
import type { SpeedSlice } from './speedSlice';

/** Views that are no part of the work on the desk; closed at first. */
export interface AsideViews extends SpeedSlice, ReproducedSlice {
  readonly raceShown: boolean;
}

export const NO_ASIDE_VIEWS: AsideViews = { speed: null, reproduced: null, raceShown: false };

/** What stands in the place of the plot. */
export type WideView =
  | 'plot'
  | 'table'
  | 'sensitivity'
  | 'compare'
  | 'inside'
  | 'ranking'
  | 'teach'
  | 'speed'
  | 'reproduced'
  | 'race';
