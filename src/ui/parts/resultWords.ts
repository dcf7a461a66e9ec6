// What a result is worth, in words: how it differs from what it is compared with, how far off an estimate may be, and how
// far training has come.
import type { Against, Estimate } from '../../store/measure/selectors';
import type { Desk } from '../../store/state/desk';
import { count, percent } from '../../words/numbers';

const signed = (share: number) =>
  percent(share)
    .replace(/^-0\.0$/, '0.0')
    .replace('-', '−');

/** What weights are compared with. `isFloat`: they are a float network themselves, when nothing is rounded. */
function referenceInWords(reference: Against['reference'], isFloat: boolean): string {
  if (reference === 'unrounded') return 'these weights unrounded';
  return isFloat ? 'float' : 'float before training';
}

/** e.g. "1.2 points below float (0.4 to 2.0)", "0.3 points above float, within chance (−0.2 to 0.8)". */
export function differenceInWords({ reference, difference: paired }: Against, isFloat: boolean): string {
  const { difference, lower, upper } = paired;
  const name = referenceInWords(reference, isFloat);
  const points = percent(Math.abs(difference));
  const side = difference < 0 ? 'below' : 'above';
  // Without a flip the interval is a point, which few images do not prove.
  if (lower === 0 && upper === 0) return `as good as ${name}: no image was lost or gained`;
  if (points === '0.0' && lower <= 0 && upper >= 0)
    return `as good as ${name}, give or take ${percent(upper - difference)} points`;
  if (lower <= 0 && upper >= 0)
    return `${points} points ${side} ${name}, within chance (${signed(lower)} to ${signed(upper)})`;
  const [near, far] = difference < 0 ? [upper, lower] : [lower, upper];
  return `${points} points ${side} ${name} (${percent(Math.abs(near))} to ${percent(Math.abs(far))})`;
}

/** e.g. "two of three such estimates are within 1.2 points". */
export function errorInWords({ error }: Pick<Estimate, 'error'>): string {
  return Number.isNaN(error)
    ? 'how far off it may be is not known yet'
    : `two of three such estimates are within ${percent(error)} points`;
}

type Training = Pick<NonNullable<Desk['training']>, 'state' | 'step' | 'steps' | 'epoch' | 'loss' | 'accuracy'>;

/** e.g. "paused, epoch 1.7, step 15 of 27 · loss 0.340 · accuracy 90.6 %"; without the last two until they are read. */
export function stepInWords(training: Training, measure: 'accuracy' | 'agreement'): string {
  const { state, step, steps, epoch, loss, accuracy } = training;
  const where = `${state === 'running' ? '' : `${state}, `}epoch ${epoch.toFixed(1)}, step ${count(step)} of ${count(steps)}`;
  return Number.isNaN(loss) ? where : `${where} · loss ${loss.toFixed(3)} · ${measure} ${percent(accuracy)} %`;
}
