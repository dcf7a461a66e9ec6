// A search finds, orders and charges the same with any crew and with none.
import { beforeAll, describe, expect, test } from 'vitest';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { useBackend } from '../nn/backends.testing';
import { type QuantScheme, withCalibration } from '../quant/registry';
import { Bench, chargeOf, priceOf } from './bench';
import { type Crew, joined, type Task } from './crew';
import { colorCrew } from './crew.testing';
import type { ProblemOptions } from './problem';
import { colorContext, colorProblem, earlierOf, QUICK, runAll } from './problem.testing';
import { type SearchId, searches } from './registry';
import type { RunReport, RunResult } from './run';

beforeAll(() => useBackend('wasm'));

/** Reports and result as plain data without clocks, which differ. */
const plain = (run: { readonly reports: readonly RunReport[]; readonly result?: RunResult | undefined }) =>
  JSON.parse(JSON.stringify(run, (key, value) => (key === 'seconds' || key === 'training' ? undefined : value)));

const run = async (
  method: SearchId,
  options: Partial<ProblemOptions>,
  crew?: Crew,
  given: Readonly<Record<string, number | string>> = {},
) => runAll(method, await colorProblem(options, undefined, crew), { ...QUICK[method], ...given });

const SCHEME: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
const TASK: Task = {
  policy: {},
  scheme: SCHEME,
  steps: 0,
  images: 24,
  batchSize: 8,
  learningRate: 0.02,
  seed: 5,
};

describe.each(Object.keys(searches) as SearchId[])('%s', (method) => {
  const crews = method === 'random' ? [1, 3, 7] : [3];

  test(`is the same with crews of ${crews} whose members answer in any order and fail`, async () => {
    const { network } = (await colorContext()).calibrated;
    const seeds = [uniformPolicy(network, 3, FLOAT), uniformPolicy(network, FLOAT, FLOAT)];
    const options = { seeds, budget: { evaluations: 9 } };
    const alone = plain(await run(method, options));
    expect(alone.reports.length).toBeGreaterThan(1);
    for (const places of crews) {
      const crew = colorCrew(await colorContext(), places, { seed: places });
      expect(plain(await run(method, options, crew))).toEqual(alone);
      // MTGP asks for one at a time, unless told otherwise; of very few, the engine may be at the last one.
      if (!['mtgp', 'metaquantnet', 'outputError'].includes(method)) expect(crew.tally.answered).toBeGreaterThan(0);
    }
  });

  test('resumes with another crew in the middle of a batch to the same end', async () => {
    const options = { steps: 1, budget: { images: 9 * 150 } };
    const alone = await run(method, options);
    const places = { first: 3, second: 7 };
    for (const most of [1, Math.ceil(alone.reports.length / 2)]) {
      const first = await colorProblem(options, undefined, colorCrew(await colorContext(), places.first));
      const before = await runAll(method, first, QUICK[method], { most });
      expect(first.ledger.promised).toEqual({ images: 0, evaluations: 0 });
      const from = earlierOf(before.reports);
      const second = await colorProblem(options, from, colorCrew(await colorContext(), places.second));
      const rest = await runAll(method, second, QUICK[method], { from });
      expect(plain({ reports: [...before.reports, ...rest.reports], result: rest.result })).toEqual(plain(alone));
    }
  });
});

test('MTGP in batches is the same with any crew, measures in parallel, and confirms its choice last', async () => {
  const options = { steps: 2, budget: { images: 1200 } };
  const given = { tasks: '0, 1', batch: 3 };
  const alone = await run('mtgp', options, undefined, given);
  const crew = colorCrew(await colorContext(), 3);
  const together = await run('mtgp', options, crew, given);
  expect(plain(together)).toEqual(plain(alone));
  expect(crew.tally.answered).toBeGreaterThan(3);
  expect(alone.reports.at(-1)?.point?.steps).toBe(2);
  for (const most of [4, 12]) {
    const from = earlierOf(alone.reports.slice(0, most));
    const rest = await runAll('mtgp', await colorProblem(options, from, crew), given, { from });
    expect(plain(rest)).toEqual(plain({ ...alone, reports: alone.reports.slice(most) }));
  }
});

