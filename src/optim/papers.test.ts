// Solves the integer programs of HAWQ-V3 and LIMPQ again and checks that every layer matches their published policies.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { costIn, readCostTable } from '../device/costTable';
import { budgetFront } from './knapsack';
import { type LimitedChoice, solveWithinLimits } from './knapsackLimits';
import { ACTIVATION_INDICATORS, BITS, PUBLISHED, WEIGHT_INDICATORS } from './limpqResnet50.testing';

describe('HAWQ-V3, ResNet-18 at 4 or 8 bits', () => {
  // Origin: github.com/Zhen-Dong/HAWQ (MIT license), ILP.ipynb and the bit_config of its ResNet-18; layers in execution
  // order, projections last in their block. Objectives computed over all 2^16 policies in NumPy.
  const trace = [
    0.06857826, 0.03162379, 0.03298575, 0.01205663, 0.02222431, 0.00596336, 0.06931772, 0.00807129, 0.00372905,
    0.00530698, 0.00209011, 0.00737569, 0.00210454, 0.00151197, 0.00158041, 0.00078146, 0.00451841, 0.00098745,
    0.00072944,
  ];
  const error8 = [
    0.0235, 0.0125, 0.0102, 0.0082, 0.0145, 0.0344, 0.0023, 0.0287, 0.0148, 0.0333, 0.0682, 0.0027, 0.0448, 0.0336,
    0.0576, 0.113, 0.0102, 0.0947, 0.0532,
  ];
  const error4 = [
    6.743, 3.9691, 3.3281, 2.6796, 4.7277, 10.5966, 0.6827, 9.0942, 4.8857, 10.7599, 21.7546, 0.8603, 14.5324, 10.9651,
    18.7706, 36.4044, 3.1572, 29.6994, 17.4016,
  ];
  const weights = [
    36864, 36864, 36864, 36864, 73728, 147456, 8192, 147456, 147456, 294912, 589824, 32768, 589824, 589824, 1179648,
    2359296, 131072, 2359296, 2359296,
  ];
  const strided = [57802752, 115605504, 6422528, 115605504, 115605504];
  const macs = [115605504, 115605504, 115605504, 115605504, ...strided, ...strided, ...strided];
  // Milliseconds on a T4; position 1 is the stem.
  const file = readFileSync(new URL('../../public/costs/t4-resnet18.csv', import.meta.url), 'utf8');
  const times = readCostTable('t4-resnet18.csv', file);
  const costs = {
    // Bits; bit operations; hundredths of a nanosecond, so that all are integers.
    size: (l: number, bits: 4 | 8) => weights[l] * bits,
    bitOps: (l: number, bits: 4 | 8) => macs[l] * bits * bits,
    latency: (l: number, bits: 4 | 8) =>
      Math.trunc((costIn(times, 'ms', `${l + 2}`, { weights: bits, activations: bits }) as number) * 1e8 + 0.5),
  };
  // A projection has the width of the preceding convolution, to whose output it is added.
  const groups = [[0], [1], [2], [3], [4, 6], [5], [7], [8], [9, 11], [10], [12], [13], [14, 16], [15], [17], [18]];
  const policies = {
    size: [8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 4, 8, 4, 4],
    bitOps: [8, 8, 8, 4, 8, 8, 8, 8, 4, 8, 8, 8, 4, 4, 4, 4, 4, 4, 4],
    latency: [8, 8, 8, 8, 8, 4, 8, 8, 4, 8, 8, 8, 4, 4, 8, 4, 8, 4, 4],
  };

  it.each([
    ['size', 0.25, -1.189414],
    ['size', 0.5, -1.233207],
    ['size', 0.75, -1.274273],
    ['bitOps', 0.25, -0.847289],
    ['bitOps', 0.5, -1.092024],
    ['bitOps', 0.75, -1.227748],
    ['latency', 0.25, -0.847289],
    ['latency', 0.5, -1.105039],
    ['latency', 0.75, -1.227748],
  ] as const)('under %s, %f of the way from 4 to 8 bits', (kind, fraction, objective) => {
    const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
    const layers = groups.map((group) =>
      ([4, 8] as const).map((bits) => ({
        cost: sum(group.map((l) => costs[kind](l, bits))),
        penalty: bits === 4 ? 0 : sum(group.map((l) => trace[l] * (error8[l] - error4[l]))),
      })),
    );
    const [least, most] = [0, 1].map((c) => sum(layers.map((choices) => choices[c].cost)));
    const limit = least + (most - least) * fraction;
    const fromFront = budgetFront(layers).best(limit);
    const single = layers.map((choices) => choices.map(({ cost, penalty }) => ({ costs: [cost], penalty })));
    const fromSearch = solveWithinLimits(single, [limit]);
    expect(fromFront.penalty).toBeCloseTo(objective, 6);
    expect(fromSearch.choices).toEqual(fromFront.choices);
    if (fraction !== 0.5) return;
    const bits = new Array<number>(19);
    for (const [g, group] of groups.entries()) for (const l of group) bits[l] = [4, 8][fromFront.choices[g]];
    expect(bits).toEqual(policies[kind]);
  });
});

