// The wide view "Race": every method with the same budget, watched from precomputed runs.
import { count, fixed, signed } from '../numbers';
import { words } from '../words';

interface Interval {
  readonly mean: number;
  readonly upper: number;
}

/** A mean with its interval, where more than one seed gives one. */
const known = ({ mean, upper }: Interval, scale: number, digits: number, write = fixed) =>
  Number.isFinite(upper)
    ? `${write(scale * mean, digits)} ±${fixed(scale * (upper - mean), digits)}`
    : write(scale * mean, digits);

const UNITS = { images: 'images', configs: 'configs', min: 'minutes', s: 'seconds' };

const seedsOf = (seeds: readonly number[]) => `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`;

export const race = words('race', {
  title: 'Race',
  close: 'Close',
  precomputed: (program: string) => `precomputed by ${program}`,
  limit: 'Limit',
  times: (limit: string) => limit.replace(/^([\d.]+)x$/, '$1×'),
  budget: (n: number, unit: keyof typeof UNITS) => `${count(n)} ${UNITS[unit]}`,
  about: (budget: string, network: string, dataset: string, limit: string, finish: string, n: number) =>
    `Each search may spend ${budget} to make ${network} on ${dataset} ${limit} smaller. All choices are finished alike (${finish}) and tested on ${count(n)} test images.`,
  verdicts: {
    above: (budget: string, reference: string, methods: string) => `At ${budget} above ${reference}: ${methods}`,
    open: (budget: string, reference: string, methods: string) =>
      `At ${budget} not told apart from ${reference}: ${methods}`,
    below: (budget: string, reference: string, methods: string) => `At ${budget} below ${reference}: ${methods}`,
  },
  causes: 'Causes are in docs/searches.md.',
  play: 'Play',
  pause: 'Pause',
  spentBy: 'Images that each may have spent',
  at: (images: number, most: number) => `${count(images)} of ${count(most)} images`,
  now: (images: number) => `${count(images)} images`,
  says: (curves: readonly string[]) => `Best accuracy so far over images spent. ${curves.join('; ')}.`,
  curve: (method: string, accuracy: number | undefined) =>
    `${method}: ${accuracy === undefined ? 'nothing measured' : `${fixed(accuracy, 1)} %`}`,
  images: 'images spent (forward and backward)',
  best: 'best validation accuracy (%)',
  replayed: (n: number, seeds: readonly number[]) =>
    `Lines and “Best”: means over ${seedsOf(seeds)}, on ${count(n)} validation images each, before the finish.`,
  noReplay: 'The ways of these runs were not kept.',
  caption: 'Standings',
  method: 'Search',
  spent: 'Images',
  soFar: 'Best (%)',
  nothing: 'nothing yet',
  accuracy: 'Test (%)',
  against: (reference: string) => `Against ${reference}`,
  rank: 'Rank',
  reference: 'compared with',
  comparedWith: 'Compared with',
  share: (accuracy: Interval) => known(accuracy, 100, 2),
  points: (difference: Interval) => known(difference, 100, 2, signed),
  place: (rank: Interval) => known(rank, 1, 1),
  percent: (value: number) => fixed(value, 1),
  intervals: (seeds: readonly number[]) =>
    seeds.length > 1
      ? `Means over ${seedsOf(seeds)}; ± is the 95 % interval over them. A difference whose interval includes 0 is none.`
      : `From ${seedsOf(seeds)} alone, which has no interval and tells nothing apart.`,
});
