// LIMPQ's training: the steps of all widths together, in one network. The steps are LSQ's, per tensor, whatever the
// problem's scheme: their size measures a layer's sensitivity to few bits.
// Reference: C. Tang et al., arXiv 2203.08368, and its code, github.com/1hunters/LIMPQ: one random pass per step besides
// the uniform ones, a bank of batch norms per width, gradients clipped to [-1, 1], label smoothing 0.1.
import { learnedInputName, learnedKernelName } from '../../graph/learned';
import { layersOf, type Network, type Parameter, parameterName } from '../../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, isRounded, type LayerBits, SKIPPED } from '../../graph/policy';
import { type Candidates, learnedStarts } from '../../nn/candidates';
import { Supernet } from '../../nn/supernet';
import { limpqClamp, statisticsStep } from '../../quant/lsq';
import type { QuantScheme } from '../../quant/registry';
import { type JointSettings, trainJointly } from '../../train/joint';
import { randomPass, uniformPasses } from '../../train/passes';
import { cleanedUp, type LayerImportance } from '../allocation/importance';
import type { ImportanceInside } from '../insides';
import type { SearchEvent, SearchProblem } from '../method';
import type { Space } from '../space';
import { affordableSteps, mayTrain } from './trainingBudget';

const LSQ: QuantScheme = { quantizer: 'lsq', granularity: 'tensor', activations: 'lsq' };

/** A layer's steps as plain data: pairs of width and step. */
export interface LearnedSteps {
  readonly id: string;
  readonly weights: readonly (readonly [number, number])[];
  readonly activations: readonly (readonly [number, number])[];
}

/**
 * The widths that LSQ trains for the allowed ones: 1 bit is extrapolated from 2 and 3; float only if no other width is
 * allowed; 0 if a lock says so.
 */
function trainedWidths(allowed: readonly BitWidth[]): BitWidth[] {
  if (allowed.every((bits) => bits === SKIPPED)) return [SKIPPED];
  const rounded = new Set(allowed.filter((bits) => isRounded(bits) && bits > 1));
  if (allowed.includes(1)) for (const bits of [2, 3] as const) rounded.add(bits);
  return rounded.size === 0 ? [FLOAT] : [...rounded].sort((a, b) => b - a);
}

/** Every trained width of a layer's weights with every one of its activations. */
export function trainedCandidates({ layers }: Space): Candidates {
  return Object.fromEntries(
    layers.map(({ id, choices }) => {
      const widths = (part: keyof LayerBits) => trainedWidths(choices.map((bits) => bits[part]));
      const pairs = widths('weights').flatMap((weights) =>
        widths('activations').map((activations): LayerBits => ({ weights, activations })),
      );
      return [id, pairs];
    }),
  );
}

/** The network with LIMPQ's initial weight steps: one per width, from mean and deviation. */
function withSteps(network: Network, candidates: Candidates): Network {
  const parameters = new Map(network.parameters);
  for (const { id } of layersOf(network)) {
    const kernel = network.parameters.get(parameterName(id, 'kernel'))?.values as Float32Array;
    for (const { weights } of candidates[id]) {
      if (!isRounded(weights)) continue;
      const values = Float32Array.of(limpqClamp(statisticsStep(kernel, weights)));
      parameters.set(learnedKernelName(id, LSQ, weights), { shape: [1, 1], values });
    }
  }
  return { ...network, parameters };
}

/** The rounded widths among a layer's candidates, ascending. */
const roundedWidths = (candidates: readonly LayerBits[], part: keyof LayerBits) =>
  [...new Set(candidates.map((bits) => bits[part]))].filter(isRounded).sort((a, b) => a - b);

async function rowsOf(model: Supernet): Promise<LearnedSteps[]> {
  const rows: LearnedSteps[] = [];
  for (const [id, candidates] of Object.entries(model.options.candidates)) {
    const weights: [number, number][] = [];
    for (const bits of roundedWidths(candidates, 'weights'))
      weights.push([bits, ((await model.read(learnedKernelName(id, LSQ, bits))) as Float32Array)[0]]);
    const activations: [number, number][] = [];
    for (const bits of roundedWidths(candidates, 'activations'))
      activations.push([bits, (await model.inputStep(id, bits)) as number]);
    rows.push({ id, weights, activations });
  }
  return rows;
}

/** The start of training: `base` with its initial steps, and the ranges of its activations. */
async function startOf({ space, training }: Pick<SearchProblem, 'space' | 'training'>, base: Network) {
  const candidates = trainedCandidates(space);
  const widest: BitPolicy = Object.fromEntries(Object.entries(candidates).map(([id, [first]]) => [id, first]));
  const ranges = await training.calibrated.rangesFor(widest, LSQ);
  return { candidates, network: withSteps(base, candidates), ranges };
}

/**
 * The initial steps of training, for the weights that the scheme rounds. Weight steps come from mean and deviation,
 * activation steps from the calibration that every rounding of activations needs. No training or measuring is involved.
 */
