// How long a method may train before it has to measure.
import type { SearchProblem } from '../method';
import { SettingsError } from '../settingsError';

/** Share of a budget of seconds that training may take. */
const SECONDS_SHARE = 0.6;

/** What a method needs of a budget of images before and after it trains. */
export interface TrainingPlan {
  readonly steps: number;
  /** Images that go forward and backward in a step. */
  readonly images: number;
  /** Images that are to be left for measuring, and the least that make sense. */
  readonly left: number;
  readonly least: number;
}

/** Refuses a budget that has no room for a first piece of work, named `what`, and for what has to follow. */
export function needsRoom({ ledger, evaluator }: SearchProblem, what: string, images: number, then: number): void {
  const { budget, imagesLeft } = ledger;
  const needed = images + then;
  if (imagesLeft >= needed) return;
  const { evaluations } = budget;
  const [asked, least] =
    evaluations === undefined
      ? [`${budget.images} images`, `${needed} images`]
      : [
          `${evaluations} ${evaluations === 1 ? 'policy' : 'policies'} (${budget.images} images)`,
          `${Math.ceil(needed / evaluator.cost(evaluator.steps))} policies`,
        ];
  throw new SettingsError(
    `A budget of ${asked} has no room for ${what} (${images} images) and a measurement (${then}): allow at least ${least}.`,
  );
}

/**
 * Steps of training that the budget of images has room for, at most those wanted.
 * @throws SettingError where there is none for a single one.
 */
export function affordableSteps(problem: SearchProblem, { steps, images, left, least }: TrainingPlan): number {
  needsRoom(problem, 'one step of training', 2 * images, least);
  const room = (kept: number) => Math.floor((problem.ledger.imagesLeft - kept) / (2 * images));
  return Math.min(steps, Math.max(1, room(left)));
}

/** False when training has had its share of a budget of seconds, or has to end. */
export function mayTrain({ ledger }: SearchProblem): boolean {
  const { budget, spent, exhausted } = ledger;
  return !exhausted && spent.seconds < SECONDS_SHARE * (budget.seconds ?? Number.POSITIVE_INFINITY);
}
