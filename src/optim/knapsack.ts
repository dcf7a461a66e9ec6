// The multiple-choice knapsack under one budget: every layer picks one of its choices, and the sum of penalties is minimized
// for every budget. Dynamic programming over undominated states; costs are not binned. knapsackLimits.ts handles several
// budgets at once. Locked layers and disallowed widths simply have fewer choices.
// Reference: G. Nemhauser and Z. Ullmann, 1969; H. Kellerer et al., Knapsack Problems, 2004, chapter 11.

/** One way to treat a layer, e.g. 4 bits. */
export interface Option {
  /** Sums and budgets are exact for integers (bits, bit operations); other numbers are added as float64. */
  readonly cost: number;
  /** Harm, e.g. the increase of the loss in nats; may be negative. */
  readonly penalty: number;
}

/** A whole policy on the front. */
export interface FrontPolicy extends Option {
  /** Index of the choice per layer. */
  readonly choices: number[];
}

/** The Pareto front of policies, from the cheapest to the best. */
export interface BudgetFront {
  /** Ascending. */
  readonly costs: Float64Array;
  /** Descending; equal to the sum over the layers up to rounding. */
  readonly penalties: Float64Array;
  /** The policy at an index of the front. */
  policy(index: number): FrontPolicy;
  /**
   * The policy with the smallest penalty that costs at most `budget`.
   * @throws InfeasibleError if even the cheapest policy costs more.
   */
  best(budget: number): FrontPolicy;
}

/** No policy meets the limits. */
export class InfeasibleError extends Error {
  constructor(
    /** Smallest and largest cost of any policy, one pair per limit. */
    readonly reachable: readonly (readonly [least: number, largest: number])[],
    limits: readonly number[],
  ) {
    const ranges = limits.map((limit, i) => `${limit} (reachable: ${reachable[i].join(' to ')})`);
    const alone = limits.every((limit, i) => limit >= reachable[i][0]);
    super(
      `No config costs at most ${ranges.join(' and ')}. ` +
        (alone
          ? 'Each limit can be kept alone, but not all together: raise one.'
          : 'Raise the limit or allow fewer bits.'),
    );
    this.name = 'InfeasibleError';
  }
}

interface States {
  readonly costs: Float64Array;
  readonly penalties: Float64Array;
  /** The state of the previous layer and the choice, packed as state * choices + choice. */
  readonly origins: Float64Array;
}

/** Maximum number of states, at 24 bytes each per layer. */
const MOST_STATES = 2_000_000;

/**
 * The whole front of cost and penalty over one choice per layer, without policies that cost more than `most`.
 *
 * @example
 * const layer = [{ cost: 2, penalty: 0.5 }, { cost: 4, penalty: 0.1 }]; // 2 or 4 bits
 * console.log(budgetFront([layer, layer]).best(6)); // { cost: 6, penalty: 0.6, choices: [1, 0] } or [0, 1]
 * @throws RangeError for a layer without choices, non-finite numbers, or a front too long to store.
 */
export function budgetFront(layers: readonly (readonly Option[])[], most = Number.POSITIVE_INFINITY): BudgetFront {
  checkChoices(layers.map((choices) => choices.map(({ cost, penalty }) => ({ costs: [cost], penalty }))));
  const leasts = layers.map((choices) => Math.min(...choices.map(({ cost }) => cost)));
  const least = leasts.reduce((sum, cost) => sum + cost, 0);
  // Large layers come first: their costs are multiples of large numbers, so that many states coincide.
  const order = layers.map((_, i) => i).sort((a, b) => spread(layers[b]) - spread(layers[a]) || a - b);
  const stages: States[] = [];
  let states: States = { costs: Float64Array.of(0), penalties: Float64Array.of(0), origins: Float64Array.of(0) };
  let rest = least;
  for (const layer of order) {
    rest -= leasts[layer];
    states = extend(states, layers[layer], most - rest);
    stages.push(states);
  }

  const choicesOf = (state: number): number[] => {
    const choices = new Array<number>(layers.length);
    let at = state;
    for (let stage = order.length - 1; stage >= 0; stage--) {
      const count = layers[order[stage]].length;
      const origin = stages[stage].origins[at];
      choices[order[stage]] = origin % count;
      at = Math.floor(origin / count);
    }
    return choices;
  };
  const { costs, penalties } = states;
  const policy = (index: number): FrontPolicy => ({
    cost: costs[index],
    penalty: penalties[index],
    choices: choicesOf(index),
  });
  return {
    costs,
    penalties,
    policy,
    best(budget) {
      let [low, high] = [0, costs.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (costs[middle] <= budget) low = middle + 1;
        else high = middle;
      }
      if (low > 0) return policy(low - 1);
      const largest = layers.reduce((sum, choices) => sum + Math.max(...choices.map(({ cost }) => cost)), 0);
      throw new InfeasibleError([[least, largest]], [budget]);
    },
  };
}

