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
  /** What the method is called. */
  readonly label: string;
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

/** The method that always races. */
const REFERENCE = 'uniform';
/** What every method is compared with: the widest uniform bits, and the instant baseline, which reads no label and trains nothing. */
const REFERENCES = [REFERENCE, 'outputError'] as const satisfies readonly SearchId[];

/** The standings at each limit, against each reference that has raced. */
type ByLimit = ReadonlyMap<string, ReadonlyMap<SearchId, readonly Standing[]>>;

/** How the methods of some finished runs stand. */
function standingsOf(rows: readonly RaceRow[]): ByLimit {
  const limits = [...new Set(rows.map(({ limit }) => limit))];
  return new Map(
    limits.map((limit) => {
      const own = rows.filter((row) => row.limit === limit);
      const trials = own.map(({ method, seed, right, n }) => ({ method, seed, accuracy: right / n }));
      const references = REFERENCES.filter((reference) => own.some(({ method }) => method === reference));
      return [limit, new Map(references.map((reference) => [reference, standings(trials, reference)]))];
    }),
  );
}

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

const differenceFrom = (found: readonly Standing[], method: string) => {
  const { difference } = found.find((standing) => standing.method === method) ?? {};
  return difference === undefined ? '-' : inPoints(difference, '+');
};

/** The standings of each limit as one table. */
function table(byLimit: ByLimit, rows: readonly RaceRow[]): string {
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const cells = [...byLimit].flatMap(([limit, against]) =>
    (against.get(REFERENCE) ?? []).map(({ method, seeds, accuracy, rank }) => {
      const own = rows.filter((row) => row.limit === limit && row.method === method);
      const last = against.get(REFERENCE)?.length ?? 0;
      const place =
        rank === undefined ? '-' : `${rank.mean.toFixed(1)} (${told(rank.lower, last)} to ${told(rank.upper, last)})`;
      return [
        limit,
        labelOf(method),
        inPoints(accuracy),
        ...[...against.values()].map((found) => differenceFrom(found, method)),
        place,
        seeds,
        Math.round(mean(own.map(({ images }) => images))).toLocaleString('en-US'),
        Math.round(mean(own.map(({ processorSeconds }) => processorSeconds))),
      ];
    }),
  );
  const references = [...([...byLimit.values()][0]?.keys() ?? [])];
  const heads = ['limit', 'method', 'accuracy (%)', ...references.map((id) => `against ${labelOf(id)} (points)`)];
  return markdownTable([...heads, 'rank', 'seeds', 'images', 'processor s'], cells);
}

/** An end of a rank's interval; what Student's t puts before the first or behind the last is cut off. */
const told = (value: number, last: number) =>
  Number.isFinite(value) ? Math.min(last, Math.max(1, value)).toFixed(1) : '?';

/** One sentence per limit and reference: which methods can be told from it, at this budget. */
function conclusions(byLimit: ByLimit, { budget, n }: RaceRow): string[] {
  const words = /^\d+$/.test(budget) ? `${budget} configs` : budget.replace(/(\d)([a-z])/, '$1 $2');
  return [...byLimit].flatMap(([limit, against]) =>
    [...against].map(([reference, found]) => {
      const list = (verdict: Standing['verdict']) =>
        found
          .filter((standing) => standing.verdict === verdict)
          .map(({ method }) => labelOf(method))
          .join(', ') || 'none';
      return `${limit}, at ${words}, on ${n} test images, against ${labelOf(reference)}: above it ${list('above')}; below it ${list('below')}; not told apart ${list('open')}.`;
    }),
  );
}

/** The table of all limits, and what it tells. */
export function raceInWords(rows: readonly RaceRow[]): {
  readonly table: string;
  readonly conclusions: readonly string[];
} {
  const byLimit = standingsOf(rows);
  return { table: table(byLimit, rows), conclusions: conclusions(byLimit, rows[0]) };
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
    label: searches[method].label,
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
  const words = raceInWords(rows);
  console.log(`Finished by: ${finish.words}. Intervals are over ${seeds.length} seeds (95 %, Student's t).`);
  console.log(words.table);
  for (const conclusion of words.conclusions) console.log(conclusion);
  const byLimit = [...standingsOf(rows)].map(([limit, against]) => [limit, against.get(REFERENCE)] as const);
  return { network: inputs.networkId, dataset: inputs.datasetId, rows, standings: Object.fromEntries(byLimit) };
}

const shareInWords = ({ right, n }: RaceRow) => `${((100 * right) / n).toFixed(2)} % of ${n} test images`;
