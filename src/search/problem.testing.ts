// A search problem for tests: a small network, really trained on images of three colors, and really measured. Takes
// seconds.
import type { Network } from '../graph/network';
import { randomNetwork, small } from '../nn/networks.testing';
import type { QuantScheme } from '../quant/registry';
import { Calibrated } from '../train/calibrated';
import { colorDataset } from '../train/synthetic.testing';
import { train } from '../train/train';
import type { BenchContext } from './bench';
import type { Crew } from './crew';
import type { SearchProblem } from './method';
import { createProblem, type Earlier, type ProblemOptions } from './problem';
import { type SearchId, searches } from './registry';
import { concludeRun, type RunReport, type RunResult, type RunSoFar, readOptions, runSearch } from './run';

const dataset = colorDataset(96, 48);
let trained: Promise<Network> | undefined;

async function trainSmall(): Promise<Network> {
  const run = train(randomNetwork(small(6), 3), dataset, {
    epochs: 4,
    batchSize: 16,
    learningRate: 0.05,
    schedule: 'one-cycle',
    momentum: 0.9,
    weightDecay: 1e-4,
    labelSmoothing: 0,
    augment: false,
    imagesPerEpoch: 96,
    seed: 1,
  });
  for (;;) {
    const { value, done } = await run.next();
    if (done) return value;
  }
}

const scheme: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };

/** Options that let a training method finish in seconds. */
export const QUICK: Readonly<Partial<Record<SearchId, Readonly<Record<string, number | string>>>>> = {
  hessian: { batches: 2, images: 4 },
  limpq: { steps: 11, batch: 4 },
  dnas: { steps: 11, batch: 4, points: 3 },
  metaquantnet: { steps: 11, batch: 2, population: 2, generations: 2, finals: 1 },
};

/** A turn that lets others work for a while. */
const pauses = (ticks: number) => async () => {
  for (let i = 0; i < ticks; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** The network and images of the problem. */
export async function colorContext(): Promise<BenchContext> {
  trained ??= trainSmall();
  return { calibrated: new Calibrated(await trained, dataset), dataset };
}

/** The problem, with some options replaced: weights of 1 to 8 bits, float activations, 24 images, no limit. */
export async function colorProblem(
  options: Partial<ProblemOptions> = {},
  earlier?: Earlier,
  crew?: Crew,
  yieldTurn = crew ? pauses(10) : async () => {},
): Promise<SearchProblem & { dispose(): void }> {
  const { calibrated } = await colorContext();
  let ticks = 0;
  return createProblem(
    calibrated,
    dataset,
    {
      scheme,
      allowed: { weights: [1, 2, 3, 4, 8], activations: [32], locks: {} },
      limits: [],
      budget: { evaluations: 12 },
      seeds: [],
      images: 24,
      steps: 0,
      batchSize: 8,
      learningRate: 0.02,
      seed: 5,
      cacheBytes: 1e6,
      ...options,
    },
    { now: () => ++ticks, yieldTurn, ...(crew && { crew }) },
    earlier,
  );
}

/** A run to its end, or its first `most` reports. States are copied, as by a store or a worker. */
export async function runAll(
  method: SearchId,
  problem: SearchProblem & { dispose(): void },
  given: Readonly<Record<string, number | string>> = {},
  { most = Number.POSITIVE_INFINITY, from }: { readonly most?: number; readonly from?: RunSoFar } = {},
): Promise<{ reports: RunReport[]; result?: RunResult }> {
  const run = runSearch(method, problem, readOptions(searches[method].options, given), from);
  const reports: RunReport[] = [];
  try {
    for (;;) {
      if (reports.length >= most) return { reports };
      const next = await run.next();
      if (next.done) return { reports, result: next.value };
      reports.push(structuredClone(next.value));
    }
  } finally {
    await run.return(undefined as never);
    problem.dispose();
  }
}

/** The conclusion of a run stopped after these reports, and the work spent by then. */
export async function stopAfter(
  method: SearchId,
  problem: SearchProblem & { dispose(): void },
  given: Readonly<Record<string, number | string>>,
  from: RunSoFar,
): Promise<RunResult> {
  try {
    return await concludeRun(method, problem, readOptions(searches[method].options, given), from);
  } finally {
    problem.dispose();
  }
}

/** The work of a run up to its reports: the starting point of a resumed run. */
export function earlierOf(reports: readonly RunReport[]): Earlier & RunSoFar {
  const points = reports.flatMap(({ point }) => (point === undefined ? [] : [point]));
  const { spent, state } = reports.at(-1) as RunReport;
  return { points, spent, state };
}
