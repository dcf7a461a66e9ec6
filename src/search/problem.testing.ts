// A search problem for tests: a small network, really trained on images of three colors, and really measured. Takes
// seconds.
import type { Network } from '../graph/network';
import { randomNetwork, small } from '../nn/networks.testing';
import type { QuantScheme } from '../quant/registry';
import { Calibrated } from '../train/calibrated';
import { colorDataset } from '../train/synthetic.testing';
import { train } from '../train/train';
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

/** The problem, with some options replaced: weights of 1 to 8 bits, float activations, 24 images, no limit. */
export async function colorProblem(
  options: Partial<ProblemOptions> = {},
  earlier?: Earlier,
): Promise<SearchProblem & { dispose(): void }> {
  trained ??= trainSmall();
  let ticks = 0;
  return createProblem(
    new Calibrated(await trained, dataset),
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
    { now: () => ++ticks, yieldTurn: async () => {} },
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
