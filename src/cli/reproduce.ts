// `reproduce --table metaquantnet-1`: runs the rows of a published table on real images and prints the paper's numbers
// beside ours. Epochs are few here and stated; the paper trains each row for 200. A finished row is a line of the file of
// `--results`, and is not run again.
import { version } from '../../package.json';
import { compare, shareOf } from '../core/accuracy';
import { thirdStage } from '../core/thirdStage';
import { resultOf } from '../core/turn';
import { layerCosts, policyCost } from '../graph/cost';
import type { Network } from '../graph/network';
import { type BitPolicy, FLOAT, uniformPolicy } from '../graph/policy';
import { fingerprint } from '../math/fingerprint';
import { UsageError } from '../node/usageError';
import { percent } from '../node/words';
import { WEIGHT_RANGE } from '../options/calibration';
import { GRANULARITY } from '../options/scheme';
import { choosesCodes, type QuantScheme, withCalibration } from '../quant/registry';
import type { Spent } from '../search/ledger';
import type { SearchId } from '../search/registry';
import { readCalibration } from './calibrationFlags';
import { flags, number, optionFlag } from './flags';
import { hitsAfterTraining, readDescent } from './follow';
import { appendResult, readResults } from './keptResults';
import { settingsOf } from './keptRuns';
import { TABLE_1, TABLE_1_NETWORKS, type TableRow } from './metaquantnet';
import { type ReproducedRow, tableInWords } from './reproducedTable';
import { finished, readFinish } from './roundedFinish';
import { type Plan, planRun, readMethods, readProblem, runPlan } from './search';
import type { RunInputs } from './setting';
import { trainingDefaults } from './trainingDefaults';

const TABLE = 'metaquantnet-1';

type Quantizer = 'affine' | 'twn' | 'binary';

/** The rounding of a row by the flags: per tensor, as in the paper, unless another is named; affine rows may have a calibration. */
function roundingOf(quantizer: Quantizer): QuantScheme {
  const granularity = flags[GRANULARITY.flag.name] ?? 'tensor';
  if (granularity !== 'tensor' && granularity !== 'channel')
    throw new UsageError(`--granularity ${granularity} is not for this table; choose tensor or channel.`);
  if (quantizer !== 'affine') return { quantizer, granularity };
  const range = optionFlag(WEIGHT_RANGE, WEIGHT_RANGE.initial);
  return withCalibration({ quantizer, granularity, ...(range !== 'minMax' && { range }) }, readCalibration());
}

const TRAINING_OF_ROWS = { learningRate: 0.02, schedule: 'cosine', weightDecay: 1e-4, labelSmoothing: 0 } as const;

/** The size of all numbers in 1e6 bytes, divided by the compression of the kernels: the paper's bookkeeping. */
function megabytes(network: Network, policy: BitPolicy): number {
  const names = [...network.parameters.keys()].filter((name) => !/\.(mean|variance)$|@/.test(name));
  const count = names.reduce((sum, name) => sum + (network.parameters.get(name)?.values.length ?? 0), 0);
  return (count * 4) / policyCost(network, policy).compression / 1e6;
}

/** Plans the search for the bits of a row at `ratio`. What MetaQuantNet draws from has at most `mostBits`, as in the paper. */
function planHybrid(setting: RunInputs, method: SearchId, ratio: number, mostBits: number): Promise<Plan> {
  const weights = layerCosts(setting.network).reduce((sum, layer) => sum + layer.weights, 0);
  const problem = readProblem(setting, [{ measure: 'weights', most: Math.floor((FLOAT * weights) / ratio) }]);
  const most = method === 'metaquantnet' ? mostBits : FLOAT;
  const allowed = { ...problem.allowed, weights: problem.allowed.weights.filter((bits) => bits <= most) };
  return planRun(method, setting, { ...problem, allowed }, `${method}-${ratio}x`);
}

/** The method that chooses the bits of hybrid rows: the paper's own unless another is named. */
function readMethod(): SearchId {
  if (flags.method === undefined) return 'metaquantnet';
  const methods = readMethods();
  if (methods.length > 1) throw new UsageError('--method takes one method here: the one that chooses the bits.');
  return methods[0];
}