describe('LIMPQ, ResNet-50 at 2 to 6 bits, bit operations and size together', () => {
  const FIRST_AND_LAST = 64 * 3 * 49 + 2048 * 1000;

  // [weights, MACs] of all convolutions but the first. The published script counts positions of strided convolutions
  // without rounding down: 28.5^2 instead of 28^2.
  function geometry(floored: boolean): (readonly [weights: number, macs: number])[] {
    const positions = (size: number, stride: number) => {
      const side = (size - 1) / stride + 1;
      return floored ? Math.floor(side) ** 2 : Math.floor(side ** 2);
    };
    const layers: (readonly [number, number])[] = [];
    let [channels, size] = [64, 56];
    for (const [stage, blocks] of [3, 4, 6, 3].entries())
      for (let block = 0; block < blocks; block++) {
        const width = 64 << stage;
        const stride = block === 0 && stage > 0 ? 2 : 1;
        const out = size / stride;
        const conv = (weights: number, at: number) => layers.push([weights, weights * at]);
        conv(channels * width, size * size);
        conv(width * width * 9, positions(size, stride));
        conv(width * width * 4, out * out);
        if (block === 0) conv(channels * width * 4, positions(size, stride));
        channels = width * 4;
        size = out;
      }
    return layers;
  }

  // The published script treats an indicator smaller than that of one bit more as an outlier and erases it.
  const erased = (row: readonly number[]) => row.map((value, i) => (i > 0 && value < row[i - 1] ? 1e8 : value));

  function problem(floored: boolean) {
    const layers = geometry(floored);
    const choices: LimitedChoice[][] = layers.map(([weights, macs], l) => {
      const [w, a] = [erased(WEIGHT_INDICATORS[l]), erased(ACTIVATION_INDICATORS[l])];
      return BITS.flatMap((weightBits, i) =>
        BITS.map((activationBits, j) => ({
          costs: [macs * weightBits * activationBits, weights * weightBits],
          penalty: a[j] + 2 * w[i],
        })),
      );
    });
    const totalBits = 32 * (layers.reduce((sum, [weights]) => sum + weights, 0) + FIRST_AND_LAST);
    const limits = [layers.reduce((sum, [, macs]) => sum + macs, 0) * 3 * 4, totalBits / 12.2 - 8 * FIRST_AND_LAST];
    return { choices, limits, compression: (sizeBits: number) => totalBits / (sizeBits + 8 * FIRST_AND_LAST) };
  }

  const bitsOf = (choices: readonly number[]) => ({
    weights: choices.map((c) => BITS[Math.floor(c / BITS.length)]),
    activations: choices.map((c) => BITS[c % BITS.length]),
  });

  function solved(floored: boolean) {
    const { choices, limits, compression } = problem(floored);
    const began = performance.now();
    const solution = solveWithinLimits(choices, limits);
    console.info(`ResNet-50, 25 pairs: ${solution.nodes} nodes, ${(performance.now() - began).toFixed(0)} ms`);
    expect(solution.optimal).toBe(true);
    return { ...solution, limits, bits: bitsOf(solution.choices), compression: compression(solution.costs[1]) };
  }

  it('gives all 104 published widths with positions counted as in the script', () => {
    const solution = solved(false);
    expect(solution.bits).toEqual(PUBLISHED);
    // Origin: the same program solved by HiGHS.
    expect(solution.penalty).toBeCloseTo(4.617439, 6);
    expect(solution.compression).toBeCloseTo(12.2029, 4);
    expect(solution.costs[0] / 1e9).toBeCloseTo(48.2832, 4);
    expect(solution.limits[0] / 1e9).toBeCloseTo(48.2846, 4);
  });

  it('gives another policy with the true positions', () => {
    const solution = solved(true);
    // Origin: the same program solved by HiGHS.
    expect(solution.penalty).toBeCloseTo(4.630866, 6);
    expect(solution.costs[0] / 1e9).toBeCloseTo(47.6166, 4);
    expect(solution.limits[0] / 1e9).toBeCloseTo(47.6295, 4);
    expect(solution.bits.weights.filter((bits, l) => bits !== PUBLISHED.weights[l])).toHaveLength(3);
    expect(solution.bits.activations.filter((bits, l) => bits !== PUBLISHED.activations[l])).toHaveLength(2);
  });
});
