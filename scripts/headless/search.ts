// `search`: runs searches on one problem, one after the other, each report a line of JSON; with `--finish`, trains what
// each has chosen in the same way and compares on the test images (race.ts).
import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { packedBytes } from '../../src/formats/packed';
import { policyCost } from '../../src/graph/cost';
import { sizeInWords } from '../../src/graph/size';
import type { Proportion } from '../../src/math/statistics';
import { withCalibration } from '../../src/quant/registry';
import { createProblem, type Earlier, type ProblemOptions } from '../../src/search/problem';
import { type SearchId, searches } from '../../src/search/registry';
import { rescore } from '../../src/search/rescore';
import { frontOf, type RunPoint, type RunReport, readOptions, runSearch } from '../../src/search/run';
import type { SearchLimit } from '../../src/search/space';
import { Calibrated } from '../../src/train/calibrated';
import { flags, number, UsageError } from './flags';
import { type FinishedRun, finishRuns } from './race';
import { calibrationImages, readCorrection } from './rounding';
import { readAllowed, readBudget, readGiven, readLimits } from './searchFlags';
import type { Setting } from './setting';
import { percent } from './words';

/** Bytes that the prefix cache may take. */
const CACHE_BYTES = 256e6;

function readMethods(): SearchId[] {
  return (flags.method ?? '').split(',').map((name) => {
    if (!Object.hasOwn(searches, name))
      throw new UsageError(`--method "${name}" does not exist; choose of: ${Object.keys(searches).join(', ')}.`);
    return name as SearchId;
  });
}

/** The problem of the flags within limits, its scheme with the calibration they ask for. */
export function searchOptions(
  { network, scheme: plain, policies, seed }: Setting,
  limits: readonly SearchLimit[],
): ProblemOptions {
  const correction = ({ none: 'none', bias: 'bias', 'batch-norm': 'batchNorm' } as const)[readCorrection()];
  const scheme = withCalibration(plain, { correction, images: calibrationImages() });
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

// Float32Arrays of a state as base64: JSON has no place for them.
const writeState = (_: string, value: unknown) =>
  value instanceof Float32Array
    ? { float32: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
    : value;
const readState = (_: string, value: unknown) => {
  const text = (value as { float32?: unknown } | null)?.float32;
  return typeof text === 'string' ? new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer) : value;
};

/** What `--events` keeps of a run: its reports without their states as lines, and the last state beside them. */
interface Kept extends Earlier {
  readonly method: SearchId;
  readonly state: RunReport['state'];
}

const stateFile = (method: SearchId) => `${flags.events}.${method}.state`;

async function keep(kept: Kept, { state: _, ...report }: RunReport): Promise<void> {
  if (flags.events === undefined) return;
  await appendFile(flags.events, `${JSON.stringify({ method: kept.method, ...report })}\n`);
  // A run killed here has the state before, whole.
  await writeFile(`${stateFile(kept.method)}.new`, JSON.stringify(kept, writeState));
  await rename(`${stateFile(kept.method)}.new`, stateFile(kept.method));
}

async function resumable(method: SearchId): Promise<Kept | undefined> {
  if (!flags.resume) return undefined;
  if (flags.events === undefined)
    throw new UsageError('--resume goes on with a run that was kept; name it by --events.');
  const text = await readFile(stateFile(method), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text, readState) as Kept);
}

/** Runs one method to the end of its budget, or goes on where it was. */
export async function runMethod(method: SearchId, setting: Setting, options: ProblemOptions): Promise<FinishedRun> {
  const given = readGiven(flags.option);
  const fields = searches[method].options;
  const own = Object.entries(given).filter(([name]) => flags.method === method || Object.hasOwn(fields, name));
  const values = readOptions(fields, Object.fromEntries(own));
  const earlier = await resumable(method);
  const workplace = { now: () => performance.now(), turn: async () => {} };
  const calibrated = new Calibrated(setting.network, setting.dataset);
  const problem = createProblem(calibrated, setting.dataset, options, workplace, earlier);
  const points = [...(earlier?.points ?? [])];
  const run = runSearch(method, problem, values, earlier);
  try {
    for (;;) {
      const next = await run.next();
      if (next.done) return { method, points, result: next.value };
      const report = next.value;
      const { point, spent, phase, state } = report;
      if (point) points.push(point);
      await keep({ method, state, spent, points }, report);
      if (point === undefined) continue;
      const { compression } = policyCost(setting.network, point.policy);
      const size = sizeInWords(packedBytes(setting.network, point.policy, options.scheme));
      const bits = Object.values(point.policy).map(({ weights }) => weights);
      console.log(
        `${method}: ${spent.evaluations} evaluations, ${spent.forward + spent.backward} images, ${spent.seconds.toFixed(0)} s, ${phase}: ${percent(point.accuracy)}, loss ${point.loss.toFixed(3)}, ${size}, weights ${compression.toFixed(2)}x smaller [${bits.join(' ')}]`,
      );
    }
  } finally {
    await run.return(undefined as never);
    problem.dispose();
  }
}

/** The front of a run, the cheapest first, with its scores on the first `images` test images beside those of the search. */
async function frontOnTest(run: FinishedRun, { network, dataset }: Setting, options: ProblemOptions, images: number) {
  const { scheme } = options;
  const front = frontOf(run.points, (policy) => packedBytes(network, policy, scheme));
  if (images === 0) return front;
  const calibrated = new Calibrated(network, dataset);
  const material = { network: calibrated.base(scheme), dataset, scheme, calibrated };
  const scored: (RunPoint & { readonly test: Proportion })[] = [];
  for await (const { accuracy } of rescore(material, front, { ...options, images }, async () => {})) {
    const point = front[scored.length];
    scored.push({ ...point, test: accuracy });
    const size = sizeInWords(packedBytes(network, point.policy, scheme));
    console.log(`${run.method}, front at ${size}: search ${percent(point.accuracy)}; test ${percent(accuracy)}`);
  }
  return scored;
}

/** Runs every method of `--method` with the same budget. */
export async function runSearches(setting: Setting) {
  const { network } = setting;
  const methods = readMethods();
  const options = searchOptions(setting, readLimits(flags.limit, network));
  const runs: FinishedRun[] = [];
  for (const method of methods) {
    const run = await runMethod(method, setting, options);
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
