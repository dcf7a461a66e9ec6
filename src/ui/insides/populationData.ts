// The generations of a genetic search as dots, from the run's points and the letters beside them.
import type { Inside } from '../../engine/protocol/searching';
import type { Architecture } from '../../graph/network';
import { costsOf } from '../../store/measure/costs';
import type { SearchRun } from '../../store/state/searchRun';

export const ORIGINS = { r: 'random', m: 'mutation', c: 'crossover', s: 'seed' } as const;

/** A policy on the plane: bytes of its packed file, accuracy with shared weights in percent. */
export interface Dot {
  readonly memory: number;
  readonly accuracy: number;
  readonly origin: keyof typeof ORIGINS;
}

/** The generations so far, each in the order in which its policies were measured; none before the first. */
export function generationsOf(
  { points, setting }: Pick<SearchRun, 'points' | 'setting'>,
  { size, origins }: Pick<Extract<Inside, { kind: 'population' }>, 'size' | 'origins'>,
  architecture: Architecture,
): Dot[][] {
  const shared = points.filter(({ steps }) => steps === 'shared').slice(0, origins.length);
  const dots = shared.map(({ policy, accuracy }, i) => ({
    memory: costsOf(architecture, policy, setting.scheme).memory,
    accuracy: accuracy.value * 100,
    origin: origins[i] as Dot['origin'],
  }));
  const count = size > 0 ? Math.ceil(dots.length / size) : 0;
  return Array.from({ length: count }, (_, g) => dots.slice(g * size, (g + 1) * size));
}

/** The dot of the highest accuracy, at a tie the smaller one. */
export function bestDot(dots: readonly Dot[]): Dot {
  return dots.reduce((a, b) => ((b.accuracy - a.accuracy || a.memory - b.memory) > 0 ? b : a));
}
