import { describe, expect, it } from 'vitest';
import { layerCosts } from '../graph/cost';
import { createRng, type Rng } from '../math/rng';
import { resnet20 } from '../zoo/resnet';
import { budgetFront, InfeasibleError, type Option } from './knapsack';
import { paretoFront } from './pareto';

// Penalties are multiples of 1/8, so that sums are exact in any order and ties occur.
const randomLayers = (rng: Rng): Option[][] =>
  Array.from({ length: 1 + rng.integer(5) }, () =>
    Array.from({ length: 1 + rng.integer(5) }, () => ({ cost: rng.integer(30), penalty: rng.integer(60) / 8 - 1 })),
  );

function everyPolicy(layers: readonly (readonly Option[])[]): Option[] {
  return layers.reduce<Option[]>(
    (sums, choices) =>
      sums.flatMap((sum) => choices.map((c) => ({ cost: sum.cost + c.cost, penalty: sum.penalty + c.penalty }))),
    [{ cost: 0, penalty: 0 }],
  );
}

const sums = (layers: readonly (readonly Option[])[], choices: readonly number[]) => ({
  cost: choices.reduce((sum, c, l) => sum + layers[l][c].cost, 0),
  penalty: choices.reduce((sum, c, l) => sum + layers[l][c].penalty, 0),
});

describe('the front of one budget', () => {
  it('equals the front of all policies, on 500 random problems', () => {
    const rng = createRng(1);
    for (let i = 0; i < 500; i++) {
      const layers = randomLayers(rng);
      const expected = paretoFront(everyPolicy(layers).map(({ cost, penalty }) => ({ cost, value: -penalty })));
      const front = budgetFront(layers);
      expect([...front.costs]).toEqual(expected.map(({ cost }) => cost));
      expect([...front.penalties]).toEqual(expected.map(({ value }) => 0 - value));
      for (let at = 0; at < front.costs.length; at++) {
        const { choices, ...stated } = front.policy(at);
        expect(sums(layers, choices)).toEqual(stated);
      }
    }
  });

  it('gives the best policy for every budget, also when cut off at the largest budget', () => {
    const rng = createRng(2);
    for (let i = 0; i < 100; i++) {
      const layers = randomLayers(rng);
      const all = everyPolicy(layers);
      const budget = all[rng.integer(all.length)].cost;
      const least = Math.min(...all.filter(({ cost }) => cost <= budget).map(({ penalty }) => penalty));
      expect(budgetFront(layers).best(budget).penalty).toBe(least);
      expect(budgetFront(layers, budget).best(budget).penalty).toBe(least);
    }
  });

  it('reports the reachable costs', () => {
    const layers = [
      [
        { cost: 2, penalty: 1 },
        { cost: 8, penalty: 0 },
      ],
      [{ cost: 3, penalty: 0 }],
    ];
    expect(() => budgetFront(layers).best(4)).toThrow(new InfeasibleError([[5, 11]], [4]));
    expect(() => budgetFront(layers, 4).best(4)).toThrow('No config costs at most 4 (reachable: 5 to 11)');
    expect(() => budgetFront([[]])).toThrow('Layer 0 has no choices');
    expect(() => budgetFront([[{ cost: 1, penalty: Number.NaN }]])).toThrow('Choice 0 of layer 0 has penalty NaN');
  });

  it('is computed exactly for ResNet-20 at 8 widths', () => {
    const rng = createRng(3);
    const layers = layerCosts(resnet20.build([32, 32, 3], 10)).map(({ weights }) => {
      const harm = Math.exp(rng.normal());
      // Rounding noise falls by about 4x per bit; measured tables scatter around that.
      return [1, 2, 3, 4, 5, 6, 7, 8].map((bits) => ({
        cost: weights * bits,
        penalty: harm * 4 ** -bits * Math.exp(rng.normal() / 5),
      }));
    });
    budgetFront(layers);
    const began = performance.now();
    const front = budgetFront(layers);
    console.info(`ResNet-20, 8 widths: ${front.costs.length} policies, ${(performance.now() - began).toFixed(1)} ms`);
    const half = front.policy(front.costs.length >> 1);
    const { cost, penalty } = sums(layers, half.choices);
    expect(cost).toBe(half.cost);
    expect(penalty).toBeCloseTo(half.penalty, 12);
    // No exchange between two layers lowers the penalty at the same cost.
    for (let a = 0; a < layers.length; a++)
      for (let b = 0; b < a; b++)
        for (const ca of layers[a].keys())
          for (const cb of layers[b].keys()) {
            const other = sums(layers, half.choices.with(a, ca).with(b, cb));
            expect(other.cost > cost || other.penalty >= penalty - 1e-12).toBe(true);
          }
  });
});
