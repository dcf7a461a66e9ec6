import { beforeAll, expect, test } from 'vitest';
import { uniformPolicy } from '../../graph/policy';
import { useBackend } from '../../nn/backends.testing';
import type { PosteriorInside } from '../insides';
import { colorProblem, runAll } from '../problem.testing';
import { readOptions } from '../run';
import { mtgp, readSettings } from './mtgp';

beforeAll(() => useBackend('wasm'));

const options = (given: Readonly<Record<string, string | number>>) => readOptions(mtgp.options, given);

test('tasks are distinct shares of the search’s fine-tuning', () => {
  expect(readSettings(options({}), 40).steps).toEqual([0, 10, 40]);
  expect(readSettings(options({ tasks: '0, 1/10, 1/5, 1' }), 40).steps).toEqual([0, 4, 8, 40]);
  expect(readSettings(options({}), 2).steps).toEqual([0, 2]);
  expect(readSettings(options({}), 0).steps).toEqual([0]);
});

test('the published rules are one choice: curve, shares, sampled models and price, unless set otherwise', () => {
  expect(options({ rules: 'published' })).toMatchObject({
    encoding: 'linear',
    tasks: '0, 1/10, 1/5, 1',
    models: 'sampled',
    price: 0.001,
  });
  expect(options({ rules: 'published', price: 0, encoding: 'cubic' })).toMatchObject({ encoding: 'cubic', price: 0 });
  expect(options({})).toMatchObject({ encoding: 'layers', models: 'most probable', price: 0 });
  expect(mtgp.options.encoding).toMatchObject({ choices: ['linear', 'quadratic', 'cubic', 'chebyshev', 'layers'] });
});

test('own policies come first, the predicted best is measured last, and the budget is kept', async () => {
  const { space, training, dispose } = await colorProblem({ steps: 2 });
  const seeds = [uniformPolicy(training.network, 8, 32)];
  dispose();
  expect(space.layers.length).toBeGreaterThan(2);
  const images = 1000;
  const problem = await colorProblem({ steps: 2, seeds, budget: { images } });
  const { reports, result } = await runAll('mtgp', problem, { tasks: '0, 1' });
  const points = reports.map(({ point }) => point);
  expect(points[0]).toMatchObject({ policy: seeds[0], steps: 2 });
  expect(points.slice(1, 9).map((point) => point?.steps)).toEqual(Array(8).fill(0));
  expect(points.at(-1)?.steps).toBe(2);
  const { forward, backward } = reports[reports.length - 1].spent;
  expect(forward + backward).toBeLessThanOrEqual(images);
  expect(result?.because).toMatch(/most accurate after 2 steps of fine-tuning: [\d.]+ ± [\d.]+ %/);
  const inside = reports.at(-2)?.inside as PosteriorInside;
  expect(inside.tasks.map(({ cost }) => cost)).toEqual([0, 2].map((steps) => problem.evaluator.cost(steps)));
  expect(inside.tasks[0].gain).toBeGreaterThan(0);
  expect(inside.next).toMatchObject({ policy: points.at(-1)?.policy, task: 1 });
  // The stated mean and deviation of a proposal equal the belief about its candidate.
  const { next, choice, candidates } = inside;
  const near = (value = Number.NaN) => expect.closeTo(value, 9);
  for (const { mean, sd } of [next ?? choice, choice])
    expect(candidates).toContainEqual(expect.objectContaining({ mean: near(mean), sd: near(sd) }));
  expect(choice.mean).toBe(Math.max(...candidates.map(({ mean }) => mean)));
  expect(reports.at(-1)?.inside).not.toHaveProperty('next');
  expect(inside.candidates.length).toBeGreaterThan(50);
});

test('the published rules: one random start below the target, every fifth proposal at the target, a price on bits', async () => {
  const run = async (price: number) => {
    // Sampling takes long; the price works the same on either models.
    const given = { rules: 'published', tasks: '0, 1', price, ...(price > 0 && { models: 'most probable' }) };
    return runAll('mtgp', await colorProblem({ steps: 1, budget: { evaluations: 8 } }), given);
  };
  const { reports, result } = await run(0);
  expect(reports.map(({ point }) => point?.steps)).toEqual([0, 0, 0, 0, 0, 0, 1, 0]);
  const bitsOf = (policy: NonNullable<typeof result>['policy'] | undefined) =>
    Object.values(policy ?? {}).reduce((sum, { weights }) => sum + weights, 0);
  const own = (ended: typeof result) => ended?.believed?.policy ?? ended?.policy;
  const dear = await run(0.1);
  expect(bitsOf(own(dear.result))).toBeLessThan(bitsOf(own(result)));
});
