import { describe, expect, test } from 'vitest';
import { createRng } from '../math/rng';
import { type ConditionalProblem, conditionalDraws } from './conditionalDraws';

const LAYERS = 6;
const WIDTHS = [1, 2, 4];

/** Six layers of different sizes under a limit of `bits` bits per weight; the larger `scale`, the sharper. */
function problemOf(scale: number, bits: number, seed: number, limits: 1 | 2 = 1): ConditionalProblem {
  const rng = createRng(seed);
  const sizes = Array.from({ length: LAYERS }, () => Math.round(20 * Math.exp(1.5 * rng.normal())) + 1);
  const work = Array.from({ length: LAYERS }, () => 1 + rng.integer(40));
  const costs = sizes.map((size, l) => WIDTHS.map((w) => [w * size, w * work[l]].slice(0, limits)));
  const probabilities = sizes.map(() => {
    // Widths are preferred, so that the limit matters.
    const powers = WIDTHS.map((w) => Math.exp(scale * (rng.normal() + Math.log2(w))));
    return powers.map((power) => power / powers.reduce((a, b) => a + b));
  });
  const total = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b);
  return { probabilities, costs, room: [bits * total(sizes), bits * total(work)].slice(0, limits) };
}

/** Every vector within the limits with its conditional probability, by enumeration. */
function enumerated({ probabilities, costs, room }: ConditionalProblem): Map<string, number> {
  const found = new Map<string, number>();
  for (let i = 0; i < WIDTHS.length ** LAYERS; i++) {
    const choices = Array.from({ length: LAYERS }, (_, l) => Math.floor(i / WIDTHS.length ** l) % WIDTHS.length);
    if (room.some((most, k) => choices.reduce((sum, c, l) => sum + costs[l][c][k], 0) > most)) continue;
    found.set(
      choices.join(),
      choices.reduce((product, c, l) => product * probabilities[l][c], 1),
    );
  }
  const sum = [...found.values()].reduce((a, b) => a + b);
  return new Map([...found].map(([key, p]) => [key, p / sum]));
}

/** Half the sum of |share of the draws - probability|. */
function totalVariation(problem: ConditionalProblem, draws: number, units?: number): number {
  const wanted = enumerated(problem);
  const draw = conditionalDraws(problem, units);
  const rng = createRng(5);
  const counts = new Map<string, number>();
  for (let i = 0; i < draws; i++) {
    const key = draw(rng)?.join() ?? '';
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const key of counts.keys()) expect(wanted.has(key)).toBe(true);
  return [...wanted].reduce((sum, [key, p]) => sum + Math.abs((counts.get(key) ?? 0) / draws - p), 0) / 2;
}

describe('draws given the limits, of six layers', () => {
  // Of this many draws of a few hundred vectors, about 0.02 is left by chance.
  test.each([
    ['flat', 0.1, 1.7],
    ['mild', 0.7, 2],
    ['sharp', 2, 2.5],
  ] as const)('%s probabilities: within 0.03 of enumeration in total variation', (_, scale, bits) => {
    for (const limits of [1, 2] as const)
      expect(totalVariation(problemOf(scale, bits, 3, limits), 60_000)).toBeLessThan(0.03);
  });

  test('are exact however coarse the units are', () => {
    for (const units of [3, 17]) expect(totalVariation(problemOf(0.7, 1.7, 4), 60_000, units)).toBeLessThan(0.03);
  });

  test('have rejection by other rules, and none where nothing passes', () => {
    const problem = problemOf(0.5, 8, 1);
    const odd = conditionalDraws({ ...problem, fits: (choices) => choices[0] === choices[5] });
    const never = conditionalDraws({ ...problem, fits: () => false });
    const rng = createRng(2);
    for (let i = 0; i < 50; i++) {
      const choices = odd(rng) as number[];
      expect(choices[0]).toBe(choices[5]);
    }
    expect(never(rng)).toBeUndefined();
  });

  test('without limits follow the probabilities, and reach what is improbable where nothing else fits', () => {
    const free = conditionalDraws({ probabilities: [[0.25, 0.75]], costs: [[[], []]], room: [] });
    const rng = createRng(3);
    let ones = 0;
    for (let i = 0; i < 4000; i++) ones += (free(rng) as number[])[0];
    expect(Math.abs(ones / 4000 - 0.75)).toBeLessThan(0.03);
    const row = [1e-12, 1 - 1e-12];
    const narrow = conditionalDraws({
      probabilities: Array(54).fill(row),
      costs: Array(54).fill([[1], [8]]),
      room: [54],
    });
    expect(narrow(rng)).toEqual(Array(54).fill(0));
  });
});
