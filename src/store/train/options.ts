// The options of the next training run.
import { IMPROVED_ROUNDING_RECIPE } from '../../options/training';
import { desk } from '../state/desk';
import { rememberStep, undoStateOf } from '../state/step';

/** Changes one of the options of the next run. */
export function setTrainingOption<K extends keyof ReturnType<typeof desk.getState>['trainingOptions']>(
  key: K,
  value: ReturnType<typeof desk.getState>['trainingOptions'][K],
): void {
  const before = desk.getState();
  if (before.trainingOptions[key] === value) return;
  rememberStep(undoStateOf(before), key);
  desk.setState({ trainingOptions: { ...before.trainingOptions, [key]: value } });
}

/** Sets the options recommended for training from an improved rounding, in one undo step. */
export function applyRecipe(): void {
  const before = desk.getState();
  rememberStep(undoStateOf(before));
  desk.setState({ trainingOptions: { ...before.trainingOptions, ...IMPROVED_ROUNDING_RECIPE } });
}
