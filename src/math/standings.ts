// How methods stand after a race over seeds: what each reaches, how far that is from the uniform choice of the same seed, and
// its rank. Each seed is one independent trial, so all intervals are over seeds: they tell what another run would give on the
// same test images, not what other test images would.
import { type MeanInterval, meanInterval, ranks } from './statistics';

/** The result of one method under one seed. */
export interface Trial {
  readonly method: string;
  readonly seed: number;
  /** Share of test images that the finished network classifies correctly. */
  readonly accuracy: number;
}

/** Where a method stands. */
export interface Standing {
  readonly method: string;
  readonly seeds: number;
  readonly accuracy: MeanInterval;
  /** Accuracy minus that of the reference under the same seed; absent for the reference, and without a seed in common. */
  readonly difference?: MeanInterval;
  /** 1 is the best of a seed; over the seeds that all methods have, absent if there is none. */
  readonly rank?: MeanInterval;
  /** Compared with the reference, by the interval of the difference; `open` if it includes 0. */
  readonly verdict?: 'above' | 'below' | 'open';
}

const verdictOf = ({ lower, upper }: MeanInterval) => (lower > 0 ? 'above' : upper < 0 ? 'below' : 'open');

/** Standings of all methods, best mean first. `reference` is the method compared with. */
export function standings(trials: readonly Trial[], reference: string): Standing[] {
  const methods = [...new Set(trials.map(({ method }) => method))];
  const seedsOf = (method: string) => trials.filter((trial) => trial.method === method).map(({ seed }) => seed);
  const accuracyOf = (method: string, seed: number) =>
    trials.find((trial) => trial.method === method && trial.seed === seed)?.accuracy;
  const common = seedsOf(methods[0] ?? '').filter((seed) => methods.every((method) => seedsOf(method).includes(seed)));
  const rankings = common.map((seed) => ranks(methods.map((method) => -(accuracyOf(method, seed) as number))));
  return methods
    .map((method, m): Standing => {
      const seeds = seedsOf(method);
      const pairs = seeds.flatMap((seed) => {
        const [own, other] = [accuracyOf(method, seed), accuracyOf(reference, seed)];
        return own === undefined || other === undefined ? [] : [own - other];
      });
      const difference = method === reference || pairs.length === 0 ? undefined : meanInterval(pairs);
      return {
        method,
        seeds: seeds.length,
        accuracy: meanInterval(seeds.map((seed) => accuracyOf(method, seed) as number)),
        ...(difference && { difference, verdict: verdictOf(difference) }),
        ...(common.length > 0 && { rank: meanInterval(rankings.map((ranking) => ranking[m])) }),
      };
    })
    .sort((a, b) => b.accuracy.mean - a.accuracy.mean);
}
