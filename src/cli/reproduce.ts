// `reproduce --table metaquantnet-1`: runs the rows of a published table on real images and prints the paper's numbers
// beside ours. Epochs are few here and stated; the paper trains each row for 200.
import { shareOf } from '../core/accuracy';
import { layerCosts, policyCost } from '../graph/cost';
import type { Network } from '../graph/network';
import { type BitPolicy, FLOAT, uniformPolicy } from '../graph/policy';
import type { Proportion } from '../math/statistics';
import { UsageError } from '../node/usageError';
import { percent } from '../node/words';
import { TRAINING } from '../options/training';
import { type QuantScheme, withCalibration } from '../quant/registry';
import { readCalibration } from './calibrationFlags';
import { flags, number, optionFlag } from './flags';
import { hitsAfterTraining } from './follow';
import { accuracyOf } from './measure';
import { TABLE_1, TABLE_1_NETWORKS, type TableRow } from './metaquantnet';
import { type Plan, planRun, readProblem, runPlan } from './search';
import type { RunInputs } from './setting';
import { trainingDefaults } from './trainingDefaults';

interface ReproducedRow {
  readonly name: string;
  readonly published: readonly [megabytes: number, accuracy: number];
  /** 1e6 bytes, by the paper's convention. */
  readonly megabytes: number;
  readonly accuracy: Proportion;
  readonly weightBits: readonly number[];
}

const AFFINE: QuantScheme = { quantizer: 'affine', granularity: 'tensor' };
const schemeOf = (quantizer: 'affine' | 'twn' | 'binary'): QuantScheme => ({ quantizer, granularity: 'tensor' });

const TRAINING_OF_ROWS = { learningRate: 0.02, schedule: 'cosine', weightDecay: 1e-4 } as const;

/** The size of all numbers in 1e6 bytes, divided by the compression of the kernels: the paper's bookkeeping. */
function megabytes(network: Network, policy: BitPolicy): number {
  const names = [...network.parameters.keys()].filter((name) => !/\.(mean|variance)$|@/.test(name));
  const count = names.reduce((sum, name) => sum + (network.parameters.get(name)?.values.length ?? 0), 0);
  return (count * 4) / policyCost(network, policy).compression / 1e6;
}

/** Plans the search by the paper's own method for the bits of a row, of at most `mostBits` at `ratio`. */
function planHybrid(setting: RunInputs, ratio: number, mostBits: number): Promise<Plan> {
  const weights = layerCosts(setting.network).reduce((sum, layer) => sum + layer.weights, 0);
  const problem = readProblem({ ...setting, scheme: withCalibration(AFFINE, readCalibration()) }, [
    { measure: 'weights', most: Math.floor((FLOAT * weights) / ratio) },
  ]);
  const allowed = { ...problem.allowed, weights: problem.allowed.weights.filter((bits) => bits <= mostBits) };
  return planRun('metaquantnet', setting, { ...problem, allowed }, `metaquantnet-${ratio}x`);
}

async function reproduceRow(
  setting: RunInputs,
  { name, how, published }: TableRow,
  plan?: Plan,
): Promise<ReproducedRow> {
  const { network, dataset } = setting;
  const policy = plan
    ? (await runPlan(plan, setting)).result.policy
    : uniformPolicy(network, how.kind === 'uniform' ? how.bits : FLOAT, FLOAT);
  const scheme = how.kind === 'uniform' ? schemeOf(how.quantizer) : AFFINE;
  const accuracy =
    how.kind === 'float'
      ? await accuracyOf(setting, network, undefined, number('test-images', dataset.test.length))
      : shareOf(await hitsAfterTraining(setting, { policy, scheme }, TRAINING_OF_ROWS));
  const row = {
    name,
    published: published[setting.networkId as keyof typeof published],
    megabytes: megabytes(network, policy),
    accuracy,
    weightBits: Object.values(policy).map(({ weights }) => weights),
  };
  console.log(`${name}: ${row.megabytes.toFixed(4)} MB, ${percent(accuracy)} [${row.weightBits.join(' ')}]`);
  return row;
}

function table(rows: readonly ReproducedRow[]): string {
  const head = ['row', 'paper MB', 'MB here', 'paper %', '% here', 'weight bits here'];
  const lines = rows.map(({ name, published, megabytes, accuracy, weightBits }) => {
    const { value, lower, upper } = accuracy;
    const here = `${(100 * value).toFixed(2)} (${(100 * lower).toFixed(2)} to ${(100 * upper).toFixed(2)})`;
    return [name, published[0], megabytes.toFixed(4), published[1].toFixed(2), here, weightBits.join(' ')];
  });
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Runs all rows, or those named by `--rows`. */
export async function runReproduce(setting: RunInputs) {
  if (flags.table !== 'metaquantnet-1')
    throw new UsageError(`--table ${flags.table ?? 'is missing'}; there is: metaquantnet-1.`);
  if (!(TABLE_1_NETWORKS as readonly string[]).includes(setting.networkId))
    throw new UsageError(`The table has ${TABLE_1_NETWORKS.join(' and ')}; give one of them by --network.`);
  const names = flags.rows?.split(',');
  const stranger = names?.find((name) => !TABLE_1.some((row) => row.name === name));
  if (stranger !== undefined)
    throw new UsageError(
      `--rows "${stranger}" is not in the table; it has: ${TABLE_1.map(({ name }) => name).join(', ')}.`,
    );
  const epochs = optionFlag(TRAINING.epochs, trainingDefaults.train.epochs);
  console.log(
    `MetaQuantNet, arXiv 2004.11506, table 1, ${setting.networkId} on ${setting.dataset.label}: ${epochs} epochs of training a row here, 200 in the paper; weights rounded, activations float`,
  );
  const asked = TABLE_1.filter(({ name }) => names?.includes(name) ?? true);
  const plans = new Map<TableRow, Plan>();
  for (const row of asked)
    if (row.how.kind === 'hybrid') plans.set(row, await planHybrid(setting, row.how.ratio, row.how.mostBits));
  const rows: ReproducedRow[] = [];
  for (const row of asked) rows.push(await reproduceRow(setting, row, plans.get(row)));
  console.log(table(rows));
  return { table: flags.table, network: setting.networkId, dataset: setting.datasetId, epochs, rows };
}