/** What a row gives: its bits, and for each test image 1 if it is right. */
interface Outcome {
  readonly policy: BitPolicy;
  readonly right: Uint8Array;
  readonly finish?: string;
  readonly search?: ReproducedRow['search'];
}

/** What a search has spent, for its row. */
const searched = (method: SearchId, { forward, backward, evaluations, seconds }: Spent) => ({
  method,
  images: forward + backward,
  evaluations,
  seconds: Math.round(seconds),
});

/** Epochs of training per row; 0 for rows that are rounded only. */
const rowEpochs = () => number('epochs', trainingDefaults.train.epochs, { min: 0 });

const descentOf = ({ dataset, seed }: RunInputs) => ({
  ...readDescent(TRAINING_OF_ROWS, dataset, seed, rowEpochs()),
  imagesPerEpoch: Math.min(number('finish-images', dataset.train.length), dataset.train.length),
});

const testImages = ({ dataset }: RunInputs) => number('test-images', dataset.test.length);

/**
 * Searches, takes the policy of least loss with the shared weights, as the paper does (rounded without training, low bits measure
 * near chance), and lets the trained hypernetwork go on at it.
 */
async function hybrid(setting: RunInputs, plan: Plan): Promise<Outcome> {
  let state = plan.kept?.state;
  const { result } = await runPlan(plan, setting, (report) => {
    state = report.state;
  });
  const { policy } = result.believed ?? result;
  const { epochs, imagesPerEpoch, batchSize, learningRate, momentum, weightDecay, augment, seed } = descentOf(setting);
  const joint = {
    ...{ batchSize, learningRate, momentum, weightDecay, augment, seed, lastRate: 0, labelSmoothing: 0 },
    steps: epochs * Math.ceil(imagesPerEpoch / batchSize),
  };
  const { session } = setting;
  const { searchCacheBytes = 0, now } = session.environment;
  const params = { setting: plan.setting, state, policy, joint };
  const stage = thirdStage(session.model, params, { now, cacheBytes: searchCacheBytes });
  const { network, rounding } = await resultOf(stage, ({ step, steps, loss }) => {
    if (loss !== undefined && step % 100 === 0)
      console.log(`third stage, step ${step} of ${steps}: loss ${loss.toFixed(3)}`);
  });
  return {
    policy,
    right: await session.hits(network, { split: 'test', images: testImages(setting) }, rounding),
    finish: `its third stage, ${epochs} epochs of ${imagesPerEpoch} images`,
    search: searched('metaquantnet', result.spent),
  };
}

/** Searches by another method, and finishes its choice as a race does. */
async function hybridBy(setting: RunInputs, plan: Plan): Promise<Outcome> {
  const { policy, spent } = (await runPlan(plan, setting)).result;
  const finish = readFinish(setting, rowEpochs());
  return {
    policy,
    right: await finished(setting, policy, finish),
    finish: finish.words,
    search: searched(plan.setting.method, spent),
  };
}

async function outcomeOf(setting: RunInputs, { how }: TableRow, float: Uint8Array, plan?: Plan): Promise<Outcome> {
  if (plan !== undefined) return (plan.setting.method === 'metaquantnet' ? hybrid : hybridBy)(setting, plan);
  const bits = how.kind === 'uniform' ? how.bits : FLOAT;
  const policy = uniformPolicy(setting.network, bits, FLOAT);
  if (how.kind !== 'uniform') return { policy, right: float };
  const scheme = roundingOf(how.quantizer);
  const finish = readFinish({ ...setting, scheme }, rowEpochs());
  const right =
    finish.epochs > 0 && !choosesCodes(scheme)
      ? hitsAfterTraining(setting, { policy, scheme }, TRAINING_OF_ROWS)
      : finished(setting, policy, finish);
  return { policy, right: await right, finish: finish.words };
}

/** What the line of a row is known by. */
function settingsHash(setting: RunInputs, { name, how }: TableRow, plan: Plan | undefined): string {
  const said = plan?.said ?? planless(setting, how.kind === 'uniform' ? how.quantizer : 'affine');
  const parts = [TABLE, name, how, said, plan?.setting.budget, descentOf(setting), testImages(setting)];
  return fingerprint([JSON.stringify(parts)]);
}

