// `race`: every method on the same budget, under several seeds and limits, each choice finished alike and measured on the test
// images. A finished run is a line of the file of `--results`; a second call goes on behind the last one.
//
// A seed draws the method's random numbers, the images that it is measured on and those that calibrate it. The finish is the
// scheme's own rounding with layers that make up for the ones before them, or with `--finish` training from there.
import { version } from '../../package.json';
import { shuffledDataset } from '../data/subset';
import { type BitPolicy, FLOAT } from '../graph/policy';
import { fingerprint } from '../math/fingerprint';
import { type Standing, standings } from '../math/standings';
import type { MeanInterval } from '../math/statistics';
import { createSession } from '../node/surroundings';
import { UsageError } from '../node/usageError';
import { isUsable } from '../search/chosen';
import type { OptionFields } from '../search/method';
import { type SearchId, searches } from '../search/registry';
import type { RunPoint } from '../search/run';
import { flags, number } from './flags';
import { readDescent } from './follow';
import { appendResult, readResults } from './keptResults';
import { markdownTable } from './markdownTable';
import { readOwnCosts } from './ownCosts';
import { type Finish, finished, readFinish } from './roundedFinish';
import { type Plan, planRun, readMethods, readProblem, runPlan } from './search';
import { readLimits, readNumbers } from './searchFlags';
import type { RunInputs } from './setting';

/** One finished run: a line of the file. */
export interface RaceRow {
  readonly program: string;
  readonly network: string;
  readonly dataset: string;
  /** As they were asked for. */
  readonly limit: string;
  readonly budget: string;
  readonly method: SearchId;
  readonly seed: number;
  /** Options of the method that differ from its defaults now. */
  readonly options: Readonly<Record<string, number | string>>;
  /** Hash of everything that the result depends on; a line under other settings is another run. */
  readonly settings: string;
  /** Weight bits of the choice, in the order of the layers; activation bits too if any are rounded. */
  readonly bits: string;
  readonly activations?: string;
  /** What the search has spent: images forward and backward, measured configs, seconds by the clock. */
  readonly images: number;
  readonly evaluations: number;
  readonly seconds: number;
  /**
   * The best so far, a pair per rise: images spent, and correct predictions among the `n` validation images of the search.
   * Absent from lines of older programs.
   */
  readonly curve?: { readonly n: number; readonly best: readonly (readonly [images: number, right: number])[] };
  readonly finish: string;
  /** Correct predictions among the first `n` test images, and seconds of finishing and testing. */
  readonly right: number;
  readonly n: number;
  readonly finishSeconds: number;
  /** Processor time of both in seconds, of this process without its further workers. */
  readonly processorSeconds: number;
}

/** The method that all are compared with; it always races. */
const REFERENCE = 'uniform';

/** The inputs under one seed: images in its order, in a session of its own. */
function underSeed(inputs: RunInputs, seed: number): RunInputs {
  const { session, networkId, datasetId, scheme } = inputs;
  const { network, checkpoint } = session.model;
  const own = createSession();
  own.backend = session.backend;
  own.pool.set({ backend: inputs.backend.name, size: session.pool.size });
  const { dataset } = session.images;
  const model = own.openNetwork(
    networkId,
    { network, checkpoint, normalization: inputs.dataset.normalization },
    { id: datasetId, dataset: shuffledDataset(dataset, seed) },
  );
  return { ...inputs, session: own, dataset: model.dataset, network: model.calibrated.base(scheme), seed };
}

/** What the line of a run is known by. */
function settingsHash({ dataset, seed }: RunInputs, { said, setting }: Plan, finish: Finish): string {
  const { method, budget, learnFrom } = setting;
  const test = number('test-images', dataset.test.length);
  const trained = finish.epochs > 0 && readDescent(finish.defaults, dataset, seed);
  return fingerprint([JSON.stringify([method, said, budget, learnFrom, finish.words, trained, test])]);
}

const bitsOf = (policy: BitPolicy, part: 'weights' | 'activations') =>
  Object.values(policy)
    .map((bits) => bits[part])
    .join(' ');

const inPoints = ({ mean, lower, upper }: MeanInterval, sign = '') => {
  const told = (value: number) =>
    Number.isFinite(value) ? `${value >= 0 ? sign : ''}${(100 * value).toFixed(2)}` : '?';
  return `${told(mean)} (${told(lower)} to ${told(upper)})`;
};

const labelOf = (method: string) => searches[method as SearchId].label;

/** The standings of each limit as one table. */
function table(byLimit: ReadonlyMap<string, readonly Standing[]>, rows: readonly RaceRow[]): string {
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const cells = [...byLimit].flatMap(([limit, found]) =>
    found.map(({ method, seeds, accuracy, difference, rank }) => {
      const own = rows.filter((row) => row.limit === limit && row.method === method);
      const place = rank === undefined ? '-' : `${rank.mean.toFixed(1)} (${told(rank.lower)} to ${told(rank.upper)})`;
      return [
        limit,
        labelOf(method),
        inPoints(accuracy),
        difference === undefined ? '-' : inPoints(difference, '+'),
        place,
        seeds,
        Math.round(mean(own.map(({ images }) => images))).toLocaleString('en-US'),
        Math.round(mean(own.map(({ processorSeconds }) => processorSeconds))),
      ];
    }),
  );
  const heads = ['limit', 'method', 'accuracy (%)', `against ${labelOf(REFERENCE)} (points)`, 'rank', 'seeds'];
  return markdownTable([...heads, 'images', 'processor s'], cells);
}

