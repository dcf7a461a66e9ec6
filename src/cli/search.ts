// `search`: runs searches on one problem, one after the other, each report a line of JSON; with `--finish`, trains the
// choice of each in the same way and compares them on the test images (finish.ts).
import type { SearchSettings } from '../core/searching';
import { resultOf } from '../core/turn';
import { packedBytes } from '../formats/packed';
import { policyCost } from '../graph/cost';
import type { BitPolicy } from '../graph/policy';
import { sizeInWords } from '../graph/size';
import type { Proportion } from '../math/statistics';
import { UsageError } from '../node/usageError';
import { percent } from '../node/words';
import { SEARCHING } from '../options/searching';
import { TRAINING } from '../options/training';
import { type SearchId, searches } from '../search/registry';
import { frontOf, type RunPoint, type RunReport, readOptions } from '../search/run';
import type { SearchLimit } from '../search/space';
import { answerLimits, type LimitAnswer, readOtherLimits } from './byTable';
import { type FinishedRun, finishRuns } from './finish';
import { flags, number, optionFlag } from './flags';
import { type Kept, keepRun, type RunSettings, recallRun, rewindRun, settingsOf } from './keptRuns';
import { checkLose, loseAtMost } from './lose';
import { readOwnCosts } from './ownCosts';
import { followJob } from './progress';
import { openSearchQueue } from './queue';
import { readAllowed, readBudget, readGiven, readLimits } from './searchFlags';
import type { RunInputs } from './setting';

/** The common settings of searches by several methods. */
type ProblemSettings = Omit<SearchSettings, 'method' | 'options'>;

/** The methods of `--method`. */
export function readMethods(): SearchId[] {
  const names = new Set((flags.method ?? '').split(','));
  return [...names].map((name) => {
    if (!Object.hasOwn(searches, name))
      throw new UsageError(`--method "${name}" does not exist; choose of: ${Object.keys(searches).join(', ')}.`);
    return name as SearchId;
  });
}

/** The problem of the flags within limits. */
export function readProblem(
  { network, scheme, policies, seed }: RunInputs,
  limits: readonly SearchLimit[],
): ProblemSettings {
  return {
    scheme,
    allowed: readAllowed(network, scheme),
    limits,
    budget: readBudget(flags.budget),
    seeds: flags.policy === undefined ? [] : policies.map(({ policy }) => policy),
    images: optionFlag(SEARCHING.images, 512),
    steps: optionFlag(SEARCHING.steps, 0),
    batchSize: optionFlag(TRAINING.batchSize, 32),
    learningRate: optionFlag(TRAINING.learningRate, 0.02),
    ...(flags['learn-from'] !== undefined && { learnFrom: optionFlag(TRAINING.learnFrom, 'labels') }),
    seed,
  };
}

/** One planned run of a method: new or resumed. */
export interface Plan {
  /** Key of the stored state. */
  readonly run: string;
  readonly setting: SearchSettings;
  /** The settings in words for the user. */
  readonly said: RunSettings;
  readonly kept: Kept | undefined;
}

/**
 * Plans a run, before any work on this run or another.
 * @throws UsageError for options that the method does not have, and for a stored run that this run would overwrite or
 * lose.
 */
export async function planRun(
  method: SearchId,
  inputs: RunInputs,
  problem: ProblemSettings,
  run: string = method,
): Promise<Plan> {
  const given = readGiven(flags.option);
  const fields = searches[method].options;
  const own = Object.entries(given).filter(([name]) => flags.method === method || Object.hasOwn(fields, name));
  const setting = { ...problem, method, options: readOptions(fields, Object.fromEntries(own)) };
  const said = settingsOf(inputs, setting);
  return { run, setting, said, kept: await recallRun(run, said) };
}

