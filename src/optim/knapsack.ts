// The multiple-choice knapsack under one budget: every layer picks one of its choices, penalties are added up, and for
// every budget the least sum is wanted. Dynamic programming over the states that no other beats; costs are not binned.
// Several budgets at once are knapsackLimits.ts's. Locks and allowed widths are simply fewer choices of a layer.
// Reference: G. Nemhauser and Z. Ullmann, 1969; H. Kellerer et al., Knapsack Problems, 2004, chapter 11.

/** One way to treat a layer, e.g. 4 bits. */
export interface Choice {
  /** In integers (bits, bit operations) sums and budgets are exact; other numbers are added as float64. */
  readonly cost: number;
  /** What it harms, e.g. an increase of the loss in nats; may be negative. */
  readonly penalty: number;
}

/** A whole policy on the front. */
export interface FrontPolicy extends Choice {
  /** Index of the choice of each layer. */
  readonly choices: number[];
}

/** All policies that no other beats, from the cheapest to the best. */
export interface BudgetFront {
  /** Ascending. */
  readonly costs: Float64Array;
  /** Descending; equal to the sum over the layers up to rounding. */
  readonly penalties: Float64Array;
  /** The policy at an index of the front. */
  policy(index: number): FrontPolicy;
  /**
   * The policy of least penalty that costs at most `budget`.
   * @throws InfeasibleError when even the cheapest costs more.
   */
  best(budget: number): FrontPolicy;
}

/** No policy keeps to the limits. */
export class InfeasibleError extends Error {
  constructor(
    /** Least and largest cost that policies reach, one pair for each limit. */
    readonly reachable: readonly (readonly [least: number, largest: number])[],
    limits: readonly number[],
  ) {
    const ranges = limits.map((limit, i) => `${limit} (reachable: ${reachable[i].join(' to ')})`);
    const alone = limits.every((limit, i) => limit >= reachable[i][0]);
    super(
      `No policy costs at most ${ranges.join(' and ')}. ` +
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
  /** Which state of the layer before, and which choice; packed as state * choices + choice. */
  readonly origins: Float64Array;
}

/** States kept before the front is given up: 24 bytes each and layer. */
const MOST_STATES = 2_000_000;

/**
 * The whole front of cost and penalty over one choice for each layer. Policies above `most` are left out.
 * @throws RangeError for a layer without choices or numbers that are not finite, and when the front is too long to hold.
 */
export function budgetFront(layers: readonly (readonly Choice[])[], most = Number.POSITIVE_INFINITY): BudgetFront {
  checkChoices(layers.map((choices) => choices.map(({ cost, penalty }) => ({ costs: [cost], penalty }))));
  const leasts = layers.map((choices) => Math.min(...choices.map(({ cost }) => cost)));
  const least = leasts.reduce((sum, cost) => sum + cost, 0);
  // Large layers first: their costs are multiples of large numbers, so that many states coincide; the fine ones come last.
  const order = layers.map((_, i) => i).sort((a, b) => spread(layers[b]) - spread(layers[a]) || a - b);
  const stages: States[] = [];
  let states: States = { costs: Float64Array.of(0), penalties: Float64Array.of(0), origins: Float64Array.of(0) };
  let rest = least;
  for (const layer of order) {
    rest -= leasts[layer];
    states = extend(states, layers[layer], most - rest);
    if (states.costs.length > MOST_STATES)
      throw new RangeError(
        `The front is longer than ${MOST_STATES} policies: give a budget, coarser costs, or solve for one limit.`,
      );
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

/** @throws RangeError for a layer without choices, and for penalties or costs that are not finite. */
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

const spread = (choices: readonly Choice[]): number => {
  const costs = choices.map(({ cost }) => cost);
  return Math.max(...costs) - Math.min(...costs);
};

// Every state with every choice, in order of cost, without the beaten ones: the lists of the single choices are sorted
// already, so one after the other is merged into what is there.
function extend(states: States, choices: readonly Choice[], most: number): States {
  let merged: States = { costs: new Float64Array(0), penalties: new Float64Array(0), origins: new Float64Array(0) };
  for (const [c, choice] of choices.entries()) merged = merge(merged, states, choice, c, choices.length, most);
  return merged;
}

function merge(a: States, b: States, shift: Choice, c: number, choices: number, most: number): States {
  const [n, m] = [a.costs.length, b.costs.length];
  const costs = new Float64Array(n + m);
  const penalties = new Float64Array(n + m);
  const origins = new Float64Array(n + m);
  let length = 0;
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 0, j = 0; i < n || j < m; ) {
    const costA = i < n ? a.costs[i] : Number.POSITIVE_INFINITY;
    const costB = j < m ? b.costs[j] + shift.cost : Number.POSITIVE_INFINITY;
    const penaltyB = j < m ? b.penalties[j] + shift.penalty : Number.POSITIVE_INFINITY;
    const takeA = costA < costB || (costA === costB && a.penalties[i] <= penaltyB);
    const cost = takeA ? costA : costB;
    const penalty = takeA ? a.penalties[i] : penaltyB;
    const origin = takeA ? a.origins[i] : j * choices + c;
    if (takeA) i++;
    else j++;
    if (cost > most) break;
    if (penalty >= lowest) continue;
    costs[length] = cost;
    penalties[length] = penalty;
    origins[length++] = origin;
    lowest = penalty;
  }
  return {
    costs: costs.slice(0, length),
    penalties: penalties.slice(0, length),
    origins: origins.slice(0, length),
  };
}
