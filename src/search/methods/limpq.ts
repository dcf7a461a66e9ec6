// LIMPQ: trains the steps of all widths together, takes them as the importance of giving a layer few bits, and picks the
// bits by an integer program. Steps are trained with LSQ per tensor whatever the scheme, as their size is the method's
// measure; policies are measured under the problem's scheme.
// Reference: C. Tang et al., arXiv 2203.08368 (ECCV 2022), and its code, github.com/1hunters/LIMPQ: one random pass a step
// besides the uniform ones, a bank of batch norms for each width, gradients cut to [-1, 1], label smoothing 0.1. Its fixed
// first and last layer are locks here. It leaves no layer out: there is no step for that.
import { learnedKernelName } from '../../graph/learned';
import { layersOf, type Network, parameterName } from '../../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, isRounded, type LayerBits, SKIPPED } from '../../graph/policy';
import type { Candidates } from '../../nn/candidates';
import { Supernet } from '../../nn/supernet';
import { solveWithinLimits } from '../../optim/knapsackLimits';
import { limpqClamp, statisticsStep } from '../../quant/lsq';
import type { QuantScheme } from '../../quant/registry';
import { type JointSettings, trainJointly } from '../../train/joint';
import { randomPass, uniformPasses } from '../../train/passes';
import { cleanedUp, importancePenalties, type LayerImportance, reversedChoices } from '../allocation/importance';
import { type Program, programOf } from '../allocation/program';
import { type Tightening, tighten } from '../allocation/tightening';
import type { ImportanceInside } from '../insides';
import {
  measurePoint,
  type OptionFields,
  type OptionValues,
  type SearchEvent,
  type SearchMethod,
  type SearchProblem,
  type SearchResult,
} from '../method';
import { policyOf, type Space, vectorOf, withoutSkips } from '../space';
import { affordableSteps, hasTimeToTrain } from '../training/trainingBudget';

const LSQ: QuantScheme = { quantizer: 'lsq', granularity: 'tensor', activations: 'lsq' };

/** Subproblems after which the integer program is answered by its best policy so far, with the gap that is left. */
const MOST_NODES = 100_000;

const OPTIONS = {
  steps: { kind: 'number', label: 'Steps of joint training', initial: 200, min: 1, max: 100_000, integer: true },
  batch: { kind: 'number', label: 'Images a batch', initial: 32, min: 2, max: 512, integer: true },
  // The paper's 0.01 for batches of 256, in proportion: at 0.01 small batches throw the steps of 6 and 8 bits about.
  rate: { kind: 'number', label: 'Learning rate', initial: 0.00125, min: 1e-5, max: 1, integer: false },
  alpha: {
    kind: 'number',
    label: 'Weight of the weights’ steps (alpha)',
    initial: 2,
    min: 0,
    max: 100,
    integer: false,
  },
  points: {
    kind: 'number',
    label: 'Policies measured, from the limit down',
    initial: 4,
    min: 1,
    max: 256,
    integer: true,
  },
} as const satisfies OptionFields;

/** Plain data: numbers by name. */
type Tensors = Readonly<Record<string, Float32Array>>;

type State =
  | { readonly part: 'training'; readonly step: number; readonly steps: number; readonly tensors: Tensors }
  | {
      readonly part: 'measuring';
      readonly rows: readonly Row[];
      readonly controlled: boolean;
      readonly front: Tightening;
    };

/** A layer's steps as plain data: pairs of width and step. */
interface Row {
  readonly id: string;
  readonly weights: readonly (readonly [number, number])[];
  readonly activations: readonly (readonly [number, number])[];
}

/**
 * Widths that LSQ trains in place of those that are allowed: 1 bit is told from 2 and 3; float only where nothing else is, 0
 * where a lock says so.
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

/** The network with LIMPQ's start of the weights' steps: one for each width, from mean and deviation. */
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

async function rowsOf(model: Supernet): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [id, candidates] of Object.entries(model.options.candidates)) {
    const distinct = (part: keyof LayerBits) =>
      [...new Set(candidates.map((bits) => bits[part]))].filter(isRounded).sort((a, b) => a - b);
    const weights: [number, number][] = [];
    for (const bits of distinct('weights'))
      weights.push([bits, ((await model.read(learnedKernelName(id, LSQ, bits))) as Float32Array)[0]]);
    const activations: [number, number][] = [];
    for (const bits of distinct('activations')) activations.push([bits, (await model.inputStep(id, bits)) as number]);
    rows.push({ id, weights, activations });
  }
  return rows;
}

const tableOf = (rows: readonly Row[]): LayerImportance[] =>
  rows.map(({ id, weights, activations }) => ({
    id,
    weights: cleanedUp(new Map(weights)),
    activations: cleanedUp(new Map(activations)),
  }));

function insideOf(rows: readonly Row[]): ImportanceInside {
  const layers = tableOf(rows).map(({ id, weights, activations }) => ({
    id,
    bits: [...weights.keys()] as BitWidth[],
    weights: [...weights.values()],
    ...(activations.size > 1 && {
      activations: [...activations.values()],
      activationBits: [...activations.keys()] as BitWidth[],
    }),
  }));
  return { kind: 'importance', layers };
}

