// How long a method may train before measuring.
import type { SearchProblem } from '../method';
import { SettingsError } from '../settingsError';

/** Share of a budget in seconds for training. */
const SECONDS_SHARE = 0.6;

/** The images a method needs before and after training. */
export interface TrainingPlan {
  readonly steps: number;
  /** Images forward and backward per step. */
  readonly images: number;
  /** Images reserved for measuring, and the useful minimum. */
  readonly left: number;
  readonly least: number;
}

/** Refuses a budget without room for a first piece of work, named `what`, and for the work that must follow. */
export function needsRoom({ ledger, evaluator }: SearchProblem, what: string, images: number, then: number): void {
  const { budget, imagesLeft } = ledger;
  const needed = images + then;
  if (imagesLeft >= needed) return;
  const { evaluations } = budget;
  const [asked, least] =
    evaluations === undefined
      ? [`${budget.images} images`, `${needed} images`]
      : [
          `${evaluations} ${evaluations === 1 ? 'config' : 'configs'} (${budget.images} images)`,
          `${Math.ceil(needed / evaluator.cost(evaluator.steps))} configs`,
        ];
  throw new SettingsError(
    `A budget of ${asked} has no room for ${what} (${images} images) and a measurement (${then}): allow at least ${least}.`,
  );
}

/**
 * Training steps that the image budget has room for, at most those wanted.
 * @throws SettingsError if not even one step fits.
 */
export function affordableSteps(problem: SearchProblem, { steps, images, left, least }: TrainingPlan): number {
  needsRoom(problem, 'one step of training', 2 * images, least);
  const room = (kept: number) => Math.floor((problem.ledger.imagesLeft - kept) / (2 * images));
  return Math.min(steps, Math.max(1, room(left)));
}

/** False once training has used its share of a budget in seconds, or the budget is exhausted. */
export function mayTrain({ ledger }: SearchProblem): boolean {
  const { budget, spent, exhausted } = ledger;
  return !exhausted && spent.seconds < SECONDS_SHARE * (budget.seconds ?? Number.POSITIVE_INFINITY);
}