/** @throws RangeError for a layer without choices, or non-finite penalties or costs. */
export function checkChoices(
  layers: readonly (readonly { readonly costs: readonly number[]; readonly penalty: number }[])[],
): void {
  for (const [l, choices] of layers.entries()) {
    if (choices.length === 0) throw new RangeError(`Layer ${l} has no choices: allow at least one.`);
    for (const [c, { costs, penalty }] of choices.entries())
      if (![...costs, penalty].every(Number.isFinite))
        throw new RangeError(
          `Choice ${c} of layer ${l} has penalty ${penalty} and cost ${costs.join(', ')}: all must be finite numbers.`,
        );
  }
}

const spread = (choices: readonly Option[]): number => {
  const costs = choices.map(({ cost }) => cost);
  return Math.max(...costs) - Math.min(...costs);
};

// All undominated combinations of a state and a choice, in order of cost. The list of each choice is already sorted, so this
// merges them: the cheapest head is next, after each head has skipped states that do not lower the penalty.
function extend({ costs, penalties }: States, choices: readonly Option[], most: number): States {
  const count = choices.length;
  const addedCosts = Float64Array.from(choices, ({ cost }) => cost);
  const addedPenalties = Float64Array.from(choices, ({ penalty }) => penalty);
  const heads = new Int32Array(count);
  let next = allocate(2 * costs.length + count);
  let length = 0;
  let lowest = Number.POSITIVE_INFINITY;
  for (;;) {
    let cost = Number.POSITIVE_INFINITY;
    let penalty = Number.POSITIVE_INFINITY;
    let choice = -1;
    for (let c = 0; c < count; c++) {
      const added = addedPenalties[c];
      let head = heads[c];
      while (head < costs.length && penalties[head] + added >= lowest) head++;
      heads[c] = head;
      if (head === costs.length) continue;
      const headCost = costs[head] + addedCosts[c];
      if (headCost > cost || (headCost === cost && penalties[head] + added >= penalty)) continue;
      cost = headCost;
      penalty = penalties[head] + added;
      choice = c;
    }
    if (choice < 0 || cost > most) return cut(next, length);
    if (length > MOST_STATES)
      throw new RangeError(
        `The front is longer than ${MOST_STATES} configs: give a budget, coarser costs, or solve for one limit.`,
      );
    if (length === next.costs.length) next = allocate(2 * length, next);
    next.costs[length] = cost;
    next.penalties[length] = penalty;
    next.origins[length++] = heads[choice] * count + choice;
    lowest = penalty;
  }
}

function allocate(length: number, from?: States): States {
  const grown = () => new Float64Array(length);
  const states = { costs: grown(), penalties: grown(), origins: grown() };
  if (from) for (const key of ['costs', 'penalties', 'origins'] as const) states[key].set(from[key]);
  return states;
}

const cut = ({ costs, penalties, origins }: States, length: number): States => ({
  costs: costs.slice(0, length),
  penalties: penalties.slice(0, length),
  origins: origins.slice(0, length),
});
