// DNAS: every layer mixes its widths by a softmax of thetas, trained by gradient together with the weights for accuracy
// at low cost; then policies are drawn from the softmax and measured.
// Reference: B. Wu et al., arXiv 1812.00090. Its K copies of each layer are one layer of mixed kernels here (EdMIPS,
// arXiv 2004.05795), so memory stays that of one network. Its limit is soft; here no policy beyond the limits is
// measured. It trains from random weights; here training starts from the network's own. Its 0 bits skip a block; so do
// they here, if allowed, and a block is skipped as soon as one of its layers is. Its blocks have one width: tie their layers
// (search/ties.ts).
import type { BitWidth } from '../../graph/policy';
import { createRng, mixSeed } from '../../math/rng';
import { Mixture } from '../../nn/mixture';
import { gather, spread, summedCosts } from '../../optim/groups';
import { solveWithinLimits } from '../../optim/knapsackLimits';
import {
  type DifferentiableSettings,
  type MixtureCosts,
  temperatureAt,
  trainMixture,
} from '../../train/differentiable';
import { harmTable } from '../allocation/byTable';
import { programOf } from '../allocation/program';
import type { MixtureInside } from '../insides';
import {
  better,
  measurePoints,
  type OptionFields,
  type OptionValues,
  type SearchEvent,
  type SearchMethod,
  type SearchPoint,
  type SearchProblem,
  type SearchResult,
} from '../method';
import { policyOf, type Space, vectorOf } from '../space';
import { supernetOf } from '../training/supernetOf';
import { affordableSteps, mayTrain } from '../training/trainingBudget';

const OPTIONS = {
  steps: { kind: 'number', label: 'Training steps', initial: 300, min: 1, max: 100_000, integer: true },
  batch: { kind: 'number', label: 'Images per batch', initial: 32, min: 2, max: 512, integer: true },
  rate: { kind: 'number', label: 'Learning rate of the weights', initial: 0.02, min: 1e-5, max: 1, integer: false },
  thetaRate: { kind: 'number', label: 'Learning rate of the thetas', initial: 0.05, min: 1e-4, max: 1, integer: false },
  warmUp: {
    kind: 'number',
    label: 'Warm-up (share of steps)',
    initial: 0.15,
    min: 0,
    max: 0.9,
    integer: false,
  },
  gamma: { kind: 'number', label: 'Exponent of the cost (gamma)', initial: 0.9, min: 0, max: 10, integer: false },
  temperature: { kind: 'number', label: 'First temperature', initial: 5, min: 0.1, max: 50, integer: false },
  lastTemperature: { kind: 'number', label: 'Last temperature', initial: 0.5, min: 0.01, max: 50, integer: false },
  sampling: { kind: 'choice', label: 'Mixture', initial: 'gumbel', choices: ['gumbel', 'softmax'] },
  points: { kind: 'number', label: 'Configs sampled and measured', initial: 8, min: 1, max: 256, integer: true },
} as const satisfies OptionFields;

/** Policies whose measurement is reserved before training, for a budget in images. */
const MEASURED = 4;
/** Successive draws without a new policy before the search ends. */
const PATIENCE = 50;
/** Subproblem limit of a draw; beyond it, the most probable policy found so far is drawn. */
const MOST_NODES = 20_000;
const NOISE = 0x4e;

/** Plain data: numbers by name. */
type Tensors = Readonly<Record<string, Float32Array>>;

type State =
  | {
      readonly part: 'training';
      readonly step: number;
      readonly steps: number;
      readonly weights: Tensors;
      readonly mixture: Tensors;
    }
  | {
      readonly part: 'measuring';
      /** [layer][choice], the same within a group; zero for a layer with one choice. */
      readonly thetas: readonly (readonly number[])[];
      readonly draws: number;
      readonly tried: readonly string[];
      readonly best?: SearchPoint;
    };

