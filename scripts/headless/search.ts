// `search`: runs searches on one problem, one after the other, each report a line of JSON; with `--finish`, trains what
// each has chosen in the same way and compares on the test images (race.ts).
import { packedBytes } from '../../src/formats/packed';
import { policyCost } from '../../src/graph/cost';
import { sizeInWords } from '../../src/graph/size';
import type { Proportion } from '../../src/math/statistics';
import type { OptionValues } from '../../src/search/method';
import { createProblem, type ProblemOptions } from '../../src/search/problem';
import { type SearchId, searches } from '../../src/search/registry';
import { rescore } from '../../src/search/rescore';
import { frontOf, type RunPoint, readOptions, runSearch } from '../../src/search/run';
import type { SearchLimit } from '../../src/search/space';
import { Calibrated } from '../../src/train/calibrated';
import { flags, number, UsageError } from './flags';
import { type Kept, keepRun, type RunSettings, recallRun, rewindRun, settingsOf } from './keptRuns';
import { type FinishedRun, finishRuns } from './race';
import { readAllowed, readBudget, readGiven, readLimits } from './searchFlags';
import type { RunInputs } from './setting';
import { percent } from './words';

/** Bytes that the prefix cache may take. */
const CACHE_BYTES = 256e6;

function readMethods(): SearchId[] {
  const names = new Set((flags.method ?? '').split(','));
  return [...names].map((name) => {
    if (!Object.hasOwn(searches, name))
      throw new UsageError(`--method "${name}" does not exist; choose of: ${Object.keys(searches).join(', ')}.`);
    return name as SearchId;
  });
}

/** The problem of the flags within limits. */
export function searchOptions(
  { network, scheme, policies, seed }: RunInputs,
  limits: readonly SearchLimit[],
): ProblemOptions {
  return {
    scheme,
    allowed: readAllowed(network, scheme),
    limits,
    budget: readBudget(flags.budget),
    seeds: flags.policy === undefined ? [] : policies.map(({ policy }) => policy),
    images: number('images', 512),
    steps: number('fine-tune', 0, { min: 0 }),
    batchSize: number('batch-size', 32),
    learningRate: number('learning-rate', 0.02, { integer: false, min: 0 }),
    seed,
    cacheBytes: CACHE_BYTES,
  };
}

/** One run of a method as it will be done: begun, or gone on with. */
export interface Plan {
  readonly method: SearchId;
  /** By which it is kept. */
  readonly run: string;
  readonly options: ProblemOptions;
  readonly values: OptionValues;
  readonly settings: RunSettings;
  readonly kept: Kept | undefined;
}

/**
 * Plans a run, before any work is done for it or for another.
 * @throws UsageError for options that the method does not have, and for a kept run that this would mix up or lose.
 */
export async function planRun(
  method: SearchId,
  setting: RunInputs,
  options: ProblemOptions,
  run: string = method,
): Promise<Plan> {
  const given = readGiven(flags.option);
  const fields = searches[method].options;
  const own = Object.entries(given).filter(([name]) => flags.method === method || Object.hasOwn(fields, name));
  const values = readOptions(fields, Object.fromEntries(own));
  const settings = settingsOf(setting, options, values);
  return { method, run, options, values, settings, kept: await recallRun(run, settings) };
}

/** Runs one method to the end of its budget, or goes on where it was. */
export async function runPlan(plan: Plan, setting: RunInputs): Promise<FinishedRun> {
  const { method, run, options, values, settings, kept } = plan;
  const context = { now: () => performance.now(), yieldTurn: async () => {} };
  const calibrated = new Calibrated(setting.network, setting.dataset);
  const problem = createProblem(calibrated, setting.dataset, options, context, kept);
  const points = [...(kept?.points ?? [])];
  let reports = kept?.reports ?? 0;
  await rewindRun(run, kept);
  const search = runSearch(method, problem, values, kept);
  try {
    for (;;) {
      const next = await search.next();
      if (next.done) return { method, points, result: next.value };
      const report = next.value;
      const { point, spent, phase, state } = report;
      if (point) points.push(point);
      await keepRun(run, { method, settings, state, spent, points, reports: ++reports }, report);
      if (point === undefined) continue;
      const { compression } = policyCost(setting.network, point.policy);
      const size = sizeInWords(packedBytes(setting.network, point.policy, options.scheme));
      const bits = Object.values(point.policy).map(({ weights }) => weights);
      console.log(
        `${run}: ${spent.evaluations} evaluations, ${spent.forward + spent.backward} images, ${spent.seconds.toFixed(0)} s, ${phase}: ${percent(point.accuracy)}, loss ${point.loss.toFixed(3)}, ${size}, weights ${compression.toFixed(2)}x smaller [${bits.join(' ')}]`,
      );
    }
  } finally {
    await search.return(undefined as never);
    problem.dispose();
  }
}

/** The front of a run, the cheapest first, with its scores on the first `images` test images beside those of the search. */
async function frontOnTest(run: FinishedRun, { network, dataset }: RunInputs, options: ProblemOptions, images: number) {
  const { scheme } = options;
  const front = frontOf(run.points, (policy) => packedBytes(network, policy, scheme));
  if (images === 0) return front;
  const calibrated = new Calibrated(network, dataset);
  const training = { network: calibrated.base(scheme), dataset, scheme, calibrated };
  const scored: (RunPoint & { readonly test: Proportion })[] = [];
  for await (const { accuracy } of rescore(training, front, { ...options, images }, async () => {})) {
    const point = front[scored.length];
    scored.push({ ...point, test: accuracy });
    const size = sizeInWords(packedBytes(network, point.policy, scheme));
    console.log(`${run.method}, front at ${size}: search ${percent(point.accuracy)}; test ${percent(accuracy)}`);
  }
  return scored;
}

/** Runs every method of `--method` with the same budget. */
export async function runSearches(setting: RunInputs) {
  const { network } = setting;
  const methods = readMethods();
  const options = searchOptions(setting, readLimits(flags.limit, network));
  const plans: Plan[] = [];
  for (const method of methods) plans.push(await planRun(method, setting, options));
  const runs: FinishedRun[] = [];
  for (const plan of plans) {
    const { method } = plan;
    const run = await runPlan(plan, setting);
    const { policy, because, believed } = run.result;
    const front = await frontOnTest(run, setting, options, number('rescore', 0, { min: 0 }));
    runs.push({ ...run, front });
    console.log(
      `${method} chose [${Object.values(policy)
        .map(({ weights }) => weights)
        .join(
          ' ',
        )}]: ${because}${believed ? ` It believed in another: ${believed.because}` : ''} ${front.length} of ${run.points.length} points on the front.`,
    );
  }
  const finish = number('finish', 0, { min: 0 });
  const finished = finish > 0 ? await finishRuns(setting, options.scheme, runs, finish) : undefined;
  const { cacheBytes: _, ...problem } = options;
  return { network: setting.networkId, dataset: setting.datasetId, problem, runs, ...(finished && { finished }) };
}