const told = (value: number) => (Number.isFinite(value) ? value.toFixed(1) : '?');

/** One sentence per limit: which methods can be told from the reference, at this budget. */
function conclusion(limit: string, found: readonly Standing[], { budget, n }: RaceRow): string {
  const named = (verdict: Standing['verdict']) =>
    found.filter((standing) => standing.verdict === verdict).map(({ method }) => labelOf(method));
  const list = (verdict: Standing['verdict']) => named(verdict).join(', ') || 'none';
  const words = /^\d+$/.test(budget) ? `${budget} configs` : budget.replace(/(\d)([a-z])/, '$1 $2');
  return `${limit}, at ${words}, on ${n} test images, against ${labelOf(REFERENCE)}: above it ${list('above')}; below it ${list('below')}; not told apart ${list('open')}.`;
}

/** How good the best that can be chosen was at any time. */
function curveOf(points: readonly RunPoint[]): NonNullable<RaceRow['curve']> {
  const best: [images: number, right: number][] = [];
  for (const { accuracy, spent } of points.filter(isUsable)) {
    const right = Math.round(accuracy.value * accuracy.n);
    if (right > (best.at(-1)?.[1] ?? -1)) best.push([spent.forward + spent.backward, right]);
  }
  return { n: points[0].accuracy.n, best };
}

/** One run of a method and its finish, as a line. */
async function raceOne(
  own: RunInputs,
  plan: Plan,
  finish: Finish,
  asked: Pick<RaceRow, 'limit' | 'settings'>,
): Promise<RaceRow> {
  const { method, options } = plan.setting;
  const { user } = process.cpuUsage();
  const { points, result } = await runPlan(plan, own);
  const { policy, spent } = result;
  const start = performance.now();
  const right = await finished(own, policy, finish);
  const activations = bitsOf(policy, 'activations');
  const fields: OptionFields = searches[method].options;
  return {
    program: `fewbits ${version}`,
    network: own.networkId,
    dataset: own.datasetId,
    ...asked,
    budget: flags.budget ?? '50',
    method,
    seed: own.seed,
    options: Object.fromEntries(Object.entries(options).filter(([name, value]) => value !== fields[name].initial)),
    bits: bitsOf(policy, 'weights'),
    ...(activations.split(' ').some((bits) => Number(bits) !== FLOAT) && { activations }),
    images: spent.forward + spent.backward,
    evaluations: spent.evaluations,
    seconds: Math.round(spent.seconds),
    ...(points.length > 0 && { curve: curveOf(points) }),
    finish: finish.words,
    right: right.reduce((sum, hit) => sum + hit, 0),
    n: right.length,
    finishSeconds: Math.round((performance.now() - start) / 1000),
    processorSeconds: Math.round((process.cpuUsage().user - user) / 1e6),
  };
}

/** Runs what the file lacks, and prints the standings of all that was asked for. */
export async function runRace(inputs: RunInputs) {
  const { results: path } = flags;
  if (path === undefined)
    throw new UsageError('--results is missing: name the file that keeps a line per finished run, e.g. race.jsonl.');
  const seeds = readNumbers('seeds', flags.seeds ?? '1');
  const limits = (flags.limits ?? '').split(',').filter((limit) => limit !== '');
  if (limits.length === 0) throw new UsageError('--limits is missing; say 16x, or several with commas.');
  const asked = flags.method === undefined ? (Object.keys(searches) as SearchId[]) : readMethods();
  const methods = [...new Set<SearchId>([REFERENCE, ...asked])];
  const costs = await readOwnCosts(inputs.network);
  const problems = limits.map(
    (limit) => [limit, readProblem(inputs, readLimits(limit, inputs.network, costs))] as const,
  );
  const finish = readFinish(inputs, number('finish', 0, { min: 0 }));
  const kept = await readResults<RaceRow>(path);
  const rows: RaceRow[] = [];
  for (const seed of seeds) {
    const own = underSeed(inputs, seed);
    for (const [limit, problem] of problems)
      for (const method of methods) {
        const plan = await planRun(method, own, { ...problem, seed });
        const settings = settingsHash(own, plan, finish);
        const known = kept.find((row) => row.settings === settings);
        const row = known ?? (await raceOne(own, plan, finish, { limit, settings }));
        rows.push(row);
        if (known !== undefined) continue;
        await appendResult(path, row);
        console.log(`${limit}, seed ${seed}, ${method}: ${shareInWords(row)} [${row.bits}]`);
      }
    own.session.model.dispose();
  }
  const trials = (limit: string) =>
    rows
      .filter((row) => row.limit === limit)
      .map(({ method, seed, right, n }) => ({ method, seed, accuracy: right / n }));
  const byLimit = new Map(limits.map((limit) => [limit, standings(trials(limit), REFERENCE)]));
  console.log(`Finished by: ${finish.words}. Intervals are over ${seeds.length} seeds (95 %, Student's t).`);
  console.log(table(byLimit, rows));
  for (const [limit, found] of byLimit) console.log(conclusion(limit, found, rows[0]));
  return { network: inputs.networkId, dataset: inputs.datasetId, rows, standings: Object.fromEntries(byLimit) };
}

const shareInWords = ({ right, n }: RaceRow) => `${((100 * right) / n).toFixed(2)} % of ${n} test images`;