/** Costs of the choices as shares of the limits, summed over the limits and over the layers of a group. */
export function costsOf(space: Space): MixtureCosts {
  const { costs, room, groups } = programOf(space);
  const ids = space.layers.map(({ id }) => id);
  const parts = summedCosts(groups, costs).map((choices) =>
    choices.map((cost) => cost.reduce((sum, part, k) => sum + part / Math.max(room[k], 1), 0)),
  );
  const several = groups.flatMap(([first], g) =>
    parts[g].length > 1 ? [[ids[first], Float32Array.from(parts[g])] as const] : [],
  );
  const fixed = parts.reduce((sum, own) => sum + (own.length > 1 ? 0 : own[0]), 0);
  const follows = groups.flatMap(([first, ...others]) => others.map((l) => [ids[l], ids[first]] as const));
  return { layers: new Map(several), fixed, follows: new Map(follows) };
}

const softmax = (thetas: readonly number[]): number[] => {
  const most = Math.max(...thetas);
  const powers = thetas.map((theta) => Math.exp(theta - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
};

/**
 * A vector drawn from the softmax of `thetas` [layer][choice] among those within the limits: the most probable one after
 * Gumbel noise of the seed, found exactly by an integer program (perturb and maximize); without a seed, the most probable
 * one.
 */
export function drawWithin(space: Space, thetas: readonly (readonly number[])[], seed?: number): number[] {
  const rng = seed === undefined ? undefined : createRng(seed);
  const noise = () => (rng === undefined ? 0 : -Math.log(-Math.log(rng.uniform() + 2 ** -33)));
  const { costs, room, groups } = programOf(space);
  const grouped = summedCosts(groups, costs);
  const rows = gather(groups, thetas).map((row, g) =>
    softmax(row).map((p, c) => ({ penalty: -(Math.log(Math.max(p, 1e-30)) + noise()), costs: grouped[g][c] })),
  );
  return spread(groups, solveWithinLimits(rows, room, MOST_NODES).choices);
}

function insideOf(space: Space, thetas: readonly (readonly number[])[], temperature: number): MixtureInside {
  let [bits, numbers] = [0, 0];
  const layers = space.layers.map(({ id, choices, weights }, l) => {
    const widths = [...new Set(choices.map((choice) => choice.weights))].sort((a, b) => a - b);
    const shares = softmax(thetas[l]);
    const probabilities = widths.map((width) =>
      choices.reduce((sum, choice, c) => sum + (choice.weights === width ? shares[c] : 0), 0),
    );
    numbers += weights;
    bits += weights * widths.reduce<number>((sum, width, i) => sum + width * probabilities[i], 0);
    return { id, bits: widths as BitWidth[], probabilities };
  });
  return { kind: 'mixture', temperature, layers, averageBits: bits / numbers };
}

function settingsOf(options: OptionValues, steps: number, seed: number): DifferentiableSettings {
  const number = (name: keyof typeof OPTIONS) => Number(options[name]);
  return {
    steps,
    batchSize: number('batch'),
    learningRate: number('rate'),
    lastRate: 0,
    momentum: 0.9,
    weightDecay: 5e-4,
    labelSmoothing: 0,
    augment: true,
    seed,
    warmUp: Math.floor(number('warmUp') * steps),
    split: 0.8,
    temperature: { first: number('temperature'), last: number('lastTemperature') },
    gumbel: options.sampling === 'gumbel',
    theta: { learningRate: number('thetaRate'), weightDecay: 5e-4 },
    gamma: number('gamma'),
  };
}

/** Trains weights and thetas; returns the thetas, [layer][choice]. */
async function* trainThetas(
  problem: SearchProblem,
  options: OptionValues,
  from: Extract<State, { part: 'training' }> | undefined,
): AsyncGenerator<SearchEvent, number[][], void> {
  const { space, ledger, training, seed } = problem;
  // If the scheme cannot be trained, DoReFa's weights, as in the paper.
  const model = await supernetOf(problem, 'dorefa', { switchable: false });
  const leaders = gather(space.groups, space.layers);
  const mixture = new Mixture(new Map(leaders.map(({ id, choices }) => [id, choices.length])));
  const read = async () => {
    const thetas = await mixture.thetas();
    const rows = leaders.map(({ id, choices }) => [...(thetas.get(id) ?? new Float32Array(choices.length))]);
    return spread(space.groups, rows);
  };
  try {
    if (from) {
      model.restore(new Map(Object.entries(from.weights)));
      mixture.restore(new Map(Object.entries(from.mixture)));
    }
    const price = problem.evaluator.cost(problem.evaluator.steps);
    const plan = {
      steps: Number(options.steps),
      images: 2 * Number(options.batch),
      left: MEASURED * price,
      least: price,
    };
    const steps = from?.steps ?? affordableSteps(problem, plan);
    if (from && ledger.exhausted) return await read();
    const settings = settingsOf(options, steps, seed);
    for await (const done of trainMixture(model, mixture, training.dataset, costsOf(space), settings, from?.step)) {
      const { step, images, loss, temperature } = done;
      ledger.add({ forward: images, backward: images });
      if (loss !== undefined) {
        const weights = Object.fromEntries(await model.state());
        const state: State = {
          part: 'training',
          step,
          steps,
          weights,
          mixture: Object.fromEntries(await mixture.state()),
        };
        const inside = { ...insideOf(space, await read(), temperature), loss };
        yield { phase: 'training weights and widths in turn', done: step / steps, inside, state };
      }
      if (!mayTrain(problem)) break;
      await problem.yieldTurn();
    }
    return await read();
  } finally {
    mixture.dispose();
    model.dispose();
  }
}

async function* search(
  problem: SearchProblem,
  options: OptionValues,
  from?: unknown,
): AsyncGenerator<SearchEvent, SearchResult, void> {
  const { space, seed } = problem;
  let state = from as State | undefined;
  if (state?.part !== 'measuring') {
    const thetas = yield* trainThetas(problem, options, state);
    state = { part: 'measuring', thetas, draws: 0, tried: [] };
  }
  const { thetas } = state;
  const inside = insideOf(space, thetas, temperatureAt(settingsOf(options, 1, seed), 1));
  let { draws, tried, best } = state;
  const own = problem.startPolicies.map((policy) => vectorOf(space, policy) as number[]);
  const points = own.length + Number(options.points);
  const asked = [...tried];
  let [drawn, idle] = [draws, 0];
  const ask = () => {
    while (asked.length < points && idle < PATIENCE) {
      const mine = own[asked.length];
      const noise = drawn === 0 ? undefined : mixSeed(mixSeed(seed, drawn), NOISE);
      const vector = mine ?? drawWithin(space, thetas, noise);
      if (mine === undefined) drawn++;
      if (asked.includes(vector.join())) {
        idle++;
        continue;
      }
      idle = 0;
      asked.push(vector.join());
      return { policy: policyOf(space, vector), vector, drawn };
    }
    return undefined;
  };
  for await (const [{ vector, drawn }, point] of measurePoints(problem, ask)) {
    draws = drawn;
    best = better(best, point);
    const mine = tried.length < own.length;
    tried = [...tried, vector.join()];
    const phase = mine ? 'measuring your own configs' : 'measuring configs drawn from the mixture';
    const next: State = { part: 'measuring', thetas, draws, tried, best };
    yield { phase, done: tried.length / points, point, inside, state: next };
  }
  const policy = best?.policy ?? policyOf(space, drawWithin(space, thetas));
  const because =
    tried.length > 1
      ? `It measured best of ${tried.length} configs drawn from the trained probabilities within the limits.`
      : 'It is the most probable config within the limits by what was trained.';
  const surprise = thetas.map((row) => softmax(row).map((p) => -Math.log(Math.max(p, 1e-30))));
  return { policy, because, table: harmTable('surprise of the trained probabilities (nats)', space, surprise) };
}

export const dnas: SearchMethod = {
  label: 'DNAS',
  explanation:
    'Differentiable search: trains a probability for every width of every layer together with the weights, trading accuracy against cost, and samples configs from them.',
  source: 'DNAS, arXiv 1812.00090',
  options: OPTIONS,
  gradients: 1,
  search,
};