/** Trains all widths together and yields the table as it grows. Returns the learned steps. */
async function* trainSteps(
  problem: SearchProblem,
  options: OptionValues,
  from: Extract<State, { part: 'training' }> | undefined,
): AsyncGenerator<SearchEvent, Row[], void> {
  const { space, ledger, material } = problem;
  const { calibrated, dataset } = material;
  const candidates = trainedCandidates(space);
  const network = withSteps(calibrated.network, candidates);
  const widest: BitPolicy = Object.fromEntries(Object.entries(candidates).map(([id, [first]]) => [id, first]));
  const ranges = await calibrated.rangesFor(widest, LSQ);
  const model = new Supernet(network, { candidates, scheme: LSQ, ranges, switchable: true });
  try {
    if (from) model.restore(new Map(Object.entries(from.tensors)));
    const uniform = uniformPasses(candidates);
    const batchSize = Math.min(Number(options.batch), dataset.train.length);
    const images = batchSize * (uniform.length + 1);
    const settings: JointSettings = {
      steps: from?.steps ?? affordableSteps(problem, Number(options.steps), images, 2),
      batchSize,
      learningRate: Number(options.rate),
      lastRate: 1e-5,
      momentum: 0.9,
      weightDecay: 2.5e-5,
      labelSmoothing: 0.1,
      augment: true,
      clip: 1,
      seed: problem.seed,
    };
    const run = trainJointly(model, dataset, settings, (rng) => [...uniform, randomPass(candidates, rng)], from?.step);
    for await (const { step, steps, images, loss } of run) {
      ledger.add({ forward: images, backward: images });
      if (loss !== undefined) {
        const tensors = Object.fromEntries(await model.state());
        const state: State = { part: 'training', step, steps, tensors };
        const inside = { ...insideOf(await rowsOf(model)), loss };
        yield { phase: 'training all widths together', done: step / steps, inside, state };
        if (!hasTimeToTrain(problem)) break;
      }
      await problem.turn();
    }
    return await rowsOf(model);
  } finally {
    model.dispose();
  }
}

/** The integer program at some room, solved. */
function solve({ costs }: Program, penalties: readonly (readonly number[])[], room: readonly number[]) {
  const layers = penalties.map((row, l) => row.map((penalty, c) => ({ penalty, costs: costs[l][c] })));
  return solveWithinLimits(layers, room, MOST_NODES);
}

async function* search(
  asked: SearchProblem,
  options: OptionValues,
  from?: unknown,
): AsyncGenerator<SearchEvent, SearchResult, void> {
  const space = withoutSkips(asked.space);
  const seeds = asked.seeds.filter((policy) => vectorOf(space, policy) !== undefined);
  const problem: SearchProblem = { ...asked, space, seeds };
  const { ledger } = problem;
  const alpha = Number(options.alpha);
  const program = programOf(space);
  let state = from as State | undefined;
  if (state?.part !== 'measuring') {
    const rows = yield* trainSteps(problem, options, state);
    state = { part: 'measuring', rows, controlled: false, front: { next: 0, measured: [] } };
    const { penalty, bound, optimal, nodes } = solve(
      program,
      importancePenalties(space, tableOf(rows), alpha),
      program.room,
    );
    const inside = { ...insideOf(rows), program: { penalty, bound, optimal, nodes } };
    yield { phase: 'choosing the bits by an integer program', done: 1, inside, state };
  }
  const { rows } = state;
  let { controlled, front } = state;
  const table = tableOf(rows);
  const penalties = importancePenalties(space, table, alpha);
  const choose = (room: readonly number[]) => solve(program, penalties, room).choices;
  const keep = (next: Tightening): State => {
    front = next;
    return { part: 'measuring', rows, controlled, front };
  };
  yield* tighten(problem, program, choose, 1, front, keep);
  const { choices, optimal } = solve(program, penalties, program.room);
  const control = policyOf(space, reversedChoices(program.costs, program.room, penalties, choices));
  if (!controlled && !ledger.exhausted) {
    const point = await measurePoint(problem, control, 'control');
    controlled = true;
    yield { phase: 'measuring the reversed policy, as a control', point, state: keep(front) };
  }
  yield* tighten(problem, program, choose, Number(options.points), front, keep);
  const least = optimal
    ? 'It has the least sum of importance'
    : 'The search for the least sum of importance ended at it';
  const where = space.limits.length > 0 ? 'all policies within the limits' : 'all policies';
  return { policy: policyOf(space, choices), because: `${least} among ${where}, by the integer program.`, control };
}

export const limpq: SearchMethod = {
  label: 'LIMPQ',
  explanation:
    'Trains the quantization steps of all widths at once, reads from them how much each layer minds few bits, and picks the bits by an exact integer program.',
  source: 'LIMPQ, arXiv 2203.08368',
  options: OPTIONS,
  search,
};
