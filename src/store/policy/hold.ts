// Switching hold on and off.
import { fitted } from '../../policy/paying';
import { configSteps } from '../../words/config';
import { faders } from '../../words/en/faders';
import { suggestedBudget } from '../measure/budget';
import { announce } from '../state/announce';
import { desk } from '../state/desk';
import { rememberStep, undoStateOf } from '../state/step';
import { holds, payingTerms } from './holding';

/**
 * Holds the budget, or only warns. With none, one is suggested. What is too large when hold comes on is paid at once, in the
 * same undo step.
 */
export function toggleHold(): void {
  const before = desk.getState();
  const mode = before.budget?.mode === 'hold' ? 'warn' : 'hold';
  const budget = { bytes: before.budget?.bytes ?? suggestedBudget(before), mode } as const;
  rememberStep(undoStateOf(before));
  desk.setState({ budget });
  if (!holds(desk.getState())) return;
  const policy = fitted(before.policy, payingTerms(before, budget.bytes));
  const steps = configSteps(before.policy, policy);
  if (steps === '') return;
  desk.setState({ policy, notice: { text: faders.paidBy(steps), actions: ['undo'] } });
  announce(faders.paidBy(steps), true);
}
