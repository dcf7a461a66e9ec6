// What the row of a run says: how far it is, and what it has found, in every state.
import type { Budget } from '../../engine/protocol/searching';
import type { SearchRun } from '../../store/state/searchRun';
import { units } from '../../words/en/units';
import { count } from '../../words/numbers';

function budgetWords({ evaluations, images, seconds }: Budget): string {
  if (evaluations !== undefined) return `${count(evaluations)} ${evaluations === 1 ? 'policy' : 'policies'}`;
  return images !== undefined ? `${count(images)} images` : units.duration(seconds ?? Number.NaN);
}

/** Percent of the budget that is used up, e.g. "71 %". */
export function usedWords({ used }: Pick<SearchRun, 'used'>): string {
  return `${Math.floor(Math.min(1, used) * 100)} %`;
}

/** How far a run is, e.g. "71 % of 20,000 images · 55 measured · 14,208 images · 12 s". */
export function progressWords({
  used,
  setting: { budget },
  spent,
}: Pick<SearchRun, 'used' | 'setting' | 'spent'>): string {
  return [
    `${usedWords({ used })} of ${budgetWords(budget)}`,
    `${count(spent.evaluations)} measured`,
    `${count(spent.forward + spent.backward)} images`,
    units.duration(spent.seconds),
  ].join(' · ');
}

const ENDED: readonly SearchRun['state'][] = ['done', 'stopped', 'failed', 'refused'];

/** What a run without a policy to show has done. */
export function nothingFound({
  state,
  begun,
  points,
  spent,
}: Pick<SearchRun, 'state' | 'begun' | 'points' | 'spent'>): string {
  if (!begun) return ENDED.includes(state) ? 'it had not begun' : 'not begun yet';
  const shared = points.filter(({ steps }) => steps === 'shared').length;
  const [done, missing] =
    shared > 0
      ? [`${count(shared)} measured with shared weights`, 'none with weights of its own']
      : spent.evaluations > 0
        ? [`${count(spent.evaluations)} measured of single layers`, 'no policy within the limit']
        : spent.backward > 0
          ? ['in training', 'no policy measured']
          : ['', 'nothing measured'];
  const isOver = ENDED.includes(state);
  const what = isOver && done === 'in training' ? 'trained' : done;
  return `${what}${what && ', '}${missing}${isOver ? '' : ' yet'}`;
}
