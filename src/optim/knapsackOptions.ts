// What the branch and bound of knapsackLimits.ts does with the choices of layers under several limits: leaves out what
// cannot be in a best policy, puts prices on costs, and makes a policy keep to the limits.

/** A choice on the way to a solution. */
export interface Option {
  readonly index: number;
  readonly penalty: number;
  readonly costs: readonly number[];
  /** Costs above the layer's cheapest, in parts of what the limit leaves above the cheapest policy; in [0, 1]. */
  readonly shares: readonly number[];
}

/** Without the options that cost no less anywhere and harm no less than another: they are never needed. */
export const undominated = (options: readonly Option[]): Option[] =>
  options.filter((a, i) =>
    options.every((b, j) => {
      if (i === j || b.penalty > a.penalty || b.costs.some((cost, k) => cost > a.costs[k])) return true;
      return j > i && b.penalty === a.penalty && b.costs.every((cost, k) => cost === a.costs[k]);
    }),
  );

/**
 * The layers without the choices that leave too little for the cheapest of all other layers, with each layer's cheapest
 * and what they leave together, one for each limit; undefined when nothing is left.
 */
export function withinLimits(layers: readonly (readonly Option[])[], limits: readonly number[]) {
  const slack = limits.slice();
  const leasts = layers.map((options) =>
    slack.map((_, k) => options.reduce((least, { costs }) => Math.min(least, costs[k]), Number.POSITIVE_INFINITY)),
  );
  for (const least of leasts) for (let k = 0; k < slack.length; k++) slack[k] -= least[k];
  if (slack.some((left) => left < 0)) return undefined;
  const kept = layers.map((options, l) =>
    options.filter(({ costs }) => costs.every((cost, k) => cost - leasts[l][k] <= slack[k])),
  );
  return kept.some((options) => options.length === 0) ? undefined : { layers: kept, leasts, slack };
}

/** Penalty and shares at their prices, added up. */
export function priceOf(option: Option, prices: readonly number[]): number {
  let value = option.penalty;
  for (let k = 0; k < prices.length; k++) value += prices[k] * option.shares[k];
  return value;
}

/** The option of least `priceOf`. */
export function cheapest(options: readonly Option[], prices: readonly number[]): Option {
  let least = Number.POSITIVE_INFINITY;
  let at = options[0];
  for (const option of options) {
    const value = priceOf(option, prices);
    if (value < least) [least, at] = [value, option];
  }
  return at;
}

/**
 * `picked` after single changes, the best ratio of penalty to cost first: down to the limits, then as far up as they allow.
 */
export function greedily(layers: readonly (readonly Option[])[], picked: readonly Option[]): Option[] {
  const policy = picked.slice();
  const used = (picked[0]?.shares ?? []).map((_, k) => policy.reduce((sum, { shares }) => sum + shares[k], 0));
  // Rounding must not make a policy that meets a limit exactly look like one that breaks it; who keeps the policy compares
  // its costs exactly.
  const over = (at: (k: number) => number) => used.reduce((sum, _, k) => sum + Math.max(0, at(k) - 1 - 1e-12), 0);
  for (;;) {
    const violation = over((k) => used[k]);
    let bestRatio = 0;
    let layer = -1;
    let change = policy[0];
    for (const [l, options] of layers.entries())
      for (const option of options) {
        const gain = policy[l].penalty - option.penalty;
        const after = over((k) => used[k] - policy[l].shares[k] + option.shares[k]);
        let ratio: number;
        if (violation > 0) {
          if (after >= violation - 1e-12) continue; // rounding alone is no progress
          ratio = gain >= 0 ? 1e9 + gain : (violation - after) / -gain;
        } else {
          if (after > 0 || gain <= 0) continue;
          const rise = option.shares.reduce((sum, share, k) => sum + share - policy[l].shares[k], 0);
          ratio = rise <= 0 ? Number.MAX_VALUE : gain / rise;
        }
        if (ratio > bestRatio) [bestRatio, layer, change] = [ratio, l, option];
      }
    if (layer < 0) return policy;
    for (let k = 0; k < used.length; k++) used[k] += change.shares[k] - policy[layer].shares[k];
    policy[layer] = change;
  }
}
