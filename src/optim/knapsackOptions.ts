// Operations on the choices of layers for the branch and bound of knapsackLimits.ts: eliminates choices that cannot be in a
// best policy, prices costs, and makes a policy meet the limits.

/** A choice during the search. */
export interface Option {
  readonly index: number;
  readonly penalty: number;
  readonly costs: readonly number[];
  /** Costs above the layer's cheapest, relative to the limit's slack over the cheapest policy; in [0, 1]. */
  readonly shares: readonly number[];
}

/** Removes options that are at least as expensive and harmful as another in every respect: they are never needed. */
export const undominated = (options: readonly Option[]): Option[] =>
  options.filter((a, i) =>
    options.every((b, j) => {
      if (i === j || b.penalty > a.penalty || b.costs.some((cost, k) => cost > a.costs[k])) return true;
      return j > i && b.penalty === a.penalty && b.costs.every((cost, k) => cost === a.costs[k]);
    }),
  );

/**
 * The layers without choices that leave too little for the cheapest of all other layers, together with each layer's cheapest
 * cost and the total slack, per limit; undefined if a layer has no choice left.
 */
export function withinLimits(layers: readonly (readonly Option[])[], limits: readonly number[]) {
  const slack = limits.slice();
  const leasts = layers.map((options) =>
    slack.map((_, k) => options.reduce((least, { costs }) => Math.min(least, costs[k]), Number.POSITIVE_INFINITY)),
  );
  for (const least of leasts) for (let k = 0; k < slack.length; k++) slack[k] -= least[k];
  if (slack.some((rest) => rest < 0)) return undefined;
  const affordable = layers.map((options, l) =>
    options.filter(({ costs }) => costs.every((cost, k) => cost - leasts[l][k] <= slack[k])),
  );
  return affordable.some((options) => options.length === 0) ? undefined : { layers: affordable, leasts, slack };
}

/** Penalty plus priced shares. */
export function priceOf(option: Option, prices: readonly number[]): number {
  let value = option.penalty;
  for (let k = 0; k < prices.length; k++) value += prices[k] * option.shares[k];
  return value;
}

/** The option with the smallest `priceOf`. */
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
 * Improves `picked` by single changes, best ratio of penalty to cost first: down to the limits, then up as far as they allow.
 */
export function greedily(layers: readonly (readonly Option[])[], picked: readonly Option[]): Option[] {
  const policy = picked.slice();
  const used = (picked[0]?.shares ?? []).map((_, k) => policy.reduce((sum, { shares }) => sum + shares[k], 0));
  // Tolerates rounding, so that a policy that meets a limit exactly does not appear to break it. The caller compares the
  // costs of the final policy exactly.
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