/** Runs one method to the end of its budget, or resumes a run; the workers of `--queue` help. `heard` is told of every report. */
export async function runPlan(
  plan: Plan,
  inputs: RunInputs,
  heard: (report: RunReport) => void = () => {},
): Promise<FinishedRun> {
  const { session, network } = inputs;
  const { run, setting, said, kept } = plan;
  const { method } = setting;
  const points = [...(kept?.points ?? [])];
  let reports = kept?.reports ?? 0;
  await rewindRun(run, kept);
  const queue = await openSearchQueue(inputs);
  const progress = queue === undefined ? followJob(session, run, 'the budget') : undefined;
  const steps = session.search(setting, queue?.turn, kept, queue?.crew);
  const result = await resultOf(steps, async (step) => {
    const { report } = step;
    queue?.heard(step);
    await progress?.tell(step.used, 1);
    if (report === undefined) return;
    heard(report);
    const { point, spent, phase, state } = report;
    if (point) points.push(point);
    await keepRun(run, { method, settings: said, state, spent, points, reports: ++reports }, report);
    if (point === undefined) return;
    const { compression } = policyCost(network, point.policy);
    const size = sizeInWords(packedBytes(network, point.policy, setting.scheme));
    const bits = Object.values(point.policy).map(({ weights }) => weights);
    console.log(
      `${run}: ${spent.evaluations} evaluations, ${spent.forward + spent.backward} images, ${spent.seconds.toFixed(0)} s, ${phase}: ${percent(point.accuracy)}, loss ${point.loss.toFixed(3)}, ${size}, weights ${compression.toFixed(2)}x smaller [${bits.join(' ')}]`,
    );
  }).finally(() => {
    progress?.stop();
    return queue?.close();
  });
  return { method, points, result };
}

/** The front of a run, cheapest first, with its scores on the first test images beside those of the search. */
async function frontOnTest(
  run: FinishedRun,
  { session, network }: RunInputs,
  setting: SearchSettings,
  testImages: number,
) {
  const size = (policy: BitPolicy) => packedBytes(network, policy, setting.scheme);
  const front = frontOf(run.points, size);
  if (testImages === 0) return front;
  const scored: (RunPoint & { readonly test: Proportion })[] = [];
  for await (const { accuracy } of session.scorePolicies(front, { setting, testImages })) {
    const point = front[scored.length];
    scored.push({ ...point, test: accuracy });
    console.log(
      `${run.method}, front at ${sizeInWords(size(point.policy))}: search ${percent(point.accuracy)}; test ${percent(accuracy)}`,
    );
  }
  return scored;
}

/** Runs every method of `--method` with the same budget. */
export async function runSearches(setting: RunInputs) {
  const { network } = setting;
  const methods = readMethods();
  const lose = number('lose', 0, { integer: false, min: 0, max: 100 });
  const costs = await readOwnCosts(network);
  const problem = readProblem(setting, readLimits(flags.limit, network, costs));
  if (lose > 0) checkLose(problem, setting);
  const others = readOtherLimits(setting, problem, costs);
  const plans: Plan[] = [];
  for (const method of methods) plans.push(await planRun(method, setting, problem));
  const runs: (FinishedRun & { readonly byTable?: readonly LimitAnswer[] })[] = [];
  for (const plan of plans) {
    const { method } = plan.setting;
    const run = await runPlan(plan, setting);
    const { policy, because, believed } = run.result;
    const front = await frontOnTest(run, setting, plan.setting, number('rescore', 0, { min: 0 }));
    const claim = lose > 0 ? await loseAtMost(run, setting, plan.setting, lose) : undefined;
    const byTable = await answerLimits(run, setting, plan.setting, others);
    runs.push({ ...run, front, ...(claim && { claim }), ...(byTable.length > 0 && { byTable }) });
    console.log(
      `${method} chose [${Object.values(policy)
        .map(({ weights }) => weights)
        .join(
          ' ',
        )}]: ${because}${believed ? ` It believed in another: ${believed.because}` : ''} ${front.length} of ${run.points.length} points on the front.`,
    );
  }
  const finish = number('finish', 0, { min: 0 });
  const finished = finish > 0 ? await finishRuns(setting, problem.scheme, runs, finish) : undefined;
  return { network: setting.networkId, dataset: setting.datasetId, problem, runs, ...(finished && { finished }) };
}
