// The stored form of a run: policies as widths in the order of the layers, accuracies as counts.
import type { RunPoint } from '../../engine/protocol/searching';
import type { SearchRun } from './searchRun';

export type PlainPoint = readonly [
  bits: string,
  steps: RunPoint['steps'],
  role: RunPoint['role'],
  right: number,
  n: number,
  loss: number,
  spent: readonly [number, number, number, number],
];
export type PlainScored = readonly [bits: string, steps: RunPoint['steps'], searched: Plain | null, tested: Plain];
export type Plain = readonly [right: number, n: number];

/** The stored form of a run. */
export interface PlainRun extends Omit<SearchRun, 'points' | 'front'> {
  readonly version: 1;
  readonly layers: readonly string[];
  readonly points: readonly PlainPoint[];
  readonly front: readonly PlainScored[];
}
