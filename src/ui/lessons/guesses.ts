// Guesses on a slider: places in whole steps, linear or by factors.
import type { Scale } from '../../store/lessons/lesson';

/** The last place of the slider; the first is 0. */
export const STOPS = 1000;

/** The guess at a place, in whole steps of the scale. */
export function guessAt({ min, max, step, log }: Scale, place: number): number {
  const share = place / STOPS;
  const exact = log ? min * (max / min) ** share : min + (max - min) * share;
  // Divided by the number of steps in one, so that 0.3 is the same number as typed.
  const perOne = Math.round(1 / step);
  const rounded = step < 1 ? Math.round(exact * perOne) / perOne : Math.round(exact / step) * step;
  return Math.min(max, Math.max(min, rounded));
}

/** The place of a value, within the slider. */
export function placeOf({ min, max, log }: Scale, value: number): number {
  const share = log ? Math.log(Math.max(min, value) / min) / Math.log(max / min) : (value - min) / (max - min);
  return STOPS * Math.min(1, Math.max(0, share));
}
