// What the row of a run says: how far it is, and what it has found, in every state.
import type { Budget } from '../../engine/protocol/searching';
import type { SearchRun } from '../../store/state/searchRun';
import { search } from '../../words/en/search';
import { units } from '../../words/en/units';

function budgetWords({ evaluations, images, seconds }: Budget): string {
  if (evaluations !== undefined) return search.configs(evaluations);
  return images !== undefined ? search.images(images) : units.duration(seconds ?? Number.NaN);
}

/** How far a run is, e.g. "71 % of 20,000 images · 55 measured · 14,208 images · 12 s". */
export function progressWords({
  used,
  setting: { budget },
  spent: { evaluations, forward, backward, seconds },
}: Pick<SearchRun, 'used' | 'setting' | 'spent'>): string {
  return search.progress(search.used(used), budgetWords(budget), evaluations, forward + backward, seconds);
}

const ENDED: readonly SearchRun['state'][] = ['done', 'stopped', 'failed', 'refused'];

/** What a run without a policy to show has done. */
export function nothingFound({
  state,
  begun,
  points,
  spent,
}: Pick<SearchRun, 'state' | 'begun' | 'points' | 'spent'>): string {
  const over = ENDED.includes(state);
  const { nothing } = search;
  if (!begun) return over ? nothing.neverBegan : nothing.notBegun;
  const shared = points.filter(({ steps }) => steps === 'shared').length;
  if (shared > 0) return nothing.shared(shared, over);
  if (spent.evaluations > 0) return nothing.layers(spent.evaluations, over);
  if (spent.backward > 0) return over ? nothing.trained : nothing.training;
  return nothing.measured(over);
}
