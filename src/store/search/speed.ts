// Speed of searches in this browser, measured by earlier runs: separately for evaluation and for gradient steps, because a
// method that trains is slower than one that only measures. Unknown speeds are NaN.
import type { SearchMethodCard, Spent } from '../../engine/protocol/searching';
import type { Desk } from '../state/desk';
import { FINE_TUNING } from '../state/searchForm';
import type { SearchRun } from '../state/searchRun';

/** Minimum seconds of work for a speed to be meaningful. */
const ENOUGH = 1;

/** Images per second, forward and backward together; NaN if not measured. */
export interface Speeds {
  readonly evaluation: number;
  readonly training: number;
}

/** Speeds of one run; NaN for less than a second of that kind of work. */
export function speedsOf({ forward, backward, seconds, training }: Spent): Speeds {
  // Runs of earlier versions did not distinguish the two.
  if (training === undefined && backward > 0) return { evaluation: Number.NaN, training: Number.NaN };
  const [trained, evaluated] = [training ?? 0, seconds - (training ?? 0)];
  return {
    evaluation: evaluated >= ENOUGH ? (forward - backward) / evaluated || Number.NaN : Number.NaN,
    training: trained >= ENOUGH ? (2 * backward) / trained : Number.NaN,
  };
}

type Measured = Pick<Desk, 'runs' | 'imagesPerSecond' | 'networkId' | 'backend' | 'searchForm'>;

/**
 * Speeds on the network and backend in use: from the latest run of the chosen method, else of any method; before the first
 * run, from the page's own measurements.
 */
export function searchSpeeds({ runs, imagesPerSecond, networkId, backend, searchForm }: Measured): Speeds {
  const here = runs.filter((run) => run.network === networkId && run.backend === backend?.name);
  const isSame = ({ setting }: SearchRun) => setting.method === searchForm.method;
  const speeds = [...here.filter(isSame), ...here.filter((run) => !isSame(run))].map(({ spent }) => speedsOf(spent));
  const first = (kind: keyof Speeds) => speeds.find((each) => !Number.isNaN(each[kind]))?.[kind];
  return {
    evaluation: first('evaluation') ?? (imagesPerSecond || Number.NaN),
    training: first('training') ?? Number.NaN,
  };
}

/** Overall images per second of a search; NaN if a required speed is not known. `price` is the cost of a measurement. */
export function paceOf(
  { evaluation, training }: Speeds,
  card: Pick<SearchMethodCard, 'gradients'> | undefined,
  steps: number,
  price: number,
): number {
  const gradients = card?.gradients ?? 0;
  const tuning = Math.min(1, (2 * steps * FINE_TUNING.batchSize) / price);
  const share = gradients + (1 - gradients) * tuning;
  const seconds = (part: number, speed: number) => (part === 0 ? 0 : part / speed);
  return 1 / (seconds(share, training) + seconds(1 - share, evaluation));
}
