// The multiple-choice knapsack under several limits at once, e.g. size and bit operations, solved exactly by branch and
// bound with the Lagrangian bound: limits become prices, every layer then chooses on its own, and for any prices the sum is
// at most the best policy's penalty. knapsack.ts computes the whole front under one budget.
// Reference: M. Fisher, "The Lagrangian relaxation method for solving integer programming problems", 1981;
// the integer program is that of LIMPQ (arXiv 2203.08368) and HAWQ-V3 (arXiv 2011.10680).
import { checkChoices, InfeasibleError } from './knapsack';
import { cheapest, greedily, type Option, priceOf, undominated, withinLimits } from './knapsackOptions';

/** One way to treat a layer, with its cost under every limit. */
export interface LimitedChoice {
  readonly costs: readonly number[];
  /** Harm; may be negative. */
  readonly penalty: number;
}

export interface LimitedPolicy {
  /** Index of the choice per layer. */
  readonly choices: number[];
  readonly penalty: number;
  /** One per limit. */
  readonly costs: number[];
  /** Proven lower bound: no policy within the limits has a smaller penalty (up to 1e-12 of the penalties). */
  readonly bound: number;
  /** True if the bound has reached the penalty; false if the search stopped at `mostNodes`. */
  readonly optimal: boolean;
  /** Subproblems visited. */
  readonly nodes: number;
}

const ROOT_STEPS = 300;
// Fewer would cost more than they save: LIMPQ takes ten times the nodes with 15.
const NODE_STEPS = 40;
const PATIENCE = 4;

/**
 * The policy with the smallest penalty that costs at most `limits` (`Infinity` for no limit). Integer costs (bits, bit
 * operations) are compared exactly.
 * @throws InfeasibleError, with the reachable costs, if there is none; RangeError for a layer without choices, non-finite
 * numbers, a number of costs that differs from the number of limits, or a search that stops without any policy.
 */
export function solveWithinLimits(
  layers: readonly (readonly LimitedChoice[])[],
  limits: readonly number[],
  mostNodes = 1_000_000,
): LimitedPolicy {
  checkChoices(layers);
  checkLimits(layers, limits);
  const reachable = limits.map(
    (_, k) => [sumOf(layers, k, Math.min), sumOf(layers, k, Math.max)] as readonly [number, number],
  );
  const search = new Search(limits, mostNodes);
  search.run(layers.map((choices) => undominated(choices.map((choice, index) => ({ index, shares: [], ...choice })))));
  if (search.best === undefined) {
    if (search.lowestOpen < Number.POSITIVE_INFINITY)
      throw new RangeError(`No config found in ${mostNodes} steps, and none excluded: raise a limit or the steps.`);
    throw new InfeasibleError(reachable, limits);
  }
  const { best, nodes, lowestOpen } = search;
  const penalty = best.reduce((sum, option) => sum + option.penalty, 0);
  return {
    choices: best.map(({ index }) => index),
    penalty,
    costs: limits.map((_, k) => best.reduce((sum, option) => sum + option.costs[k], 0)),
    bound: Math.min(penalty, lowestOpen),
    optimal: lowestOpen >= penalty,
    nodes,
  };
}

function checkLimits(layers: readonly (readonly LimitedChoice[])[], limits: readonly number[]): void {
  if (limits.some(Number.isNaN)) throw new RangeError(`The limits are ${limits.join(', ')}: none may be NaN.`);
  for (const [l, choices] of layers.entries())
    for (const [c, { costs }] of choices.entries())
      if (costs.length !== limits.length)
        throw new RangeError(
          `Choice ${c} of layer ${l} has ${costs.length} costs for ${limits.length} limits: give one per limit.`,
        );
}

const sumOf = (
  layers: readonly (readonly LimitedChoice[])[],
  k: number,
  extreme: (...values: number[]) => number,
): number => layers.reduce((sum, choices) => sum + extreme(...choices.map(({ costs }) => costs[k])), 0);

class Search {
  best: Option[] | undefined;
  nodes = 0;
  /** Smallest bound of any abandoned subproblem. */
  lowestOpen = Number.POSITIVE_INFINITY;
  /** Penalty to beat, minus the rounding tolerance. */
  private target = Number.POSITIVE_INFINITY;

  constructor(
    private readonly limits: readonly number[],
    private readonly mostNodes: number,
  ) {}

