// What can stand in the place of the plot.
import type { ReproducedSlice } from './reproducedSlice';
import type { SpeedSlice } from './speedSlice';

/** Views that are no part of the work on the desk; both closed at first. */
export type AsideViews = SpeedSlice & ReproducedSlice;

export const NO_ASIDE_VIEWS: AsideViews = { speed: null, reproduced: null };

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
  | 'reproduced';