export async function startingSteps(problem: Pick<SearchProblem, 'space' | 'training'>): Promise<LearnedSteps[]> {
  const { candidates, network, ranges } = await startOf(problem, problem.training.network);
  const { roundings, starts } = learnedStarts(network, candidates, LSQ, ranges);
  const started = (name: string) => (starts.get(name) as Parameter).values[0];
  const inputStep = (id: string, bits: BitWidth) => {
    const rounding = roundings.get(`${id}/${bits}`);
    if (rounding?.quantizer === 'uniform') return rounding.grid.scale;
    return started(learnedInputName(id, 'lsq', bits));
  };
  return Object.entries(candidates).map(([id, own]) => ({
    id,
    weights: roundedWidths(own, 'weights').map((bits) => [bits, started(learnedKernelName(id, LSQ, bits))] as const),
    activations: roundedWidths(own, 'activations').map((bits) => [bits, inputStep(id, bits)] as const),
  }));
}

/** The steps, made monotone, by layer. */
export const tableOf = (rows: readonly LearnedSteps[]): LayerImportance[] =>
  rows.map(({ id, weights, activations }) => ({
    id,
    weights: cleanedUp(new Map(weights)),
    activations: cleanedUp(new Map(activations)),
  }));

/** The same for display: the steps, or their squares. */
export function insideOf(rows: readonly LearnedSteps[], power: 1 | 2 = 1): ImportanceInside {
  const values = (steps: ReadonlyMap<number, number>) => [...steps.values()].map((step) => step ** power);
  const layers = tableOf(rows).map(({ id, weights, activations }) => ({
    id,
    bits: [...weights.keys()] as BitWidth[],
    weights: values(weights),
    ...(activations.size > 1 && {
      activations: values(activations),
      activationBits: [...activations.keys()] as BitWidth[],
    }),
  }));
  return { kind: 'importance', layers, ...(power === 2 && { squared: true }) };
}

/** The number of training steps, the batch size and the learning rate. */
export interface StepSettings {
  readonly steps: number;
  readonly batch: number;
  readonly rate: number;
  /** Steps move by their logarithm, at most by about this share of themselves in the first step; absent: by value, as weights. */
  readonly logRate?: number;
}

/** The state of training as plain data: numbers by name. */
export interface StepTraining {
  readonly part: 'training';
  readonly step: number;
  readonly steps: number;
  readonly tensors: Readonly<Record<string, Float32Array>>;
}

/** How far steps have moved: the median of `|log(after / before)|` over all tensors and widths; 0.1 is about 10 %. */
export function movedBy(before: readonly LearnedSteps[], after: readonly LearnedSteps[]): number {
  const moved = after.flatMap((row, l) =>
    (['weights', 'activations'] as const).flatMap((part) =>
      row[part].map(([, step], i) => Math.abs(Math.log(step / before[l][part][i][1]))),
    ),
  );
  return moved.sort((a, b) => a - b)[moved.length >> 1] ?? 0;
}

/** Steps that training has learned, and how far they have moved (`movedBy`). */
export interface TrainedSteps {
  readonly rows: readonly LearnedSteps[];
  readonly moved: number;
}

/**
 * Trains all widths together and yields the growing table. `from` is the state of an interrupted training.
 */
export async function* trainSteps(
  problem: SearchProblem,
  settings: StepSettings,
  from: StepTraining | undefined,
): AsyncGenerator<SearchEvent, TrainedSteps, void> {
  const { ledger, training } = problem;
  const { dataset } = training;
  const { candidates, network, ranges } = await startOf(problem, training.calibrated.network);
  const { logRate } = settings;
  const byLogarithm = logRate !== undefined;
  const model = new Supernet(network, { candidates, scheme: LSQ, ranges, switchable: true, byLogarithm });
  try {
    const before = await rowsOf(model);
    const now = async (): Promise<TrainedSteps> => {
      const rows = await rowsOf(model);
      return { rows, moved: movedBy(before, rows) };
    };
    if (from) model.restore(new Map(Object.entries(from.tensors)));
    const uniform = uniformPasses(candidates);
    const batchSize = Math.min(settings.batch, dataset.train.length);
    const images = batchSize * (uniform.length + 1);
    const price = problem.evaluator.cost(problem.evaluator.steps);
    const joint: JointSettings = {
      steps: from?.steps ?? affordableSteps(problem, { steps: settings.steps, images, left: 2 * price, least: price }),
      batchSize,
      learningRate: settings.rate,
      ...(byLogarithm && { logRate }),
      lastRate: 1e-5,
      momentum: 0.9,
      weightDecay: 2.5e-5,
      labelSmoothing: 0.1,
      augment: true,
      clip: 1,
      seed: problem.seed,
    };
    const run = trainJointly(model, dataset, joint, (rng) => [...uniform, randomPass(candidates, rng)], from?.step);
    if (from && ledger.exhausted) return await now();
    for await (const { step, steps, images, loss } of run) {
      ledger.add({ forward: images, backward: images });
      if (loss !== undefined) {
        const tensors = Object.fromEntries(await model.state());
        const state: StepTraining = { part: 'training', step, steps, tensors };
        const { rows, moved } = await now();
        const inside = { ...insideOf(rows), loss, moved };
        yield { phase: 'training all widths together', done: step / steps, inside, state };
      }
      if (!mayTrain(problem)) break;
      await problem.yieldTurn();
    }
    return await now();
  } finally {
    model.dispose();
  }
}
