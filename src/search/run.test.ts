import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { policyCost } from '../graph/cost';
import { type BitPolicy, checkPolicy, FLOAT, SKIPPED, uniformPolicy } from '../graph/policy';
import { useBackend } from '../nn/backends.testing';
import { withCalibration } from '../quant/registry';
import { tuningSettings } from './bench';
import { isUsable } from './chosen';
import { type Budget, Ledger } from './ledger';
import { better } from './method';
import { colorProblem, earlierOf, QUICK, runAll, stopAfter } from './problem.testing';
import { type SearchId, searches } from './registry';
import { frontOf, OptionError, type RunReport, type RunResult, readOptions } from './run';
import { type Allowed, policyOf } from './space';

beforeAll(() => useBackend('wasm'));

const pointsOf = (reports: readonly RunReport[]) =>
  reports.flatMap(({ point }) => (point === undefined ? [] : [point]));

// Clocks differ, in points too.
const withoutClock = (report: RunReport) =>
  JSON.parse(JSON.stringify(report, (key, value) => (key === 'seconds' || key === 'training' ? undefined : value)));

test('uniform measures every fitting width, widest first, and frees its memory', async () => {
  (await colorProblem()).dispose();
  const before = tf.memory().numTensors;
  const problem = await colorProblem();
  const { network } = problem.training;
  const { reports, result } = await runAll('uniform', problem);
  const points = pointsOf(reports);
  expect(points.map(({ policy }) => policyCost(network, policy).averageWeightBits)).toEqual([8, 4, 3, 2, 1]);
  expect(reports.at(-1)?.spent).toMatchObject({ evaluations: 5, forward: 5 * 24, backward: 0 });
  expect(result?.policy).toEqual(points.reduce((a, b) => (better(a, b) === b ? b : a)).policy);
  expect(tf.memory().numTensors).toBe(before);
});

test('an evaluator fine-tunes for the given steps, charges them, and repeats a result for free', async () => {
  const problem = await colorProblem({ steps: 3 });
  const policy = policyOf(
    problem.space,
    problem.space.layers.map(() => 1),
  );
  const first = await problem.evaluator.measure(policy);
  const { forward, backward, evaluations } = problem.ledger.spent;
  expect({ backward, evaluations }).toEqual({ backward: 3 * 8, evaluations: 1 });
  expect(forward + backward).toBe(problem.evaluator.cost(3));
  expect(await problem.evaluator.measure(policy)).toEqual(first);
  expect(problem.ledger.spent.evaluations).toBe(1);
  const rounded = await problem.evaluator.measure(policy, 0);
  expect(rounded.loss).not.toBe(first.loss);
  expect(problem.ledger.spent.forward).toBe(forward + problem.evaluator.cost(0));
  expect(tuningSettings({ steps: 3, batchSize: 8, learningRate: 0.1, seed: 1 }).imagesPerEpoch).toBe(24);
  problem.dispose();
});

test('fine-tuning starts from chosen codes, learns the float answers on request, and is charged for both', async () => {
  const scheme = withCalibration(
    { quantizer: 'affine', granularity: 'channel', range: 'hessian' },
    { rounding: 'gptq', images: 16 },
  );
  const losses: number[] = [];
  for (const learnFrom of ['labels', 'float'] as const) {
    const problem = await colorProblem({ scheme, steps: 3, learnFrom });
    const policy = uniformPolicy(problem.training.network, 2, FLOAT);
    losses.push((await problem.evaluator.measure(policy)).loss);
    const { forward, backward } = problem.ledger.spent;
    expect(forward + backward).toBe(problem.evaluator.cost(3));
    expect(backward).toBe(3 * 8);
    expect(forward).toBe(24 + 16 + (learnFrom === 'float' ? 2 : 1) * 3 * 8 + 96);
    problem.dispose();
  }
  expect(losses[0]).not.toBe(losses[1]);
});

const bestOf = (points: ReturnType<typeof pointsOf>) =>
  points.filter(isUsable).reduce<(typeof points)[number] | undefined>((a, b) => better(a, b) as typeof b, undefined);

/** Budgets in every unit; the clock of these problems advances by a millisecond per reading. */
const BUDGETS: readonly Budget[] = [{ evaluations: 8 }, { images: 230 }, { seconds: 0.3 }];