/** The settings of a row without a search: network, images and backend. */
const planless = (setting: RunInputs, quantizer: Quantizer) =>
  settingsOf(setting, {
    ...readProblem({ ...setting, scheme: roundingOf(quantizer) }, []),
    method: 'uniform',
    options: {},
  });

/** Runs all rows, or those named by `--rows`, that the file lacks. */
export async function runReproduce(opened: RunInputs) {
  const setting = { ...opened, scheme: roundingOf('affine') };
  const { table, results: path } = flags;
  if (table !== TABLE) throw new UsageError(`--table ${table ?? 'is missing'}; there is: ${TABLE}.`);
  const { networkId, datasetId, dataset, seed, session, network } = setting;
  if (!(TABLE_1_NETWORKS as readonly string[]).includes(networkId))
    throw new UsageError(`The table has ${TABLE_1_NETWORKS.join(' and ')}; give one of them by --network.`);
  const names = flags.rows?.split(',');
  const stranger = names?.find((name) => !TABLE_1.some((row) => row.name === name));
  if (stranger !== undefined)
    throw new UsageError(
      `--rows "${stranger}" is not in the table; it has: ${TABLE_1.map(({ name }) => name).join(', ')}.`,
    );
  const { epochs, imagesPerEpoch } = descentOf(setting);
  console.log(
    `MetaQuantNet, arXiv 2004.11506, table 1, ${networkId} on ${dataset.label}: ${epochs} epochs of training a row here, 200 in the paper; weights rounded, activations float`,
  );
  const asked = TABLE_1.filter(({ name }) => names?.includes(name) ?? true);
  const plans = new Map<TableRow, Plan>();
  const method = readMethod();
  for (const row of asked)
    if (row.how.kind === 'hybrid') plans.set(row, await planHybrid(setting, method, row.how.ratio, row.how.mostBits));
  const kept = await readResults<ReproducedRow>(path);
  const rows: ReproducedRow[] = [];
  let float: Uint8Array | undefined;
  for (const row of asked) {
    const { name, how, published } = row;
    const plan = plans.get(row);
    const settings = settingsHash(setting, row, plan);
    const known = kept.find((line) => line.settings === settings);
    if (known !== undefined) {
      rows.push(known);
      continue;
    }
    const [start, { user }] = [performance.now(), process.cpuUsage()];
    float ??= await session.hits(network, { split: 'test', images: testImages(setting) });
    const { policy, right, finish, search } = await outcomeOf(setting, row, float, plan);
    const hours = (seconds: number) => Number((seconds / 3600).toFixed(3));
    const done: ReproducedRow = {
      program: `fewbits ${version}`,
      ...{ table, network: networkId, dataset: datasetId, name, seed },
      published: published[networkId as keyof typeof published],
      granularity: setting.scheme.granularity,
      megabytes: megabytes(network, policy),
      bits: Object.values(policy)
        .map(({ weights }) => weights)
        .join(' '),
      ...(how.kind === 'float' ? { epochs: 0, imagesPerEpoch: 0 } : { epochs, imagesPerEpoch }),
      ...(finish !== undefined && { finish }),
      ...(search && { search }),
      right: right.reduce((sum, hit) => sum + hit, 0),
      n: right.length,
      fromFloat: compare(float, right, dataset.classes.length).difference,
      hours: hours((performance.now() - start) / 1000),
      processorHours: hours((process.cpuUsage().user - user) / 1e6),
      settings,
    };
    rows.push(done);
    await appendResult(path, done);
    console.log(`${name}: ${done.megabytes.toFixed(4)} MB, ${percent(shareOf(right))} [${done.bits}]`);
  }
  const all = [...kept.filter(({ network, dataset }) => network === networkId && dataset === datasetId), ...rows];
  console.log(tableInWords(networkId as (typeof TABLE_1_NETWORKS)[number], [...new Set(all)]));
  return { table, network: networkId, dataset: datasetId, epochs, rows };
}
