import { expect, test } from 'vitest';
import { createRng } from '../../math/rng';
import { small } from '../../nn/networks.testing';
import { ungrouped } from '../../optim/groups';
import { budgetFront } from '../../optim/knapsack';
import { solveWithinLimits } from '../../optim/knapsackLimits';
import { createSpace } from '../space';
import { greedyWithin, type Program, programOf, roomAt, staysWithin } from './program';

/** Layers of random size whose harm falls about fourfold per bit, as rounding errors do. */
function randomProgram(seed: number, limits: 1 | 2) {
  const rng = createRng(seed);
  const layers = Array.from({ length: 8 }, () => ({ size: 1 + rng.integer(500), scale: Math.exp(2 * rng.normal()) }));
  const bits = [1, 2, 3, 4, 8];
  const costs = layers.map(({ size }, l) => bits.map((b) => [b * size, (1 + ((l * 7) % 3)) * b * b].slice(0, limits)));
  const penalties = layers.map(({ scale }) => bits.map((b) => scale * 4 ** -b * (0.5 + rng.uniform())));
  const sum = (pick: (...n: number[]) => number) =>
    Array.from({ length: limits }, (_, k) => costs.reduce((s, row) => s + pick(...row.map((c) => c[k])), 0));
  const program: Program = { costs, groups: ungrouped(8), room: sum(Math.max), least: sum(Math.min) };
  return { program, penalties };
}

const harmOf = (penalties: readonly (readonly number[])[], vector: readonly number[]) =>
  vector.reduce((sum, choice, l) => sum + penalties[l][choice], 0);

test.each([1, 2] as const)('the stepwise solver stays within %i limits and comes near the exact optimum', (limits) => {
  const excess: number[] = [];
  for (let seed = 0; seed < 40; seed++) {
    const { program, penalties } = randomProgram(seed, limits);
    const room = roomAt(program, 0.1 + 0.02 * seed);
    const vector = greedyWithin(program, penalties, room);
    expect(staysWithin(program, room, vector)).toBe(true);
    const choices = program.costs.map((row, l) => row.map((costs, c) => ({ costs, penalty: penalties[l][c] })));
    const exact = solveWithinLimits(choices, room).penalty;
    excess.push(harmOf(penalties, vector) / exact);
    if (limits === 1) {
      const single = choices.map((row) => row.map(({ costs: [cost], penalty }) => ({ cost, penalty })));
      expect(budgetFront(single).best(room[0]).penalty).toBeCloseTo(exact, 9);
    }
    // The remaining room buys no improvement.
    for (const [l, row] of program.costs.entries())
      for (const c of row.keys())
        if (penalties[l][c] < penalties[l][vector[l]])
          expect(staysWithin(program, room, vector.with(l, c)), `${seed}: layer ${l} to ${c}`).toBe(false);
  }
  excess.sort((a, b) => a - b);
  expect(excess[0]).toBeGreaterThanOrEqual(1 - 1e-9);
  expect(excess[20]).toBeLessThan(1.15);
});

test('a share of the room lies between narrowest policy and limits; without limits the cost is weight bits', () => {
  const allowed = { weights: [1, 2, 8], activations: [32], locks: {} } as const;
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const architecture = small();
  const free = createSpace(architecture, scheme, allowed, []);
  const numbers = free.layers.reduce((sum, { weights }) => sum + weights, 0);
  const program = programOf(free);
  expect(program).toMatchObject({ room: [8 * numbers], least: [numbers] });
  expect(roomAt(program, 0)).toEqual([numbers]);
  expect(roomAt(program, 1)).toEqual([8 * numbers]);
  const limited = createSpace(architecture, scheme, allowed, [{ measure: 'weights', most: 3 * numbers }]);
  expect(roomAt(programOf(limited), 0.5)).toEqual([2 * numbers]);
  const lavish = createSpace(architecture, scheme, allowed, [{ measure: 'weights', most: 300 * numbers }]);
  expect(programOf(lavish).room).toEqual([8 * numbers]);
});

test('an unreachable room is refused', () => {
  const program: Program = { costs: [[[1], [2]]], groups: [[0]], room: [2], least: [1] };
  expect(() => greedyWithin(program, [[1, 0]], [0])).toThrow(/No change of one layer/);
});