  run(all: readonly (readonly Option[])[]): void {
    const within = withinLimits(all, this.limits);
    if (within === undefined) return;
    const { leasts, slack } = within;
    // Prices apply to shares, not costs, so that they are comparable and no large numbers cancel in the bound.
    const layers = within.layers.map((options, l) =>
      options.map((option) => ({
        ...option,
        shares: option.costs.map((cost, k) => (slack[k] > 0 ? (cost - leasts[l][k]) / slack[k] : 0)),
      })),
    );
    // More than any policy's penalty: a bound that reaches it proves that there is no policy.
    this.target = layers.reduce((sum, options) => {
      const penalties = options.map(({ penalty }) => penalty);
      return sum + 2 * Math.max(...penalties) - Math.min(...penalties);
    }, 1);
    const none = this.limits.map(() => 0);
    this.offer(
      greedily(
        layers,
        layers.map(([first]) => first),
      ),
    );
    this.visit(layers, none, ROOT_STEPS);
  }

  private visit(parent: readonly (readonly Option[])[], from: readonly number[], steps: number): void {
    this.nodes++;
    const within = withinLimits(parent, this.limits);
    if (within === undefined) return;
    const { layers } = within;
    const { prices, bound } = this.priced(layers, from, steps);
    if (bound >= this.target) return;
    // By how much a choice raises the bound over its layer's best; choices that reach the target are eliminated.
    let branch = -1;
    let closest = Number.POSITIVE_INFINITY;
    const gaps = layers.map((options, l) => {
      const values = options.map((option) => priceOf(option, prices));
      const least = Math.min(...values);
      const ranked = options
        .map((option, i) => ({ option, gap: values[i] - least }))
        .filter(({ gap }) => bound + gap < this.target)
        .sort((a, b) => a.gap - b.gap);
      if (ranked.length > 1 && ranked[1].gap < closest) {
        closest = ranked[1].gap;
        branch = l;
      }
      return ranked;
    });
    if (branch < 0) {
      this.offer(gaps.map(([{ option }]) => option));
      return;
    }
    const remaining = gaps.map((ranked) => ranked.map(({ option }) => option));
    for (const { option, gap } of gaps[branch]) {
      if (bound + gap >= this.target) break;
      if (this.nodes >= this.mostNodes) this.lowestOpen = Math.min(this.lowestOpen, bound + gap);
      else this.visit(remaining.with(branch, [option]), prices, NODE_STEPS);
    }
  }

  // Raises the bound by steps along the excess over the limits (Polyak's length towards the target, halved when stuck).
  private priced(layers: Option[][], from: readonly number[], steps: number) {
    let prices = from.slice();
    let best = { prices, bound: Number.NEGATIVE_INFINITY };
    let factor = 1;
    let stuck = 0;
    let last: readonly Option[] = [];
    for (let step = 0; step < steps; step++) {
      const picked = layers.map((options) => cheapest(options, prices));
      let bound = 0;
      for (const option of picked) bound += priceOf(option, prices);
      const excess = prices.map((_, k) => picked.reduce((sum, { shares }) => sum + shares[k], -1));
      for (const price of prices) bound -= price;
      if (bound > best.bound) {
        best = { prices, bound };
        stuck = 0;
      } else if (++stuck >= PATIENCE) {
        factor /= 2;
        stuck = 0;
      }
      if (steps < ROOT_STEPS) this.offer(picked);
      else if (picked.some((option, l) => option !== last[l])) this.offer(greedily(layers, picked));
      last = picked;
      if (best.bound >= this.target) break;
      const direction = excess.map((over, k) => (over < 0 && prices[k] === 0 ? 0 : over));
      const length = direction.reduce((sum, d) => sum + d * d, 0);
      if (length === 0) break;
      const stride = (factor * (this.target - bound)) / length;
      prices = prices.map((price, k) => Math.max(0, price + stride * direction[k]));
    }
    return best;
  }

  private offer(policy: readonly Option[]): void {
    for (const [k, limit] of this.limits.entries()) {
      let cost = 0;
      for (const option of policy) cost += option.costs[k];
      if (cost > limit) return;
    }
    let penalty = 0;
    let size = 0;
    for (const option of policy) {
      penalty += option.penalty;
      size += Math.abs(option.penalty);
    }
    if (penalty >= this.target) return;
    this.best = policy.slice();
    this.target = penalty - 1e-12 * size;
  }
}
