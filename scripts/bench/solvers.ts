// The solvers of searches against general ones: the front over all budgets against an integer program per budget, and a
// Gaussian process that takes in one more observation against one that is conditioned anew.
import loadHighs from 'highs';
import { layerCosts } from '../../src/graph/cost';
import { createRng } from '../../src/math/rng';
import { condition, type GpModel, type Observation, observe, type Point, predict } from '../../src/optim/gp';
import { budgetFront, type Option } from '../../src/optim/knapsack';
import { networks } from '../../src/zoo/registry';
import type { Report } from './lines';
import { compareInTurns, within } from './turns';

const WIDTHS = [1, 2, 3, 4, 5, 6, 7, 8];
const BUDGETS = 16;

/** ResNet-20 at eight widths; penalties, in millionths, fall by about 4x per bit. */
function resnet20(): Option[][] {
  const rng = createRng(3);
  return layerCosts(networks.resnet20.build([32, 32, 3], 10)).map(({ weights }) => {
    const harm = Math.exp(rng.normal());
    return WIDTHS.map((bits) => ({
      cost: weights * bits,
      penalty: Math.round(1e6 * harm * 4 ** -bits * Math.exp(rng.normal() / 5)),
    }));
  });
}

/** The least penalty within a budget as an integer program. */
function programOf(layers: readonly (readonly Option[])[], budget: number): string {
  const terms = (of: (option: Option) => number) =>
    layers.flatMap((options, l) => options.map((option, c) => `+${of(option)} x${l}_${c}`)).join('\n');
  const names = layers.map((options, l) => options.map((_, c) => `x${l}_${c}`));
  return [
    `Minimize\n${terms(({ penalty }) => penalty)}\nSubject To`,
    ...names.map((row) => `${row.join('+')} = 1`),
    `${terms(({ cost }) => cost)} <= ${budget}`,
    `Binary\n${names.flat().join('\n')}\nEnd\n`,
  ].join('\n');
}

/** All budgets of ResNet-20 at once, against HiGHS for each of them. */
export async function knapsack(report: Report): Promise<void> {
  const highs = await loadHighs();
  const layers = resnet20();
  const total = (pick: (...costs: number[]) => number) =>
    layers.reduce((sum, options) => sum + pick(...options.map(({ cost }) => cost)), 0);
  const [least, most] = [total(Math.min), total(Math.max)];
  const budgets = Array.from({ length: BUDGETS }, (_, i) => Math.round(least + ((i + 0.5) / BUDGETS) * (most - least)));
  const programs = budgets.map((budget) => programOf(layers, budget));
  const options = { output_flag: false, mip_rel_gap: 0, mip_abs_gap: 0 } as const;
  await compareInTurns(
    report,
    { id: 'knapsack', backend: 'plain', unit: 'budgets/s', per: BUDGETS, rounds: 5 },
    {
      ours: () => {
        const front = budgetFront(layers);
        return budgets.map((budget) => front.best(budget).penalty);
      },
      baseline: () =>
        programs.map((data) =>
          highs.withModel({ format: 'lp', data }, (model) => {
            model.options.set(options);
            model.run();
            const picked = model.getSolution().colValue;
            const isPicked = (l: number, c: number) => picked[model.getColByName(`x${l}_${c}`)] > 0.5;
            return layers
              .flatMap((options, l) => options.filter((_, c) => isPicked(l, c)))
              .reduce((sum, { penalty }) => sum + penalty, 0);
          }),
        ),
      same: (ours, theirs) => ours.every((penalty, i) => penalty === theirs[i]),
    },
  );
}

const OBSERVED = 500;
const CANDIDATES = 16;
const INPUTS = 20;

/** One more observation and the predictions of all candidates. */
export async function gpIteration(report: Report): Promise<void> {
  const rng = createRng(4);
  const point = (): Point => ({ input: Array.from({ length: INPUTS }, () => rng.uniform()) });
  const observation = (): Observation => ({ ...point(), value: rng.normal() });
  const lengthscales = new Array<number>(INPUTS).fill(2);
  const model: GpModel = { kernel: 'matern52', lengthscales, outputScale: 1, mean: [0], noise: [0.1] };
  const observed = Array.from({ length: OBSERVED }, observation);
  const next = observation();
  const candidates = Array.from({ length: CANDIDATES }, point);
  const before = condition(model, observed);
  const means = (posterior: typeof before) => predict(posterior, candidates).mean;
  await compareInTurns(
    report,
    { id: 'gp-iteration', backend: 'plain', unit: 'iterations/s', per: 1 },
    {
      ours: () => means(observe(before, next)),
      baseline: () => means(condition(model, [...observed, next])),
      same: within(1e-9),
    },
  );
}