test('two crews measure as one', async () => {
  const options = { budget: { evaluations: 12 } };
  const crews = [colorCrew(await colorContext(), 1), colorCrew(await colorContext(), 2)];
  const both = joined([undefined, ...crews]) as Crew;
  expect(both.places).toBe(3);
  expect(plain(await run('random', options, both))).toEqual(plain(await run('random', options)));
  for (const { tally } of crews) expect(tally.answered + tally.failed).toBeGreaterThan(0);
  expect([joined([undefined]), joined([undefined, crews[0]])]).toEqual([undefined, crews[0]]);
});

test('a silent member holds nothing up, and failing ones leave the work to the engine', async () => {
  const options = { budget: { evaluations: 6 } };
  const alone = plain(await run('random', options));
  const silent = colorCrew(await colorContext(), 1, { failing: 0, silent: true });
  expect(plain(await run('random', options, silent))).toEqual(alone);
  const failing = colorCrew(await colorContext(), 3, { failing: 1 });
  expect(plain(await run('random', options, failing))).toEqual(alone);
  expect(failing.tally).toMatchObject({ answered: 0 });
  expect(failing.tally.failed).toBeGreaterThan(0);
});

test('the crew finishes what a much slower engine is still at', async () => {
  const options = { budget: { evaluations: 8 } };
  const alone = plain(await run('random', options));
  const crew = colorCrew(await colorContext(), 2, { failing: 0 });
  // The engine gets no turn before the crew has answered the engine's first task too: 5 more may be asked for by then.
  const turn = async () => {
    do await new Promise((resolve) => setImmediate(resolve));
    while (crew.tally.answered < 6);
  };
  expect(plain(await runAll('random', await colorProblem(options, undefined, crew, turn)))).toEqual(alone);
});

test('an end of the search ends the work at the crew, and takes back what was promised', async () => {
  const crew = colorCrew(await colorContext(), 3, { failing: 0 });
  let turns = 0;
  const turn = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    if (++turns === 4) throw new Error('Stopped by the user.');
  };
  const problem = await colorProblem({ budget: { evaluations: 30 } }, undefined, crew, turn);
  await expect(runAll('random', problem)).rejects.toThrow('Stopped by the user.');
  await expect.poll(() => crew.tally.aborted).toBe(3);
  expect(problem.ledger.promised).toEqual({ images: 0, evaluations: 0 });
});

test('an error of the engine is thrown at its place in the order', async () => {
  const crew = colorCrew(await colorContext(), 2, { failing: 1 });
  const problem = await colorProblem(
    { learningRate: 1e9, steps: 3, images: 24, budget: { evaluations: 5 } },
    undefined,
    crew,
  );
  await expect(runAll('uniform', problem)).rejects.toThrow(/diverge|finite|loss/i);
});

const IMPROVED = withCalibration(
  { quantizer: 'affine', granularity: 'channel', range: 'hessian' },
  { rounding: 'gptq', images: 16 },
);
const CORRECTED = withCalibration({ quantizer: 'affine', granularity: 'channel' }, { correction: 'bias', images: 16 });

test.each([
  ['rounded', { scheme: SCHEME }],
  ['with corrected biases', { scheme: CORRECTED }],
  ['with chosen codes', { scheme: IMPROVED }],
  ['fine-tuned', { scheme: SCHEME, steps: 3 }],
  ['fine-tuned from chosen codes', { scheme: IMPROVED, steps: 3 }],
  ['fine-tuned toward the float network', { scheme: SCHEME, steps: 3, learnFrom: 'float' }],
  ['fine-tuned for more images than there are', { scheme: SCHEME, steps: 5, batchSize: 40 }],
] as const)('the charge of a task is known before: %s', async (_, given) => {
  const context = await colorContext();
  const { network } = context.calibrated;
  const bench = new Bench(context, 0);
  const policies = [uniformPolicy(network, 3, FLOAT), uniformPolicy(network, 3, 8), uniformPolicy(network, FLOAT, 8)];
  for (const policy of [...policies, uniformPolicy(network, FLOAT, FLOAT)]) {
    const task: Task = { ...TASK, ...given, policy };
    const spent = { forward: 0, backward: 0, evaluations: 0 };
    await bench.measure(
      task,
      async () => {},
      ({ forward = 0, backward = 0, evaluations = 0 }) => {
        spent.forward += forward;
        spent.backward += backward;
        spent.evaluations += evaluations;
      },
    );
    expect(chargeOf(context, task)).toEqual(spent);
    const price = priceOf(context, task);
    if (policy === policies[1]) expect(price).toBe(spent.forward + spent.backward);
    else expect(price).toBeGreaterThanOrEqual(spent.forward + spent.backward);
  }
  bench.dispose();
});
