// Which backend computes, with how many engines: a choice, or the fastest of a race on this device. Kept in this browser.
import type { BackendName } from '../../engine/protocol/opening';
import type { Paced, PoolState } from '../../engine/protocol/pool';
import { hasFields, isEither, isList, isNullOr, isNumber, isOneOf, isWhole } from '../../formats/shape';
import { textOf, writeEntry } from './entries';

/** A backend and its number of engines. */
export interface Engines {
  readonly backend: BackendName;
  readonly workers: number;
}

/** An entrant of a race. `gap` is the 95th percentile of the milliseconds between two frames of the page, null if unknown. */
export interface Ran extends Omit<Paced, 'training'> {
  readonly training: number | null;
  readonly gap: number | null;
}

export interface KeptEngines {
  readonly choice: 'automatic' | Engines;
  /** The last race on this device. */
  readonly race: readonly Ran[] | null;
}

export interface EnginesSlice {
  /** The engines that compute together; null before the first report. */
  readonly pool: PoolState | null;
  readonly engines: KeptEngines;
}

const KEY = 'fewbits.engines';

/** Most milliseconds between two frames beside the engines: two of a screen with 60 Hz. */
const GAP = 34;
/** More engines must be faster by this factor than fewer. */
const WORTH = 1.05;
/** Engines cannot gain more than their number; beyond this share of it, something else slowed the single engine down. */
const AT_MOST = 1.25;

const isBackend = isOneOf('webgpu', 'webgl', 'wasm', 'cpu');
const engines = { backend: isBackend, workers: isWhole(1, 64) };
const isRate = isNumber(0);
const isKept = hasFields<KeptEngines>({
  choice: isEither(isOneOf('automatic'), hasFields<Engines>(engines)),
  race: isNullOr(
    isList(hasFields<Ran>({ ...engines, evaluation: isRate, training: isNullOr(isRate), gap: isNullOr(isRate) })),
  ),
});

/** What is kept; automatic, without a race, if nothing is or it cannot be read. */
export function recallEngines(): KeptEngines {
  try {
    const kept: unknown = JSON.parse(textOf(KEY) ?? 'null');
    if (isKept(kept)) {
      const { choice, race } = kept as KeptEngines;
      return { choice, race: race === null || isDisturbed(race) ? null : race };
    }
  } catch {
    // As if nothing were kept: it is chosen or measured anew.
  }
  return { choice: 'automatic', race: null };
}

/** Keeps it; without storage it holds until the page is closed. */
export function keepEngines(engines: KeptEngines): void {
  writeEntry(KEY, JSON.stringify(engines));
}

/** One number per entrant: the geometric mean of both rates, so that neither counts for more because it is larger. */
const speed = ({ evaluation, training }: Ran) => Math.sqrt(evaluation * (training ?? evaluation));

/** True if engines gained more than their number can: the machine was busy with other things meanwhile. */
function isDisturbed(race: readonly Ran[]): boolean {
  return race.some((many) => {
    const one = race.find(({ backend, workers }) => backend === many.backend && workers === 1);
    const most = AT_MOST * many.workers;
    const gained = (rate: number | null, single: number | null | undefined) =>
      rate !== null && typeof single === 'number' && rate > most * single;
    return gained(many.evaluation, one?.evaluation) || gained(many.training, one?.training);
  });
}

/**
 * The fastest entrant whose frames stay smooth, the one with the fewest engines where others hardly gain; null without
 * entrants, or if the race was disturbed.
 */
export function fastest(race: readonly Ran[]): Engines | null {
  if (isDisturbed(race)) return null;
  const smooth = race.filter(({ workers, gap }) => workers === 1 || gap === null || gap <= GAP);
  const best = Math.max(...smooth.map(speed));
  const [first] = smooth.filter((one) => speed(one) * WORTH >= best).sort((a, b) => a.workers - b.workers);
  return first === undefined ? null : { backend: first.backend, workers: first.workers };
}

/** What should compute; null where neither a choice nor a race says. */
export function wantedEngines({ choice, race }: KeptEngines): Engines | null {
  if (choice !== 'automatic') return choice;
  return race === null ? null : fastest(race);
}

/** The backend to try first at the start. */
export function preferenceOf(engines: KeptEngines): { readonly prefer?: BackendName } {
  const wanted = wantedEngines(engines);
  return wanted === null ? {} : { prefer: wanted.backend };
}

/** How many times faster engines evaluate than one of their kind; null if no race measured both. */
export function gainOf({ backend, workers }: Engines, race: readonly Ran[] | null): number | null {
  const rateOf = (n: number) => race?.find((one) => one.backend === backend && one.workers === n)?.evaluation;
  const [all, one] = [rateOf(workers), rateOf(1)];
  return all === undefined || one === undefined ? null : all / one;
}
