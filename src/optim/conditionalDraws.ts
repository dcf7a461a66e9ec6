// Draws one choice for each of several groups, independently but given that the sums of their costs stay within limits: exactly
// that conditional distribution, also where it is far from the independent one. Sums of one limit are followed group by group,
// in units rounded down, so that every vector within the limits is among those drawn; the others are drawn again.
import type { Rng } from '../math/rng';

export interface ConditionalProblem {
  /** [group][choice]; those of a group sum to 1. */
  readonly probabilities: readonly (readonly number[])[];
  /** [group][choice][limit]. */
  readonly costs: readonly (readonly (readonly number[])[])[];
  /** By limit. */
  readonly room: readonly number[];
  /** Whether choices are within all limits; by default whether their costs are. */
  readonly fits?: (choices: readonly number[]) => boolean;
}

/** Units that the room is counted in: more give fewer draws to repeat. */
const UNITS = 4096;
/** Draws until there is none: a limit may depend on more than the one that is followed. */
const TRIES = 2000;

/** ln(sum of exp), of terms that may all be -Infinity. */
function logSum(terms: readonly number[]): number {
  const most = Math.max(...terms);
  return most === Number.NEGATIVE_INFINITY
    ? most
    : most + Math.log(terms.reduce((sum, x) => sum + Math.exp(x - most), 0));
}

/** The limit that independent draws exceed most on average: the one to follow. */
function tightest({ probabilities, costs, room }: ConditionalProblem): number {
  const loads = room.map((most, k) => {
    const sum = (of: (g: number) => number) => costs.reduce((total, _, g) => total + of(g), 0);
    const least = sum((g) => Math.min(...costs[g].map((cost) => cost[k])));
    const mean = sum((g) => costs[g].reduce((total, cost, c) => total + probabilities[g][c] * cost[k], 0));
    return (mean - least) / Math.max(most - least, 1e-9);
  });
  return loads.indexOf(Math.max(...loads));
}

/**
 * A function that draws choices, each given a generator; undefined after many draws beyond the limits.
 * Takes groups x units x choices steps to prepare. Without limits every draw is independent.
 */
export function conditionalDraws(problem: ConditionalProblem, units = UNITS): (rng: Rng) => number[] | undefined {
  const { probabilities, costs, room } = problem;
  const k = tightest(problem);
  const least = costs.map((row) => (k < 0 ? 0 : Math.min(...row.map((cost) => cost[k]))));
  const slack = k < 0 ? 0 : room[k] - least.reduce((sum, cost) => sum + cost, 0);
  const unit = Math.max(slack / units, Number.MIN_VALUE);
  const steps = costs.map((row, g) => row.map((cost) => (k < 0 ? 0 : Math.floor((cost[k] - least[g]) / unit))));
  const most = k < 0 ? 0 : Math.floor(slack / unit);
  const logs = probabilities.map((row) => row.map(Math.log));
  // ln of the probability that the groups from g on cost at most r units.
  const rest = [...costs, []].map(() => new Float64Array(most + 1));
  const terms = (g: number, r: number) =>
    logs[g].map((log, c) => (steps[g][c] > r ? Number.NEGATIVE_INFINITY : log + rest[g + 1][r - steps[g][c]]));
  for (let g = costs.length - 1; g >= 0; g--) for (let r = 0; r <= most; r++) rest[g][r] = logSum(terms(g, r));
  const draw = (rng: Rng): number[] => {
    let left = most;
    return costs.map((_, g) => {
      const own = terms(g, left);
      let remaining = rng.uniform();
      let choice = -1;
      for (const [c, term] of own.entries()) {
        const share = Math.exp(term - rest[g][left]);
        if (!(share > 0)) continue;
        choice = c;
        remaining -= share;
        if (remaining < 0) break;
      }
      left -= steps[g][choice];
      return choice;
    });
  };
  const within = (choices: readonly number[]) =>
    room.every((most, k) => choices.reduce((sum, c, g) => sum + costs[g][c][k], 0) <= most);
  const fits = problem.fits ?? within;
  return (rng) => {
    for (let i = 0; i < TRIES; i++) {
      const choices = draw(rng);
      if (fits(choices)) return choices;
    }
    return undefined;
  };
}
