// Solves the integer programs of HAWQ-V3 and LIMPQ again and checks that every layer matches their published policies.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { costIn, readCostTable } from '../../device/costTable';
import { budgetFront } from '../knapsack';
import { solveWithinLimits } from '../knapsackLimits';
import { HAWQ_FRACTIONS, HAWQ_KINDS, PAPER_IDS } from './ids';
import { hawqProgram, type LayerTime, limpqProgram, solvePaper } from './programs';

// Milliseconds on a T4; position 1 is the stem.
const file = readFileSync(new URL('../../../public/costs/t4-resnet18.csv', import.meta.url), 'utf8');
const times = readCostTable('t4-resnet18.csv', file);
const timeOf: LayerTime = (layer, bits) =>
  costIn(times, 'ms', `${layer}`, { weights: bits, activations: bits }) as number;

describe('HAWQ-V3, ResNet-18 at 4 or 8 bits', () => {
  const programs = HAWQ_KINDS.flatMap((kind) => HAWQ_FRACTIONS.map((fraction) => [kind, fraction] as const));

  it.each(programs)('under %s, %f of the way from 4 to 8 bits', (kind, fraction) => {
    const { layers, limits, known, published, widthsOf } = hawqProgram(kind, fraction, timeOf);
    const single = layers.map((choices) => choices.map(({ costs: [cost], penalty }) => ({ cost, penalty })));
    const fromFront = budgetFront(single).best(limits[0]);
    const fromSearch = solveWithinLimits(layers, limits);
    expect(fromFront.penalty).toBeCloseTo(known, 6);
    expect(fromSearch.choices).toEqual(fromFront.choices);
    expect(published !== undefined).toBe(fraction === 0.5);
    if (published) expect(widthsOf(fromSearch.choices)).toEqual(published);
  });
});

describe('LIMPQ, ResNet-50 at 2 to 6 bits, bit operations and size together', () => {
  function solved(positions: 'script' | 'true') {
    const program = limpqProgram(positions);
    const began = performance.now();
    const solution = solveWithinLimits(program.layers, program.limits);
    console.info(`ResNet-50, 25 pairs: ${solution.nodes} nodes, ${(performance.now() - began).toFixed(0)} ms`);
    expect(solution.optimal).toBe(true);
    expect(solution.penalty).toBeCloseTo(program.known, 6);
    return { ...solution, ...program, bits: program.widthsOf(solution.choices) };
  }

  it('gives all 104 published widths with positions counted as in the script', () => {
    const { bits, published, compressionOf, costs, limits } = solved('script');
    expect(bits).toEqual(published);
    expect(compressionOf(costs[1])).toBeCloseTo(12.2029, 4);
    expect(costs[0] / 1e9).toBeCloseTo(48.2832, 4);
    expect(limits[0] / 1e9).toBeCloseTo(48.2846, 4);
  });

  it('gives another policy with the true positions', () => {
    const { bits, published, costs, limits } = solved('true');
    expect(costs[0] / 1e9).toBeCloseTo(47.6166, 4);
    expect(limits[0] / 1e9).toBeCloseTo(47.6295, 4);
    expect(bits.weights.filter((width, l) => width !== published?.weights[l])).toHaveLength(3);
    expect(bits.activations.filter((width, l) => width !== published?.activations[l])).toHaveLength(2);
  });
});

it('counts the published widths that are found again', () => {
  const found = PAPER_IDS.filter((id) => id.paper === 'hawq').map((id) => solvePaper(id, timeOf));
  expect(found.map(({ same, of }) => [same, of])).toEqual(
    [1, 2, 3].flatMap(() => [
      [undefined, undefined],
      [19, 19],
      [undefined, undefined],
    ]),
  );
});
