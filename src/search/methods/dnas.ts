// DNAS: every layer mixes its widths by a softmax of thetas, trained by gradient together with the weights for accuracy
// at low cost; then policies are drawn from the softmax and measured.
// Reference: B. Wu et al., arXiv 1812.00090. Its K copies of each layer are one layer of mixed kernels here (EdMIPS,
// arXiv 2004.05795), so memory stays that of one network. Its limit is soft; here no policy beyond the limits is
// measured. It trains from random weights; here training starts from the network's own. Its 0 bits skip a block; so do
// they here, if allowed, and a block is skipped as soon as one of its layers is. A theta for a pair of widths mixes products
// (nn/mix.ts), as separate copies would. Under the published rules a block has one width, and costs are numbers of bits.
import type { BitWidth } from '../../graph/policy';
import { createRng, mixSeed } from '../../math/rng';
import { Mixture } from '../../nn/mixture';
import { gather, spread } from '../../optim/groups';
import { type DifferentiableSettings, temperatureAt, trainMixture } from '../../train/differentiable';
import { harmTable } from '../allocation/byTable';
import type { MixtureInside } from '../insides';
import {
  better,
  measurePoints,
  type OptionFields,
  type OptionValues,
  RULES_OPTION,
  type SearchEvent,
  type SearchMethod,
  type SearchPoint,
  type SearchProblem,
  type SearchResult,
  tying,
} from '../method';
import { policyOf, type Space, vectorOf } from '../space';
import { costsOf, drawsWithin, mostProbable, softmax } from '../training/mixtureDraws';
import { supernetOf } from '../training/supernetOf';
import { affordableSteps, mayTrain } from '../training/trainingBudget';

const OPTIONS = {
  rules: RULES_OPTION,
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
  unit: {
    kind: 'choice',
    label: 'Unit of cost',
    initial: 'cheapest',
    published: 'bits',
    choices: ['cheapest', 'bits'],
    words: { cheapest: 'cheapest config ÷ e', bits: '1 bit, as in the paper' },
  },
  temperature: { kind: 'number', label: 'Initial temperature', initial: 5, min: 0.1, max: 50, integer: false },
  lastTemperature: { kind: 'number', label: 'Final temperature', initial: 0.5, min: 0.01, max: 50, integer: false },
  sampling: { kind: 'choice', label: 'Mixture', initial: 'gumbel', choices: ['gumbel', 'softmax'] },
  points: { kind: 'number', label: 'Configs sampled and measured', initial: 8, min: 1, max: 256, integer: true },
} as const satisfies OptionFields;

/** Policies whose measurement is reserved before training, for a budget in images. */
const MEASURED = 4;
/** Successive draws without a new policy before the search ends. */
const PATIENCE = 50;
const DRAWS = 0x4e;

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
    for await (const done of trainMixture(
      model,
      mixture,
      training.dataset,
      costsOf(space, options.unit as 'cheapest' | 'bits'),
      settings,
      from?.step,
    )) {
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
  asked: SearchProblem,
  options: OptionValues,
  from?: unknown,
): AsyncGenerator<SearchEvent, SearchResult, void> {
  const problem = options.rules === 'published' ? tying(asked, 'blocks') : asked;
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
  const wanted = [...tried];
  const draw = drawsWithin(space, thetas);
  let [drawn, idle] = [draws, 0];
  const ask = () => {
    while (wanted.length < points && idle < PATIENCE) {
      const mine = own[wanted.length];
      // Every draw has its own random stream, so the state needs no generator.
      const rng = createRng(mixSeed(mixSeed(seed, drawn), DRAWS));
      const vector = mine ?? (drawn === 0 ? mostProbable(space, thetas) : draw(rng));
      if (mine === undefined) drawn++;
      if (vector === undefined || wanted.includes(vector.join())) {
        idle++;
        continue;
      }
      idle = 0;
      wanted.push(vector.join());
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
  const policy = best?.policy ?? policyOf(space, mostProbable(space, thetas));
  const because =
    tried.length > 1
      ? `It measured best of ${tried.length} configs: the most probable one by the trained probabilities, and others drawn from them given the limits.`
      : 'It is the most probable config within the limits by what was trained.';
  const surprise = thetas.map((row) => softmax(row).map((p) => -Math.log(Math.max(p, 1e-30))));
  return { policy, because, table: harmTable('surprise of the trained probabilities (nats)', space, surprise) };
}

export const dnas: SearchMethod = {
  label: 'DNAS',
  explanation:
    'Differentiable search: trains a probability for every width of every layer together with the weights, trading accuracy against cost, and samples configs from them.',
  source: 'DNAS, arXiv 1812.00090',
  differs:
    'One network of mixed kernels replaces a copy per width. Training starts from the trained weights and alternates by steps, not epochs; every config stays within the limits; and the chosen config is fine-tuned, not trained from scratch. The candidate widths are up to you. To match the paper, choose DoReFa for weights, float activations or pairs with PACT, and lock the first and last layers.',
  options: OPTIONS,
  gradients: 1,
  search,
};
