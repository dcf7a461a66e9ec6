// How fast searches are in this browser, by what their runs have measured: for evaluation and for steps that take gradients
// apart, because a method that trains is not as fast as one that measures. Only measured speeds; what is not known is NaN.
import type { SearchMethodCard, Spent } from '../../engine/protocol/searching';
import type { Desk } from '../state/desk';
import { FINE_TUNING } from '../state/searchForm';
import type { SearchRun } from '../state/searchRun';

/** Seconds of work from which a speed is taken. */
const ENOUGH = 1;

/** Images per second, forward and backward together; NaN where nothing was measured. */
export interface Speeds {
  readonly evaluation: number;
  readonly training: number;
}

/** Speeds of one run; NaN where it has worked less than a second in that way. */
export function speedsOf({ forward, backward, seconds, training }: Spent): Speeds {
  // Runs of earlier versions did not tell the two apart.
  if (training === undefined && backward > 0) return { evaluation: Number.NaN, training: Number.NaN };
  const [trained, evaluated] = [training ?? 0, seconds - (training ?? 0)];
  return {
    evaluation: evaluated >= ENOUGH ? (forward - backward) / evaluated || Number.NaN : Number.NaN,
    training: trained >= ENOUGH ? (2 * backward) / trained : Number.NaN,
  };
}

type Measured = Pick<Desk, 'runs' | 'imagesPerSecond' | 'networkId' | 'backend' | 'searchForm'>;

/**
 * Speeds of searches on the network in use with the backend in use: of the latest run of the chosen method, else of any;
 * before the first, of what the page has measured itself.
 */
export function searchSpeeds({ runs, imagesPerSecond, networkId, backend, searchForm }: Measured): Speeds {
  const here = runs.filter((run) => run.network === networkId && run.backend === backend?.name);
  const isSame = ({ setting }: SearchRun) => setting.method === searchForm.method;
  const known = [...here.filter(isSame), ...here.filter((run) => !isSame(run))].map(({ spent }) => speedsOf(spent));
  const first = (kind: keyof Speeds) => known.find((speeds) => !Number.isNaN(speeds[kind]))?.[kind];
  return {
    evaluation: first('evaluation') ?? (imagesPerSecond || Number.NaN),
    training: first('training') ?? Number.NaN,
  };
}

/** Images per second of a search in all; NaN where a speed that it needs is not known. `price` is that of a measurement. */
export function paceOf(
  { evaluation, training }: Speeds,
  card: Pick<SearchMethodCard, 'gradients'> | undefined,
  steps: number,
  price: number,
): number {
  const own = card?.gradients ?? 0;
  const tuning = Math.min(1, (2 * steps * FINE_TUNING.batchSize) / price);
  const share = own + (1 - own) * tuning;
  const seconds = (part: number, speed: number) => (part === 0 ? 0 : part / speed);
  return 1 / (seconds(share, training) + seconds(1 - share, evaluation));
}
