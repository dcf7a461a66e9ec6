// Applies the progress of a running search to its run, and announces milestones.
import type { CrewProgress, SearchProgress } from '../../engine/protocol/searching';
import { searching } from '../../words/en/searching';
import { announce } from '../state/announce';
import { sayNotKept } from '../state/notKept';
import { bestOf, type SearchRun } from '../state/searchRun';
import { changeRun, runOf } from './changes';

/** True while a run's front is measured on test images, which is not part of its budget. */
export function isAtFront({ phase }: Pick<SearchRun, 'phase'>): boolean {
  return phase.startsWith(searching.front);
}

/** Milliseconds between updates of a run; points may arrive faster than charts can follow. */
const PACE = 250;

/** Progress of the run itself. */
type RunProgress = Exclude<SearchProgress, CrewProgress>;

/** True for what is asked of other computers, in place of progress of the run itself. */
export function isOfCrew(progress: SearchProgress): progress is CrewProgress {
  return progress.kind === 'ask' || progress.kind === 'unask' || progress.kind === 'differs';
}

let unseen: { readonly id: string; readonly progress: RunProgress }[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Queues a report for the next update. */
export function showProgress(id: string, progress: RunProgress): void {
  unseen.push({ id, progress });
  timer ??= setTimeout(takeUpProgress, PACE);
}

/** Applies all progress since the last update. */
export function takeUpProgress(): void {
  clearTimeout(timer);
  timer = undefined;
  const news = unseen;
  unseen = [];
  const id = news[0]?.id;
  const before = id === undefined ? undefined : runOf(id);
  if (before === undefined) return;
  const after = news.reduce((run, { progress }) => afterProgress(run, progress), before);
  changeRun(after.id, after);
  for (const { progress } of news) if (progress.kind === 'notKept') sayNotKept('search', before.name, progress.why);
  const quarter = (run: SearchRun) => Math.floor(Math.min(1, run.used) * 4);
  const [was, is] = [bestOf(before.points), bestOf(after.points)];
  const milestone = quarter(after) > quarter(before) ? [searching.quarter(quarter(after) * 25)] : [];
  const isNew = is !== was && is?.accuracy.value !== was?.accuracy.value;
  if (milestone.length > 0 || isNew) announce(searching.news(after.name, [...milestone, bestWords(after)]));
}

function afterProgress(run: SearchRun, progress: RunProgress): SearchRun {
  if (progress.kind === 'kept') {
    const { points, spent, used } = progress;
    return { ...run, points, spent, used };
  }
  if (progress.kind === 'notKept') return run;
  if (progress.kind === 'scoring') {
    const { done, of, images } = progress;
    return { ...run, phase: searching.frontOn(images), done: of === 0 ? 1 : done / of };
  }
  if (progress.kind === 'proving') {
    const { bytes, n, state } = progress.tried;
    const { done: _, ...rest } = run;
    return { ...rest, phase: searching.proving(bytes, n, state) };
  }
  const { used, report } = progress;
  const { phase, done, point, inside, spent } = report;
  const { done: _, ...rest } = run;
  return {
    ...rest,
    phase,
    ...(done !== undefined && { done }),
    used,
    spent,
    points: point ? [...run.points, point] : run.points,
    inside: inside ?? run.inside,
  };
}

/** The accuracy of a run's best point, as a sentence; empty before the first. */
export function bestWords({ points }: Pick<SearchRun, 'points'>): string {
  const best = bestOf(points);
  return best ? searching.best(best.accuracy.value) : '';
}
