// `search --lose P`: proves and prints which policy of a run loses at most P points.
import type { LossClaim, LossProgress, TriedPolicy } from '../core/losingAtMost';
import type { SearchSettings } from '../core/searching';
import { resultOf } from '../core/turn';
import type { BitPolicy } from '../graph/policy';
import { sizeInWords } from '../graph/size';
import { UsageError } from '../node/usageError';
import { percent } from '../node/words';
import { checkLoss } from '../search/lossProof';
import { SettingsError } from '../search/settingsError';
import type { FinishedRun } from './finish';
import { number } from './flags';
import type { RunInputs } from './setting';

/** Refuses settings under which no loss can be proved, before any work. */
export function checkLose(setting: Pick<SearchSettings, 'steps' | 'images'>, { dataset }: RunInputs): void {
  try {
    checkLoss(setting, dataset.validation.length);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new UsageError(`--lose: ${error.message} (--fine-tune, --images)`);
  }
}

const inPoints = (share: number) => (100 * share).toFixed(2);
const bitsOf = (policy: BitPolicy) =>
  `[${Object.values(policy)
    .map(({ weights }) => weights)
    .join(' ')}]`;

/** Proves which policy of a run loses at most so many points. */
export async function loseAtMost(
  { method, points: found, result }: FinishedRun,
  { session }: RunInputs,
  setting: SearchSettings,
  points: number,
): Promise<LossClaim & { readonly seconds: number }> {
  const testImages = number('test-images', 0, { min: 0 });
  const params = { setting, points: found, table: result.table, most: points / 100, testImages };
  const started = performance.now();
  const claim = await resultOf(session.proveLosingAtMost(params), (progress) =>
    console.log(`${method}, ${line(progress)}`),
  );
  const seconds = (performance.now() - started) / 1000;
  console.log(`${method}: ${claimInWords(claim)} (${seconds.toFixed(0)} s)`);
  if (claim.tested)
    console.log(
      `${method}: on ${testImages} test images it loses ${inPoints(-claim.tested.difference)} points (${inPoints(-claim.tested.upper)} to ${inPoints(-claim.tested.lower)}).`,
    );
  return { ...claim, seconds };
}

const STATES: Readonly<Record<TriedPolicy['state'], string>> = {
  open: 'not proved yet',
  proved: 'proved',
  failed: 'not proved',
};

function line(progress: LossProgress): string {
  if (progress.kind === 'probed') {
    const { policy, accuracy, loss } = progress.point;
    return `probed ${bitsOf(policy)}: ${percent(accuracy)}, loss ${loss.toFixed(3)}`;
  }
  const { policy, bytes, lost, atMost, n, state } = progress.tried;
  return `${sizeInWords(bytes)} ${bitsOf(policy)}: loses ${inPoints(lost)} points, at most ${inPoints(atMost)}, on ${n} validation images that the search has not seen: ${STATES[state]}`;
}

function claimInWords({ most, images, tried, proved }: LossClaim): string {
  if (proved)
    return `${sizeInWords(proved.bytes)} lose at most ${inPoints(most)} points against float (${inPoints(proved.lost)} measured), with 95 % confidence, n = ${proved.n} validation images that no choice has used.`;
  const needed = tried.at(-1)?.needed;
  const help = needed
    ? `about ${needed} images would probably prove the largest`
    : 'the largest loses too much: wider bits, improved rounding or training may help';
  return `nothing is proved to lose at most ${inPoints(most)} points on ${images} validation images; ${help}.`;
}
