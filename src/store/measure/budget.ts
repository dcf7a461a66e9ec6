// The size budget: one value, shown and changed in several places (line on the plot, device chips, result, master strip,
// limit of searches). Read `desk.budget`, or the selectors here; change it with the actions here. It is part of undo and of
// links (`fits=64KB`), and belongs to the desk, not to a network: it stays when another one is opened.
import { KB } from '../../graph/size';
import { clampPolicy } from '../../policy/widths';
import type { SizeBudget } from '../state/budget';
import { type Desk, desk } from '../state/desk';
import { rememberStep, undoStateOf } from '../state/step';
import { costsOf, uniformAt } from './costs';
import { latest } from './selectors';

/** Sizes to choose a budget from, smallest first: steps in which program memory of microcontrollers is sold. */
export const BUDGET_SIZES: readonly number[] = [16, 32, 64, 256, 512, 1024, 2048].map((size) => size * KB);

/** Smallest and largest budget, in bytes. */
export const BUDGET_RANGE = { min: KB, max: 1e6 * KB } as const;

/** A budget within range: whole KB from 100 KB on, tenths of KB below. */
export function roundedBudget(bytes: number): number {
  const unit = bytes < 100 * KB ? KB / 10 : KB;
  const { min, max } = BUDGET_RANGE;
  // In KB first, so that 63.7 KB is the same number as in a link.
  const size = Number((Math.round(bytes / unit) * (unit / KB)).toFixed(1)) * KB;
  return Math.min(max, Math.max(min, size));
}

/** Sets the budget, or removes it with null, as an undo step. Quick changes of the same `field` are one step. */
export function setBudget(budget: SizeBudget | null, field = ''): void {
  const before = desk.getState();
  if (before.budget?.bytes === budget?.bytes && before.budget?.mode === budget?.mode) return;
  rememberStep(undoStateOf(before), field);
  desk.setState({ budget });
}

/** Sets the size of the budget, which warns if there was none before. */
export function setBudgetSize(bytes: number, field = ''): void {
  setBudget({ bytes: roundedBudget(bytes), mode: desk.getState().budget?.mode ?? 'warn' }, field);
}

/** Moves an existing budget during a drag, without an undo step; `endBudgetDrag` adds it. */
export function dragBudget(bytes: number): void {
  const { budget } = desk.getState();
  if (budget !== null) desk.setState({ budget: { ...budget, bytes: roundedBudget(bytes) } });
}

/** Ends a drag that began at the budget `before`: one undo step if it has moved. */
export function endBudgetDrag(before: SizeBudget): void {
  const now = desk.getState();
  if (now.budget?.bytes !== before.bytes) rememberStep({ ...undoStateOf(now), budget: before });
}

type Sized = Pick<Desk, 'architecture' | 'policy' | 'scheme' | 'budget'>;

/** Bytes by which the policy on the faders is below the budget, negative above it; null without a budget. */
export function budgetLeft({ architecture, policy, scheme, budget }: Sized): number | null {
  return budget === null ? null : budget.bytes - costsOf(architecture, policy, scheme).memory;
}

/**
 * A budget for a network that has none, in bytes: the largest of `BUDGET_SIZES` below its size at 8 bits, or its size at 4
 * bits if it is smaller than all of them.
 */
export function suggestedBudget({ architecture, scheme }: Pick<Desk, 'architecture' | 'scheme'>): number {
  return suggestedFor(architecture, scheme);
}

const suggestedFor = latest((architecture: Desk['architecture'], scheme: Desk['scheme']) => {
  const at = (bits: 4 | 8) => costsOf(architecture, clampPolicy(uniformAt(architecture, bits), scheme), scheme).memory;
  return BUDGET_SIZES.findLast((size) => size < at(8)) ?? roundedBudget(at(4));
});
