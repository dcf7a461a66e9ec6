// What a measured accuracy is worth, in words.
import type { Against } from '../../store/measure/selectors';
import { hero } from '../../words/en/hero';

/** A difference in words, and below them how sure it is: e.g. "0.2 points below float", "within chance · n = 2,000". */
export function verdictOf({ reference, difference: paired }: Against, isFloat: boolean, n: number): [string, string] {
  const { difference, lower, upper } = paired;
  const name = reference === 'unrounded' ? hero.unrounded : isFloat ? hero.float : hero.floatBefore;
  // Without a flip the interval is a point, which few images do not prove.
  if (lower === 0 && upper === 0) return [hero.sameAs(name), hero.noFlip(n)];
  const chance = lower <= 0 && upper >= 0;
  if (chance && Math.abs(difference) < 0.0005) return [hero.sameAs(name), hero.giveOrTake(upper - difference, n)];
  if (chance) return [hero.apart(difference, name), hero.withinChance(n)];
  const [near, far] = difference < 0 ? [-upper, -lower] : [lower, upper];
  return [hero.apart(difference, name), hero.between(near, far, n)];
}