// Every method of the table keeps limits and locks, stops within its budget including its own training, resumes from any
// of its reports, and concludes from any of them.
describe.each(Object.keys(searches) as SearchId[])('%s', (method) => {
  test.each(BUDGETS)(
    'keeps limit and locks, and ends at its budget of $evaluations $images $seconds',
    async (budget) => {
      const free = await colorProblem();
      const { network } = free.training;
      const [{ id }] = free.space.layers;
      free.dispose();
      const most = 3 * 8 * policyCost(network, uniformPolicy(network, 1, FLOAT)).weightBytes;
      const locks = { [id]: { weights: 4, activations: 32 } } as const;
      const problem = await colorProblem({
        limits: [{ measure: 'weights', most }],
        allowed: { weights: [1, 2, 3, 4, 8], activations: [32], locks },
        budget,
      });
      const { ledger } = problem;
      // Only the batch in flight when the budget ran out may follow.
      let late = 0;
      const add = ledger.add.bind(ledger);
      vi.spyOn(ledger, 'add').mockImplementation((work) => {
        if (ledger.exhausted && (work.forward ?? 0) + (work.backward ?? 0) > 0) late++;
        add(work);
      });
      const { reports, result } = await runAll(method, problem, QUICK[method]);
      const { evaluations, forward, backward } = ledger.spent;
      expect(late).toBeLessThanOrEqual(budget.seconds === undefined ? 0 : 1);
      expect(evaluations).toBeLessThanOrEqual(budget.evaluations ?? Number.POSITIVE_INFINITY);
      expect(forward + backward).toBeLessThanOrEqual(
        budget.images ?? 8 * problem.evaluator.cost(0) + 1e9 * (budget.seconds ?? 0),
      );
      const best = bestOf(pointsOf(reports));
      if (best) expect(result?.policy).toEqual(best.policy);
      else expect(result?.because).toContain('Nothing was measured');
      const policies = pointsOf(reports).map(({ policy }) => policy);
      expect(policies.length).toBeGreaterThan(0);
      for (const policy of [...policies, (result as RunResult).policy]) {
        expect(8 * policyCost(network, policy).weightBytes).toBeLessThanOrEqual(most);
        expect(policy[id].weights).toBe(4);
      }
    },
  );

  test.runIf(method !== 'uniform')('measures the user’s own policies, each once', async () => {
    const layers = (await colorProblem()).space.layers.map(({ id }) => id);
    const own = Object.fromEntries(
      layers.map((id, l) => [id, { weights: l === 0 ? 8 : 3, activations: FLOAT }]),
    ) as BitPolicy;
    const { reports } = await runAll(method, await colorProblem({ seeds: [own, { ...own }] }), QUICK[method]);
    const mine = pointsOf(reports).filter(
      ({ policy, steps }) => steps === 0 && JSON.stringify(policy) === JSON.stringify(own),
    );
    expect(mine).toHaveLength(1);
  });

  test('skips whole branches or none, if 0 bits are allowed', async () => {
    const allowed: Allowed = { weights: [0, 1, 4, 8], activations: [FLOAT], locks: {} };
    const problem = await colorProblem({ allowed, budget: { evaluations: 8 } });
    const { network } = problem.training;
    const { reports, result } = await runAll(method, problem, QUICK[method]);
    const policies = [...pointsOf(reports).map(({ policy }) => policy), (result as RunResult).policy];
    for (const policy of policies) checkPolicy(network, policy);
    const out = policies.filter((policy) => policy.block.weights === SKIPPED);
    if (method === 'uniform' || method === 'limpq') expect(out).toEqual([]);
    if (method === 'greedy' || method === 'random') expect(out.length).toBeGreaterThan(0);
    problem.dispose();
  });

  test('resumes from any report to the same end', async () => {
    const budget = { evaluations: 7 };
    const whole = await runAll(method, await colorProblem({ budget }), QUICK[method]);
    for (const most of [1, Math.ceil(whole.reports.length / 2), whole.reports.length - 1]) {
      const before = await runAll(method, await colorProblem({ budget }), QUICK[method], { most });
      const from = earlierOf(before.reports);
      const rest = await runAll(method, await colorProblem({ budget }, from), QUICK[method], { from });
      expect([...before.reports, ...rest.reports].map(withoutClock)).toEqual(whole.reports.map(withoutClock));
      expect(rest.result?.policy).toEqual(whole.result?.policy);
      // If stopped there, the run concludes from its findings without further work.
      const stopping = stopAfter(method, await colorProblem({ budget }, from), QUICK[method] ?? {}, from);
      if (method === 'metaquantnet' && from.points.length === 0) {
        // Shared weights alone determine no policy.
        await expect(stopping).rejects.toThrow(/ended before a config was measured/);
        continue;
      }
      const stopped = await stopping;
      const best = bestOf(from.points as ReturnType<typeof pointsOf>);
      if (best) expect(stopped.policy).toEqual(best.policy);
      else expect(stopped.because).toContain('Nothing was measured');
      expect(withoutClock({ spent: stopped.spent } as never)).toEqual(withoutClock({ spent: from.spent } as never));
    }
  });
});

test('options are checked by name and value', () => {
  const fields = {
    rank: { kind: 'number', label: 'Rank', initial: 2, min: 1, max: 4, integer: true },
    curve: { kind: 'choice', label: 'Curve', initial: 'linear', choices: ['linear', 'none'] },
  } as const;
  expect(readOptions(fields, { rank: '3' })).toEqual({ rank: 3, curve: 'linear' });
  expect(() => readOptions(fields, { rank: 2.5 })).toThrow(/whole numbers from 1 to 4/);
  expect(() => readOptions(fields, { curve: 'cubic' })).toThrow(/choose one of: linear, none/);
  expect(() => readOptions(fields, { ranks: 3 })).toThrow(OptionError);
});

test('the front excludes controls and dominated points', () => {
  const accuracy = (value: number) => ({ value, lower: 0, upper: 1, n: 10 });
  const point = (bits: 1 | 2 | 4, value: number, role: 'candidate' | 'control' = 'candidate') => ({
    policy: { a: { weights: bits, activations: 32 as const } },
    steps: 0,
    role,
    loss: 1,
    accuracy: accuracy(value),
  });
  const points = [point(4, 0.9), point(2, 0.9), point(1, 0.95, 'control'), point(1, 0.5)];
  expect(frontOf(points, (policy) => policy.a.weights)).toEqual([points[3], points[1]]);
});

test('a ledger counts work, working time, and the spent share of the budget', () => {
  let now = 0;
  const ledger = new Ledger({ evaluations: 4, images: 100, seconds: 10 }, () => now);
  ledger.run(true);
  now = 2000;
  ledger.run(false);
  now = 9000;
  ledger.add({ forward: 30, backward: 30, evaluations: 1 });
  expect(ledger.spent).toEqual({ forward: 30, backward: 30, evaluations: 1, seconds: 2, training: 0 });
  expect(ledger.used).toBe(0.6);
  ledger.add({ forward: 40 });
  expect(ledger.exhausted).toBe(true);
});
